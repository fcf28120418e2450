import { WirebenchError } from '../../../src-main/contract/errors.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import type { RecordPlace } from './row-locator.ts'
import type { CaptureReader } from './selected-bytes.ts'

/** A whole number as people type it: decimal, with separators, or hex with `0x`; null for anything else. */
export function parseWholeNumber(text: string): number | null {
  const plain = text.trim().replaceAll(/[\s,_]/g, '')
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(plain)) return null
  const number = Number(plain)
  return Number.isSafeInteger(number) ? number : null
}

/**
 * The record that holds a byte of a direction. Errors: `window-out-of-range` when there is no such byte, those of
 * `capture.locate` and `capture.read`.
 */
export async function findByte(
  link: CaptureReader,
  captureId: string,
  direction: Direction,
  streamOffset: number,
): Promise<RecordPlace> {
  const place = { kind: 'byte', direction, streamOffset } as const
  // Rows of this view are the records.
  const { row: record } = await link.call('capture.locate', { captureId, view: 'records', place })
  if (record === null) throw new WirebenchError('window-out-of-range', { reason: `There is no byte ${streamOffset}.` })
  const { row } = await link.call('capture.read', { captureId, record, length: 0 })
  return { record, offsetInRecord: row.kind === 'data' ? streamOffset - row.streamOffset : 0 }
}
