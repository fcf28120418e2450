import { characterAt, columnText } from './byte-highlight.ts'
import type { RowCursor } from './row-selection.ts'
import { byteAtAsciiCharacter, byteAtHexCharacter } from './stream-columns.ts'
import type { TrafficView } from './traffic-view.svelte.ts'

/** The row, and in the stream the byte, under the pointer; null where no row is. */
export function cursorAtPoint(
  layer: Element,
  point: { readonly clientX: number; readonly clientY: number },
  traffic: TrafficView,
): RowCursor | null {
  const fromTopPx = point.clientY - layer.getBoundingClientRect().top
  const heightPx = traffic.scroller.rowHeightPx
  const placed = traffic.placedRows.find(({ topPx }) => fromTopPx >= topPx && fromTopPx < topPx + heightPx)
  if (placed === undefined) return null
  if (!traffic.selectsBytes || placed.row.kind !== 'bytes') return { row: placed.number, byte: 0 }
  const drawn = layer.querySelector(`[data-row="${placed.number}"]`)
  return { row: placed.number, byte: drawn === null ? 0 : byteAtPoint(drawn, point.clientX, placed.row.bytes.length) }
}

/** Left of the ASCII column counts as hex, so that the gap between them belongs to the nearer last byte. */
function byteAtPoint(row: Element, clientX: number, byteCount: number): number {
  const ascii = columnText(row, 'ascii')
  const inAscii = ascii === null ? -1 : characterAt(ascii, clientX)
  if (inAscii >= 0) return byteAtAsciiCharacter(inAscii, byteCount)
  const hex = columnText(row, 'hex')
  return hex === null ? 0 : byteAtHexCharacter(characterAt(hex, clientX), byteCount)
}
