import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'

/** Bytes that a search found: where they begin, and how many of one connection and direction there are. */
export interface FoundBytes {
  readonly record: number
  readonly offsetInRecord: number
  readonly connection: number
  readonly direction: Direction
  /** Of the first byte within its direction of the whole capture. */
  readonly streamOffset: number
  readonly length: number
}

export interface FoundMarks {
  readonly places: readonly FoundBytes[]
  /** The one that was gone to. */
  readonly current: FoundBytes | null
}

export const nothingFound: FoundMarks = { places: [], current: null }

/** Bytes of a row, counted from its first: `to` is exclusive. */
export interface MarkedStretch {
  readonly row: number
  readonly from: number
  readonly to: number
}

/** A row in the order of the view, with its number. */
interface NumberedRow {
  readonly number: number
  readonly row: CaptureRow
}

/**
 * Which bytes of which rows belong to the bytes found, over rows that stand together. Bytes found may go on in later chunks of
 * the same connection and direction, with those of others between. Where they began above the rows, their offset within
 * the direction tells how far they are, which is exact as long as one connection sends in it.
 */
export function markedStretches(rows: readonly NumberedRow[], found: FoundBytes): readonly MarkedStretch[] {
  const stretches: MarkedStretch[] = []
  /** Bytes found that were in the rows so far; null before the first. */
  let passed: number | null = null
  for (const { number, row } of rows) {
    if (row.kind === 'event' || row.kind === 'damage') continue
    if (row.direction !== found.direction || row.connection !== found.connection) continue
    const length = row.kind === 'bytes' ? row.bytes.length : row.length
    const from: number = passed === null ? firstIn(row, found) : 0
    if (from >= length) continue
    const done: number = passed ?? Math.max(0, -from)
    const begin = Math.max(0, from)
    const taken = Math.min(length - begin, found.length - done)
    if (taken <= 0) break
    stretches.push({ row: number, from: begin, to: begin + taken })
    passed = done + taken
  }
  return stretches
}

/** Where bytes found begin, counted from the first byte of the row: negative when they began before it. */
function firstIn(row: Exclude<CaptureRow, { kind: 'event' | 'damage' }>, found: FoundBytes): number {
  if (row.kind !== 'message' && row.record === found.record) {
    return found.offsetInRecord - (row.kind === 'bytes' ? row.offsetInRecord : 0)
  }
  return found.streamOffset - row.streamOffset
}

export function isSameFound(one: FoundBytes, other: FoundBytes | null): boolean {
  return one.record === other?.record && one.offsetInRecord === other.offsetInRecord
}

/** Bytes that are long may begin so many records before the rows in view. */
const recordsBefore = 64

/** Those that may be seen in rows that are in view. */
export function visiblePlaces(
  places: readonly FoundBytes[],
  rows: readonly { readonly row: CaptureRow }[],
): readonly FoundBytes[] {
  const records = rows.map(({ row }) => row.record)
  const [first, last] = [Math.min(...records) - recordsBefore, Math.max(...records)]
  return places.filter(({ record }) => record >= first && record <= last)
}
