import { asSigned } from '../struct/bits.ts'
import { remark, valueOf, type ByteReading, type ReadValue } from './read-value.ts'

/** Bytes of a number of 64 bits in groups of seven; more is none that programs read. */
const longestVarintBytes = 10
/** Digits of a decimal number are looked for in so many bytes when none are selected. */
const usualDecimalBytes = 4

/**
 * Numbers of variable length that begin here: groups of seven bits, the lowest first, each byte but the last with its top
 * bit set (LEB128 of DWARF 5 section 7.6, the varint of Protocol Buffers), and decimal digits in half bytes. `selectedBytes` says how many bytes
 * the digits take; 0 for the usual four.
 */
export function variableLengthReadings(bytes: Uint8Array, selectedBytes: number): readonly ByteReading[] {
  const one = (name: string, little: ReadValue): ByteReading => ({ name, little, big: null })
  const digits = bytes.subarray(0, selectedBytes === 0 ? usualDecimalBytes : selectedBytes)
  return [
    one(
      'LEB128',
      varint(bytes, (value) => value),
    ),
    one(
      'SLEB128',
      varint(bytes, (value, bits) => asSigned(value, bits)),
    ),
    one(
      'zigzag',
      varint(bytes, (value) => (value >> 1n) ^ -(value & 1n)),
    ),
    { name: 'BCD', little: decimalDigits(digits.slice().reverse()), big: decimalDigits(digits) },
  ]
}

function varint(bytes: Uint8Array, meaning: (value: bigint, bits: number) => bigint): ReadValue {
  let value = 0n
  for (let at = 0; at < longestVarintBytes; at++) {
    const byte = bytes[at]
    if (byte === undefined) return remark('does not end here')
    value |= BigInt(byte & 0x7f) << BigInt(at * 7)
    if (byte >= 0x80) continue
    return valueOf(`${meaning(value, (at + 1) * 7)} (${at === 0 ? '1 byte' : `${at + 1} bytes`})`)
  }
  return remark(`longer than ${longestVarintBytes} bytes`)
}

/** Two digits a byte, the upper half first; a half above 9 that fills up at the end (0xF) is left out. */
function decimalDigits(bytes: Uint8Array): ReadValue {
  if (bytes.length === 0) return remark('needs 1 byte')
  const halves = Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 0x0f])
  if (halves.at(-1) === 0x0f) halves.pop()
  const wrong = halves.findIndex((half) => half > 9)
  return wrong < 0 ? valueOf(halves.join('')) : remark(`no digit in byte ${Math.floor(wrong / 2) + 1}`)
}
