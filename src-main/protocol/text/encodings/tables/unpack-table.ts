/**
 * Tables are packed as differences, since the characters of a table mostly follow each other: numbers of one to four
 * printable characters. `scripts/encoding-tables.mjs` writes the form.
 */

/** Printable ASCII without the apostrophe and the backslash: 92 digits. */
const digitOf = new Uint8Array(128)
for (let code = 0x21, digit = 0; code < 0x7f; code++) {
  if (code !== 0x27 && code !== 0x5c) digitOf[code] = digit++
}

const oneDigit = 40
const twoDigits = oneDigit + 30 * 92
const threeDigits = 21 * 92 * 92

/**
 * The code points of a table by pointer; -1 where the encoding has none. Pointers behind the last entry are left out.
 */
export function unpackTable(packed: string): readonly number[] {
  const codePoints: number[] = []
  let index = 0
  let previous = 0x7f
  const digit = (): number => digitOf[packed.charCodeAt(index++)] ?? 0
  const number = (): number => {
    const first = digit()
    if (first < oneDigit) return first
    if (first < 70) return oneDigit + (first - oneDigit) * 92 + digit()
    if (first < 91) return twoDigits + ((first - 70) * 92 + digit()) * 92 + digit()
    return twoDigits + threeDigits + (digit() * 92 + digit()) * 92 + digit()
  }
  while (index < packed.length) {
    const operation = number()
    if (operation === 0) {
      for (let count = number(); count > 0; count--) codePoints.push(++previous)
    } else if (operation === 1) {
      for (let count = number(); count > 0; count--) codePoints.push(-1)
    } else {
      const zigzag = operation - 2
      previous += 1 + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2)
      codePoints.push(previous)
    }
  }
  return codePoints
}
