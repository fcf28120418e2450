import { asciiColumn, hexColumn, hexColumnOffset } from '../../../src-main/protocol/hexdump/hexdump-row.ts'

/** The hex column of a row as shown, upper case. */
export function shownHex(bytes: Uint8Array, width = 16): string {
  return hexColumn(bytes, width).toUpperCase()
}

/** The ASCII column of a row as shown, with a gap after the eighth byte of rows of sixteen. */
export function shownAscii(bytes: Uint8Array, width = 16): string {
  const column = asciiColumn(bytes)
  return width > 8 && column.length > 8 ? `${column.slice(0, 8)} ${column.slice(8)}` : column
}

/** Index within the ASCII column of a byte. */
export function asciiColumnOffset(byte: number, width = 16): number {
  return width > 8 && byte >= 8 ? byte + 1 : byte
}

/** Characters of the hex column that show the bytes `from` to `to` (exclusive), gaps between them included. */
export function hexCharacters(from: number, to: number): { readonly start: number; readonly end: number } {
  return { start: hexColumnOffset(from), end: hexColumnOffset(to - 1) + 2 }
}

/** The same for the ASCII column. */
export function asciiCharacters(
  from: number,
  to: number,
  width = 16,
): { readonly start: number; readonly end: number } {
  return { start: asciiColumnOffset(from, width), end: asciiColumnOffset(to - 1, width) + 1 }
}

/** The byte whose digits are at, or nearest before, a character of the hex column. */
export function byteAtHexCharacter(character: number, byteCount: number): number {
  const byte = Math.floor((character >= 25 ? character - 1 : character) / 3)
  return Math.max(0, Math.min(byteCount - 1, byte))
}

/** The same for the ASCII column. */
export function byteAtAsciiCharacter(character: number, byteCount: number, width = 16): number {
  const byte = width > 8 && character > 8 ? character - 1 : character
  return Math.max(0, Math.min(byteCount - 1, byte))
}
