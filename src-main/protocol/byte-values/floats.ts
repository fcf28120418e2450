import { unsignedOf } from './integers.ts'
import { bothOrders, valueOf, type ByteReading } from './read-value.ts'

/** A binary floating-point format of IEEE 754, or one made like them. */
interface FloatFormat {
  readonly name: string
  readonly byteCount: number
  readonly exponentBits: number
  /** Bits of the fraction that are stored. */
  readonly fractionBits: number
  /** Decimal digits that always tell two of its numbers apart. */
  readonly sureDigits: number
}

/** IEEE 754-2019 binary16, binary32 and binary64; bfloat16 is the upper half of a binary32. */
const formats: readonly FloatFormat[] = [
  { name: 'f16', byteCount: 2, exponentBits: 5, fractionBits: 10, sureDigits: 5 },
  { name: 'bf16', byteCount: 2, exponentBits: 8, fractionBits: 7, sureDigits: 4 },
  { name: 'f32', byteCount: 4, exponentBits: 8, fractionBits: 23, sureDigits: 9 },
  { name: 'f64', byteCount: 8, exponentBits: 11, fractionBits: 52, sureDigits: 17 },
]

/**
 * Floating-point numbers that begin here, as the shortest decimal text that reads back as the same number: `-0`,
 * `Infinity`, and `NaN` with its bits where they are not the usual ones.
 */
export function floatReadings(bytes: Uint8Array): readonly ByteReading[] {
  return formats.map((format) =>
    bothOrders(bytes, format.name, format.byteCount, (own) => valueOf(floatText(unsignedOf(own), format))),
  )
}

function floatText(bits: bigint, format: FloatFormat): string {
  const { fractionBits, exponentBits } = format
  const fraction = bits & ((1n << BigInt(fractionBits)) - 1n)
  const largestExponent = 2 ** exponentBits - 1
  const exponent = Number((bits >> BigInt(fractionBits)) & BigInt(largestExponent))
  const isNegative = bits >> BigInt(fractionBits + exponentBits) === 1n
  if (exponent === largestExponent && fraction !== 0n) return nanText(bits, fraction, isNegative, format)
  const sign = isNegative ? '-' : ''
  if (exponent === largestExponent) return `${sign}Infinity`
  const bias = 2 ** (exponentBits - 1) - 1
  const digits = Number(exponent === 0 ? fraction : fraction | (1n << BigInt(fractionBits)))
  // A power of two too small for one factor: the smallest numbers are reached in two steps, both exact.
  const power = Math.max(1, exponent) - bias - fractionBits
  const value = power < -1022 ? digits * 2 ** -1022 * 2 ** (power + 1022) : digits * 2 ** power
  return value === 0 ? `${sign}0` : `${sign}${shortestText(value, format)}`
}

function nanText(bits: bigint, fraction: bigint, isNegative: boolean, format: FloatFormat): string {
  const quietBit = 1n << BigInt(format.fractionBits - 1)
  if (fraction === quietBit && !isNegative) return 'NaN'
  const hex = bits.toString(16).padStart(format.byteCount * 2, '0')
  return `NaN (0x${hex}, ${(fraction & quietBit) === 0n ? 'signalling' : 'quiet'})`
}

/** The fewest digits that read back as `value`, which is positive and a number of the format. */
function shortestText(value: number, format: FloatFormat): string {
  if (format.byteCount === 8) return String(value)
  for (let digits = 1; digits < format.sureDigits; digits++) {
    const short = Number(value.toPrecision(digits))
    if (rounded(short, format) === value) return String(short)
  }
  return String(Number(value.toPrecision(format.sureDigits)))
}

/** The number of the format that is nearest to a positive one, ties to even. */
function rounded(value: number, { exponentBits, fractionBits }: FloatFormat): number {
  const smallestExponent = 2 - 2 ** (exponentBits - 1)
  let exponent = Math.floor(Math.log2(value))
  // The logarithm is rounded itself.
  if (2 ** exponent > value) exponent--
  else if (2 ** (exponent + 1) <= value) exponent++
  const step = 2 ** (Math.max(exponent, smallestExponent) - fractionBits)
  const steps = value / step
  const below = Math.floor(steps)
  const isUp = steps - below > 0.5 || (steps - below === 0.5 && below % 2 === 1)
  return (isUp ? below + 1 : below) * step
}
