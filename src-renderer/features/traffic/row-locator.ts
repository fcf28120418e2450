import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'

/** A place in a capture that all views share. */
export interface RecordPlace {
  readonly record: number
  readonly offsetInRecord: number
}

/** The place of a row's first byte. */
export function placeOfRow(row: CaptureRow): RecordPlace {
  return { record: row.record, offsetInRecord: row.kind === 'bytes' ? row.offsetInRecord : 0 }
}

/**
 * Number of the last row that begins at or before the place, by bisection: rows of every view are in the order of
 * records. 0 when the place lies before all rows. `rowAt` answers null for a row that does not exist.
 */
export async function locateRow(
  place: RecordPlace,
  totalRows: number,
  rowAt: (row: number) => Promise<CaptureRow | null>,
): Promise<number> {
  let low = 0
  let high = totalRows - 1
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2)
    const row = await rowAt(middle)
    if (row === null || isAfter(placeOfRow(row), place)) high = middle - 1
    else low = middle
  }
  return Math.max(0, low)
}

function isAfter(left: RecordPlace, right: RecordPlace): boolean {
  return left.record === right.record ? left.offsetInRecord > right.offsetInRecord : left.record > right.record
}
