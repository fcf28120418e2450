import type { CaptureRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import { orderedRange, type RowRange } from './row-selection.ts'

/** What is selected across rows, as a stretch of one direction. */
export interface SelectedStretch {
  readonly direction: Direction
  /** Counted within the direction of the whole capture. */
  readonly streamOffset: number
  readonly length: number
}

/**
 * The stretch of one direction that a selection over several rows takes up: from its first byte in that direction to its last.
 * Null when only one row is selected, when its ends are of two directions or no bytes, or when they are not at hand. Messages
 * count with their framing. Where `hasConnections`, messages of other connections lie between: those give none.
 */
export function stretchOf(
  selection: RowRange,
  rowAt: (row: number) => CaptureRow | null,
  selectsBytes: boolean,
  hasConnections: boolean,
): SelectedStretch | null {
  const { start, end } = orderedRange(selection)
  if (start.row === end.row) return null
  const first = rowAt(start.row)
  const last = rowAt(end.row)
  if (first === null || last === null || !('direction' in first) || !('direction' in last)) return null
  if (first.direction !== last.direction || (hasConnections && first.kind === 'message')) return null
  const streamOffset = first.streamOffset + (selectsBytes ? start.byte : 0)
  const lastBytes = last.kind === 'bytes' ? last.bytes.length : last.length
  const streamEnd = last.streamOffset + (selectsBytes ? Math.min(lastBytes, end.byte + 1) : lastBytes)
  // Messages stand in the order in which they ended: with two connections the first may begin behind the last.
  if (streamEnd <= streamOffset) return null
  return { direction: first.direction, streamOffset, length: streamEnd - streamOffset }
}

export function isSameStretch(one: SelectedStretch | null, other: SelectedStretch | null): boolean {
  return (
    one?.direction === other?.direction && one?.streamOffset === other?.streamOffset && one?.length === other?.length
  )
}
