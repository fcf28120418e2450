/**
 * The pattern of RFC 864: lines of 72 printing characters of ASCII and CR LF. There are 95 of them, from the space on, taken as
 * a ring; line N begins with character N. After 95 lines it begins anew.
 */
const characterCount = 95
const firstCharacter = 0x20
const charactersPerLine = 72
const lineBytes = charactersPerLine + 2
const periodBytes = characterCount * lineBytes

/** Most bytes that `chargenBytes` answers at once. */
export const chargenBlockBytes = 9 * periodBytes

const pattern = new Uint8Array(chargenBlockBytes + periodBytes)
for (let index = 0; index < pattern.length; index++) {
  const line = Math.floor(index / lineBytes)
  const column = index % lineBytes
  if (column < charactersPerLine) pattern[index] = firstCharacter + ((line + column) % characterCount)
  else pattern[index] = column === charactersPerLine ? 0x0d : 0x0a
}

/** The pattern from `position` on, counted from its beginning: so many bytes, at most `chargenBlockBytes`. Not to be changed. */
export function chargenBytes(position: number, byteCount: number): Uint8Array {
  const start = position % periodBytes
  return pattern.subarray(start, start + Math.min(byteCount, chargenBlockBytes))
}
