/** The pieces of one row of a hex dump, as strings of fixed width so that rows line up in a monospaced font. */
import { hexPair } from '../hex/parse-hex.ts'

/** Bytes of a row unless told otherwise. */
export const hexdumpRowBytes = 16

const asciiGlyphs = Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '·',
)

/**
 * Hex pairs with one space between, two after the eighth, filled with spaces to the width of a full row.
 * Sixteen bytes take 48 characters; pair `n` begins at `hexColumnOffset(n)`.
 */
export function hexColumn(bytes: Uint8Array, width = hexdumpRowBytes): string {
  let column = ''
  for (let index = 0; index < width; index++) {
    if (index > 0) column += index === 8 ? '  ' : ' '
    column += index < bytes.length ? hexPair(bytes[index] ?? 0) : '  '
  }
  return column
}

/** Index within `hexColumn` of the first digit of byte `index`: for carets and highlights. */
export function hexColumnOffset(index: number): number {
  return index * 3 + (index >= 8 ? 1 : 0)
}

/** One character a byte: printable ASCII as it is, everything else as `·`. */
export function asciiColumn(bytes: Uint8Array): string {
  let column = ''
  for (const byte of bytes) column += asciiGlyphs[byte] ?? '·'
  return column
}

/** An offset as hex: eight digits, more when it needs them. */
export function formatOffset(offset: number): string {
  return offset.toString(16).padStart(8, '0')
}
