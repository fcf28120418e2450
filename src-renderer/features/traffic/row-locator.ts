import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'

/** A place in a capture that all views share. */
export interface RecordPlace {
  readonly record: number
  readonly offsetInRecord: number
}

/** A byte of one direction of the whole capture. */
export interface StreamPlace {
  readonly direction: Direction
  readonly streamOffset: number
}

/** The first byte of a row within its direction; null for events and what could not be read. */
export function streamPlaceOf(row: CaptureRow): StreamPlace | null {
  return 'direction' in row ? { direction: row.direction, streamOffset: row.streamOffset } : null
}

/** The place of a row's first byte; of a message, the record in which it ended. */
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

/** Rows looked at for the message that holds a byte: one message may wait long while the other direction talks. */
const messagesLookedAt = 256

/**
 * Number of the row of the `messages` view that holds a byte: messages stand in the order in which they ended, so it is
 * looked for from the record of the byte on. Without a byte (an event), the first row of that record or after it.
 */
export async function locateMessage(
  place: RecordPlace,
  byte: StreamPlace | null,
  totalRows: number,
  rowAt: (row: number) => Promise<CaptureRow | null>,
): Promise<number> {
  let low = 0
  let high = Math.max(0, totalRows - 1)
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2)
    const row = await rowAt(middle)
    if (row === null || row.record >= place.record) high = middle
    else low = middle + 1
  }
  if (byte === null) return low
  for (let number = low; number < Math.min(totalRows, low + messagesLookedAt); number += 1) {
    const row = await rowAt(number)
    const holds =
      row?.kind === 'message' && row.direction === byte.direction && row.streamOffset + row.length > byte.streamOffset
    if (holds) return number
  }
  return low
}

function isAfter(left: RecordPlace, right: RecordPlace): boolean {
  return left.record === right.record ? left.offsetInRecord > right.offsetInRecord : left.record > right.record
}
