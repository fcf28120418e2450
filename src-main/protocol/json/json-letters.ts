/** The characters and words of JSON, and what people often write instead. */

export const quote = 0x22
export const backslash = 0x5c
export const comma = 0x2c
export const colon = 0x3a
export const minus = 0x2d
export const openBrace = 0x7b
export const closeBrace = 0x7d
export const openBracket = 0x5b
export const closeBracket = 0x5d

/** Every value that is a word. */
export const words = [
  { text: 'true', kind: 'boolean' },
  { text: 'false', kind: 'boolean' },
  { text: 'null', kind: 'null' },
  { text: 'NaN', kind: 'special' },
  { text: 'Infinity', kind: 'special' },
  { text: '-Infinity', kind: 'special' },
] as const

/** What is told where any value could stand. */
export const anyValue = 'A value has to stand here: an object, an array, a string, a number, true, false or null.'

/** What is told instead, by the first character. */
export const valueHints = new Map<number, string>([
  [0x27, 'A string stands in double quotes.'],
  [0x2f, 'JSON has no comments: remove it.'],
  [0x23, 'JSON has no comments: remove it.'],
  [0x2b, 'A number has no plus sign.'],
  [0x2e, 'A number has a digit before its point.'],
  [0x54, 'Write true, in lower case.'],
  [0x46, 'Write false, in lower case.'],
  [0x4e, 'Write null for nothing, or NaN.'],
  [0x75, 'JSON has no undefined: write null, or leave the key out.'],
])

/** The unit that an escape stands for, by its letter. */
export const escapeCodes = new Map<number, number>([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
])

/** True for 0 to 9. */
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

/** Value of a hex digit, -1 for anything else. */
export function hexDigit(unit: number): number {
  if (isDigit(unit)) return unit - 0x30
  const lower = unit | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** True when half of a UTF-16 pair stands alone. */
export function hasLoneSurrogate(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if ((unit & 0xf800) !== 0xd800) continue
    if (unit >= 0xdc00 || (text.charCodeAt(index + 1) & 0xfc00) !== 0xdc00) return true
    index++
  }
  return false
}
