import { streamBytesPerRow } from '../../../src-main/contract/schemas/capture.ts'

/** A byte in a row of the view; `byte` is 0 where rows are selected whole. */
export interface RowCursor {
  readonly row: number
  readonly byte: number
}

/** What is selected, both ends included. The `focus` is the end that the keys move. */
export interface RowRange {
  readonly anchor: RowCursor
  readonly focus: RowCursor
}

export type CursorMovement =
  'left' | 'right' | 'up' | 'down' | 'page-up' | 'page-down' | 'row-start' | 'row-end' | 'first' | 'last'

export interface CursorBounds {
  readonly totalRows: number
  /** Rows that a page key moves by. */
  readonly pageRows: number
  /** Bytes of a row that can be selected, at least 1. */
  readonly bytesIn: (row: number) => number
}

interface PressedKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

/** The movement a key stands for, null for other keys. Home and End stay in the row only where bytes are selected. */
export function movementOfKey(pressed: PressedKey, byBytes: boolean): CursorMovement | null {
  const far = pressed.ctrlKey || pressed.metaKey || !byBytes
  switch (pressed.key) {
    case 'ArrowUp':
      return 'up'
    case 'ArrowDown':
      return 'down'
    case 'PageUp':
      return 'page-up'
    case 'PageDown':
      return 'page-down'
    case 'Home':
      return far ? 'first' : 'row-start'
    case 'End':
      return far ? 'last' : 'row-end'
    case 'ArrowLeft':
      return byBytes ? 'left' : null
    case 'ArrowRight':
      return byBytes ? 'right' : null
    default:
      return null
  }
}

export function moveCursor(cursor: RowCursor, movement: CursorMovement, bounds: CursorBounds): RowCursor {
  const lastRow = Math.max(0, bounds.totalRows - 1)
  const lastByte = (row: number): number => bounds.bytesIn(row) - 1
  const toRow = (row: number): RowCursor => {
    const kept = Math.min(lastRow, Math.max(0, row))
    return { row: kept, byte: Math.min(cursor.byte, lastByte(kept)) }
  }
  switch (movement) {
    case 'up':
      return toRow(cursor.row - 1)
    case 'down':
      return toRow(cursor.row + 1)
    case 'page-up':
      return toRow(cursor.row - bounds.pageRows)
    case 'page-down':
      return toRow(cursor.row + bounds.pageRows)
    case 'row-start':
      return { row: cursor.row, byte: 0 }
    case 'row-end':
      return { row: cursor.row, byte: lastByte(cursor.row) }
    case 'first':
      return { row: 0, byte: 0 }
    case 'last':
      return { row: lastRow, byte: lastByte(lastRow) }
    case 'left':
      if (cursor.byte > 0) return { row: cursor.row, byte: cursor.byte - 1 }
      return cursor.row === 0 ? cursor : { row: cursor.row - 1, byte: lastByte(cursor.row - 1) }
    case 'right':
      if (cursor.byte < lastByte(cursor.row)) return { row: cursor.row, byte: cursor.byte + 1 }
      return cursor.row >= lastRow ? cursor : { row: cursor.row + 1, byte: 0 }
  }
}

export function singleCursor(row: number, byte = 0): RowRange {
  const cursor = { row, byte }
  return { anchor: cursor, focus: cursor }
}

export function extendTo(range: RowRange | null, focus: RowCursor): RowRange {
  return { anchor: range?.anchor ?? focus, focus }
}

/** So many bytes of the stream from `first` on, which has the focus; they stand in rows that are full. */
export function bytesFrom(first: RowCursor, byteCount: number): RowRange {
  const lastAt = first.byte + byteCount - 1
  const last = { row: first.row + Math.floor(lastAt / streamBytesPerRow), byte: lastAt % streamBytesPerRow }
  return { anchor: last, focus: first }
}

/** The ends of a range in the order of the view. */
export function orderedRange(range: RowRange): { readonly start: RowCursor; readonly end: RowCursor } {
  const { anchor, focus } = range
  const forward = anchor.row === focus.row ? anchor.byte <= focus.byte : anchor.row < focus.row
  return forward ? { start: anchor, end: focus } : { start: focus, end: anchor }
}

/** The selected bytes of a row as `from` and exclusive `to`; null when none is. */
export function selectedInRow(
  range: RowRange,
  row: number,
  byteCount: number,
): { readonly from: number; readonly to: number } | null {
  const { start, end } = orderedRange(range)
  if (row < start.row || row > end.row) return null
  const from = row === start.row ? start.byte : 0
  const to = Math.min(byteCount, row === end.row ? end.byte + 1 : byteCount)
  return from < to ? { from, to } : null
}
