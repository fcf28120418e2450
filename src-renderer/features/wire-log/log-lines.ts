import { lineContent, type ContentPiece } from '../traffic/row-content.ts'

/** Longest line that is drawn in one piece, in bytes; longer ones are broken. */
const lineBytes = 512
/** Lines that are drawn: the newest. */
const shownLines = 400

/**
 * The newest lines of a log as text with tags for controls, and hex where bytes are no text. An LF ends a line and is not
 * drawn; all else is.
 */
export function logLines(bytes: Uint8Array): readonly (readonly ContentPiece[])[] {
  const lines: Uint8Array[] = []
  let end = bytes.length
  while (end > 0 && lines.length < shownLines) {
    const lf = bytes.lastIndexOf(0x0a, end - 1)
    const isEnded = lf === end - 1
    // The LF at the end of the line that is looked at does not begin it.
    const begin = isEnded ? bytes.lastIndexOf(0x0a, end - 2) + 1 : lf + 1
    const start = end === 1 && isEnded ? 0 : begin
    const content = bytes.subarray(start, isEnded ? end - 1 : end)
    for (const piece of broken(content).reverse()) lines.push(piece)
    end = start
  }
  return lines.slice(0, shownLines).reverse().map(lineContent)
}

function broken(line: Uint8Array): Uint8Array[] {
  if (line.length <= lineBytes) return [line]
  const pieces: Uint8Array[] = []
  for (let start = 0; start < line.length; start += lineBytes) pieces.push(line.subarray(start, start + lineBytes))
  return pieces
}
