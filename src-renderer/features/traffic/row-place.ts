import type { CaptureRow, CaptureViewName } from '../../../src-main/contract/schemas/capture.ts'
import { findByte } from './place-search.ts'
import { placeOfRow, streamPlaceOf, type RecordPlace } from './row-locator.ts'
import type { CaptureReader } from './selected-bytes.ts'
import type { RowPlace } from './traffic-window.svelte.ts'

/**
 * Where a row of one view is to be found in another one. Of a message only the record is known in which it ended: its first
 * byte is looked for. `chosen` is a place within the row.
 */
export async function placeIn(
  link: CaptureReader,
  captureId: string,
  view: CaptureViewName,
  row: CaptureRow | null,
  chosen: RecordPlace | null,
): Promise<RowPlace> {
  if (row === null) return chosen ?? { record: 0, offsetInRecord: 0 }
  const byte = streamPlaceOf(row)
  if (row.kind !== 'message' || view === 'messages') {
    const place = chosen ?? placeOfRow(row)
    const within = row.kind === 'message' ? 0 : place.offsetInRecord - placeOfRow(row).offsetInRecord
    return { ...place, byte: byte === null ? null : { ...byte, streamOffset: byte.streamOffset + within } }
  }
  try {
    const place = await findByte(link, captureId, row.direction, row.streamOffset)
    return { ...place, byte }
  } catch {
    // A row that cannot be found any more is no reason not to show the others.
    return { record: row.record, offsetInRecord: 0, byte }
  }
}
