import type { LengthFieldType } from '../../contract/schemas/framing.ts'

/** Bytes of a field; 0 for `varint`, whose width its own bytes tell. */
export const lengthFieldBytes: Readonly<Record<LengthFieldType, number>> = {
  u8: 1,
  u16be: 2,
  u16le: 2,
  u32be: 4,
  u32le: 4,
  u64be: 8,
  u64le: 8,
  varint: 0,
}

/** Ten bytes of seven bits hold 64: a longer varint is malformed. */
export const longestVarintBytes = 10

/**
 * Value of a field of fixed width that stands whole at `at`. 64-bit values beyond 2^53 are rounded, which only matters
 * for numbers far over every maximum.
 */
export function readFixedField(field: LengthFieldType, bytes: Uint8Array, at: number): number {
  const byte = (offset: number): number => bytes[at + offset] ?? 0
  switch (field) {
    case 'u32be':
      return ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0
    case 'u32le':
      return ((byte(3) << 24) | (byte(2) << 16) | (byte(1) << 8) | byte(0)) >>> 0
    case 'u16be':
      return (byte(0) << 8) | byte(1)
    case 'u16le':
      return (byte(1) << 8) | byte(0)
    case 'u64be':
      return readFixedField('u32be', bytes, at) * 0x100000000 + readFixedField('u32be', bytes, at + 4)
    case 'u64le':
      return readFixedField('u32le', bytes, at + 4) * 0x100000000 + readFixedField('u32le', bytes, at)
    case 'u8':
    case 'varint':
      return byte(0)
  }
}

/** Bytes of the varint at `at`: 0 when it goes on past `end`, -1 when it is too long. */
export function varintBytes(bytes: Uint8Array, at: number, end: number): number {
  for (let width = 1; width <= longestVarintBytes; width++) {
    if (at + width > end) return 0
    if ((bytes[at + width - 1] ?? 0) < 0x80) return width
  }
  return -1
}

/** Value of a varint of known width; rounded beyond 2^53. */
export function readVarint(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let index = width - 1; index >= 0; index--) value = value * 128 + ((bytes[at + index] ?? 0) & 0x7f)
  return value
}

/** The field's bytes for a value, or null when it does not fit. */
export function encodeLengthField(field: LengthFieldType, value: number): Uint8Array | null {
  if (!Number.isSafeInteger(value) || value < 0) return null
  if (field === 'varint') {
    const bytes: number[] = []
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
    bytes.push(rest)
    return Uint8Array.from(bytes)
  }
  const width = lengthFieldBytes[field]
  if (value >= 256 ** width) return null
  const bytes = Uint8Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** index) % 256)
  return field.endsWith('be') ? bytes.reverse() : bytes
}
