/**
 * JSON numbers compared by what they say, not by what fits a double. Exponents are exact up to 10^15; beyond that, all
 * count as 10^15, which no number that means something reaches.
 */

/** Value = sign × digits × 10^exponent. The digits have no zeros at either end; none at all mean zero. */
export interface ExactNumber {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

const exponentLimit = 1e15

/** Reads the text of a JSON number. */
export function exactNumber(text: string): ExactNumber {
  const [mantissa = '', exponentText = '0'] = text.toLowerCase().split('e')
  const negative = mantissa.startsWith('-')
  const [whole = '', fraction = ''] = mantissa.slice(negative ? 1 : 0).split('.')
  const all = whole + fraction
  const first = firstNonZero(all)
  if (first === all.length) return { negative: false, digits: '', exponent: 0 }
  let end = all.length
  while (all[end - 1] === '0') end--
  const given = Math.min(Math.max(Number(exponentText), -exponentLimit), exponentLimit)
  return { negative, digits: all.slice(first, end), exponent: given - fraction.length + (all.length - end) }
}

/** True when it has no fraction, however it is written: `1.0` and `1e400` are whole. */
export function isWhole(number: ExactNumber): boolean {
  return number.exponent >= 0
}

/** Below 0, 0 or above 0, as the first is smaller, equal or larger. */
export function compareExact(first: ExactNumber, second: ExactNumber): number {
  const firstSign = signOf(first)
  const secondSign = signOf(second)
  if (firstSign !== secondSign || firstSign === 0) return firstSign - secondSign
  return firstSign * compareMagnitudes(first, second)
}

/** True when `number` divided by `divisor`, which is not 0, leaves no rest. */
export function isMultipleOf(number: ExactNumber, divisor: ExactNumber): boolean {
  if (number.digits === '') return true
  const shift = number.exponent - divisor.exponent
  // The digits do not end with a zero, so they are no multiple of any power of ten.
  if (shift < 0) return false
  const modulus = BigInt(divisor.digits)
  return (BigInt(number.digits) * powerOfTen(BigInt(shift), modulus)) % modulus === 0n
}

/** The same text for the same value. */
export function canonicalNumber({ negative, digits, exponent }: ExactNumber): string {
  return digits === '' ? '0' : `${negative ? '-' : ''}${digits}e${exponent}`
}

function firstNonZero(digits: string): number {
  let index = 0
  while (digits[index] === '0') index++
  return index
}

function signOf({ negative, digits }: ExactNumber): number {
  if (digits === '') return 0
  return negative ? -1 : 1
}

function compareMagnitudes(first: ExactNumber, second: ExactNumber): number {
  const firstSize = first.digits.length + first.exponent
  const secondSize = second.digits.length + second.exponent
  if (firstSize !== secondSize) return firstSize - secondSize
  if (first.digits === second.digits) return 0
  // As with words: 12 stands before 123, which here means 1.2 before 1.23.
  return first.digits < second.digits ? -1 : 1
}

/** 10^exponent modulo a number. */
function powerOfTen(exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus
  let base = 10n % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * base) % modulus
    base = (base * base) % modulus
  }
  return result
}
