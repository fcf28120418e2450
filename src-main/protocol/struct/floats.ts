/** IEEE 754 numbers as bytes and as text, exact both ways: not-a-numbers keep their bits. */
import type { StructureByteOrder } from '../../contract/schemas/structure.ts'
import { integerToBytes, readUnsigned } from './bits.ts'

export type FloatType = 'f32' | 'f64'

/** What a float text stands for: the bytes, or a sentence with what is wrong. */
export type ParsedFloat =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly reason: string }

const canonicalNan: Readonly<Record<FloatType, bigint>> = { f32: 0x7fc00000n, f64: 0x7ff8000000000000n }
const infinity: Readonly<Record<FloatType, bigint>> = { f32: 0x7f800000n, f64: 0x7ff0000000000000n }

/** The number at `offset`. */
export function readFloat(bytes: Uint8Array, offset: number, float: FloatType, order: StructureByteOrder): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset)
  return float === 'f32' ? view.getFloat32(0, order === 'little') : view.getFloat64(0, order === 'little')
}

/**
 * The shortest decimal text that reads back as the same bytes: `21.5`, `-0`, `1e+30`, `inf`, `-inf`, `nan`, and
 * `nan(0x7fc00001)` with all bits for a not-a-number other than the usual one.
 */
export function formatFloat(bytes: Uint8Array, offset: number, float: FloatType, order: StructureByteOrder): string {
  const value = readFloat(bytes, offset, float, order)
  if (Number.isNaN(value)) {
    const bits = readUnsigned(bytes, offset, float === 'f32' ? 4 : 8, order)
    return bits === canonicalNan[float] ? 'nan' : `nan(0x${bits.toString(16).padStart(float === 'f32' ? 8 : 16, '0')})`
  }
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0'
  if (float === 'f64') return String(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

/** Reads decimal and hexadecimal (`0x1.8p3`) numbers, `inf`, `nan` and `nan(0x…)` with all bits of the number. */
export function parseFloatText(text: string, float: FloatType, order: StructureByteOrder): ParsedFloat {
  const trimmed = text.trim().toLowerCase()
  const size = float === 'f32' ? 4 : 8
  const nan = /^([+-]?)nan(?:\(0x([0-9a-f]{1,16})\))?$/.exec(trimmed)
  if (nan !== null) {
    const bits = nan[2] === undefined ? canonicalNan[float] : BigInt(`0x${nan[2]}`)
    const sign = nan[1] === '-' ? 1n << BigInt(size * 8 - 1) : 0n
    if (bits >> BigInt(size * 8) > 0n || (bits & ~(1n << BigInt(size * 8 - 1))) <= infinity[float]) {
      return { ok: false, reason: `These are not the bits of a not-a-number; the usual one is nan.` }
    }
    return { ok: true, bytes: integerToBytes(bits | sign, size, order) }
  }
  const value = parseNumber(trimmed)
  if (value === null) {
    return { ok: false, reason: `"${text.slice(0, 40)}" is not a number. Write one such as 21.5, -1e-3, inf or nan.` }
  }
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  if (float === 'f32') view.setFloat32(0, value, order === 'little')
  else view.setFloat64(0, value, order === 'little')
  const overflows = !Number.isFinite(float === 'f32' ? Math.fround(value) : value) && !trimmed.includes('inf')
  if (overflows) {
    const largest = float === 'f32' ? '3.4028235e+38' : '1.7976931348623157e+308'
    return { ok: false, reason: `The largest number of ${float} is ${largest}; write inf for infinity.` }
  }
  return { ok: true, bytes }
}

function parseNumber(text: string): number | null {
  if (text.length > 1100) return null
  const infinite = /^([+-]?)inf(?:inity)?$/.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,9})?$/.test(text)) return Number(text)
  const hex = /^([+-]?)0x([0-9a-f]{0,16})(?:\.([0-9a-f]{0,16}))?(?:p([+-]?[0-9]{1,5}))?$/.exec(text)
  if (hex === null) return null
  const [, sign, whole = '', fraction = '', exponent = '0'] = hex
  if (whole + fraction === '') return null
  return (sign === '-' ? -1 : 1) * scale(BigInt(`0x${whole}${fraction}`), Number(exponent) - fraction.length * 4)
}

/**
 * A whole number times a power of two, rounded once: shortened by hand to 53 bits (fewer for subnormal numbers), ties to
 * even, so that the multiplications after it are exact.
 */
function scale(digits: bigint, exponent: number): number {
  if (digits === 0n) return 0
  const length = digits.toString(2).length
  const drop = Math.max(0, length - 53, -1074 - exponent)
  if (drop > length + 1) return 0
  const kept = roundToEven(digits, BigInt(drop))
  let value = Number(kept)
  let power = exponent + drop
  if (power > 2000) return Infinity
  for (; power > 0; power -= Math.min(power, 1000)) value *= 2 ** Math.min(power, 1000)
  for (; power < 0; power += Math.min(-power, 1000)) value *= 2 ** -Math.min(-power, 1000)
  return value
}

function roundToEven(digits: bigint, drop: bigint): bigint {
  if (drop === 0n) return digits
  const kept = digits >> drop
  const rest = digits - (kept << drop)
  const half = 1n << (drop - 1n)
  return rest > half || (rest === half && (kept & 1n) === 1n) ? kept + 1n : kept
}
