/**
 * Integers in bytes and in bits of bytes. Bit numbers count in the order bits are handed out: from the least significant
 * bit of the first byte on little-endian, from the most significant one on big-endian structures.
 */
import type { StructureByteOrder } from '../../contract/schemas/structure.ts'

/** The unsigned integer of `size` bytes (1 to 8) at `offset`. */
export function readUnsigned(bytes: Uint8Array, offset: number, size: number, order: StructureByteOrder): bigint {
  let high = 0
  let low = 0
  for (let index = 0; index < size; index++) {
    const significance = size - 1 - index
    const byte = bytes[order === 'big' ? offset + index : offset + significance] ?? 0
    if (significance >= 4) high = high * 256 + byte
    else low = low * 256 + byte
  }
  return size <= 4 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low)
}

/** The bytes of an integer, negative ones as two's complement. The caller has checked the range. */
export function integerToBytes(value: bigint, size: number, order: StructureByteOrder): Uint8Array {
  const bytes = new Uint8Array(size)
  let rest = BigInt.asUintN(size * 8, value)
  for (let index = 0; index < size; index++) {
    bytes[order === 'big' ? size - 1 - index : index] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}

/** An unsigned integer taken as two's complement with so many bits. */
export function asSigned(value: bigint, bits: number): bigint {
  return bits === 0 ? 0n : BigInt.asIntN(bits, value)
}

/** The unsigned value of `width` bits (up to 64) that begin `bitOffset` bits into the bytes. */
export function readBits(bytes: Uint8Array, bitOffset: number, width: number, order: StructureByteOrder): bigint {
  let value = 0n
  for (let index = 0; index < width; index++) {
    if (!isBitSet(bytes, bitOffset + index, order)) continue
    value |= 1n << BigInt(order === 'big' ? width - 1 - index : index)
  }
  return value
}

/** Writes `width` bits; the other bits of the bytes stay as they are. */
export function writeBits(
  bytes: Uint8Array,
  bitOffset: number,
  width: number,
  value: bigint,
  order: StructureByteOrder,
): void {
  for (let index = 0; index < width; index++) {
    const isSet = ((value >> BigInt(order === 'big' ? width - 1 - index : index)) & 1n) === 1n
    const position = bitOffset + index
    const mask = maskOf(position, order)
    const byteIndex = Math.floor(position / 8)
    const byte = bytes[byteIndex] ?? 0
    bytes[byteIndex] = isSet ? byte | mask : byte & ~mask
  }
}

function isBitSet(bytes: Uint8Array, position: number, order: StructureByteOrder): boolean {
  return ((bytes[Math.floor(position / 8)] ?? 0) & maskOf(position, order)) !== 0
}

function maskOf(position: number, order: StructureByteOrder): number {
  const within = position % 8
  return order === 'big' ? 0x80 >> within : 1 << within
}
