import { asSigned } from '../struct/bits.ts'
import { bothOrders, oneOrder, valueOf, type ByteReading } from './read-value.ts'

/** Widths in bytes that devices and protocols use. */
const byteCounts = [2, 3, 4, 5, 6, 7, 8, 16]

/** The unsigned integer of all bytes, most significant one first. */
export function unsignedOf(bigEndian: Uint8Array): bigint {
  let value = 0n
  for (const byte of bigEndian) value = (value << 8n) | BigInt(byte)
  return value
}

/** Unsigned and signed (two's complement) integers of every usual width that begin here, exact. */
export function integerReadings(bytes: Uint8Array): readonly ByteReading[] {
  const single = [
    oneOrder(bytes, 'u8', 1, ([byte = 0]) => valueOf(String(byte))),
    oneOrder(bytes, 'i8', 1, ([byte = 0]) => valueOf(String((byte << 24) >> 24))),
  ]
  const wide = byteCounts.flatMap((byteCount) => {
    const bits = byteCount * 8
    return [
      bothOrders(bytes, `u${bits}`, byteCount, (own) => valueOf(String(unsignedOf(own)))),
      bothOrders(bytes, `i${bits}`, byteCount, (own) => valueOf(String(asSigned(unsignedOf(own), bits)))),
    ]
  })
  return [...single, ...wide]
}

/** One byte in the notations of programmers: hexadecimal, octal, binary, and the character of ASCII. */
export function byteReadings(bytes: Uint8Array): readonly ByteReading[] {
  const character = (byte: number): string =>
    byte >= 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : 'not printable'
  return [
    oneOrder(bytes, 'hex', 1, ([byte = 0]) => valueOf(`0x${byte.toString(16).toUpperCase().padStart(2, '0')}`)),
    oneOrder(bytes, 'octal', 1, ([byte = 0]) => valueOf(`0o${byte.toString(8).padStart(3, '0')}`)),
    oneOrder(bytes, 'binary', 1, ([byte = 0]) => valueOf(`0b${byte.toString(2).padStart(8, '0')}`)),
    oneOrder(bytes, 'ASCII', 1, ([byte = 0]) => valueOf(character(byte))),
  ]
}
