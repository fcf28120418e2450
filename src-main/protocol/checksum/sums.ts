/** Sum of all bytes modulo 256. */
export function sum8(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum = (sum + byte) & 0xff
  return sum
}

/** All bytes exclusive-ored together (the longitudinal redundancy check of many serial protocols). */
export function xor8(bytes: Uint8Array): number {
  let value = 0
  for (const byte of bytes) value ^= byte
  return value
}

/** The largest number of bytes after which both sums still fit 32 bits (from zlib). */
const adlerBlockBytes = 5552

/** Adler-32 of RFC 1950, as an unsigned number. */
export function adler32(bytes: Uint8Array): number {
  let low = 1
  let high = 0
  let index = 0
  while (index < bytes.length) {
    const blockEnd = Math.min(index + adlerBlockBytes, bytes.length)
    for (; index < blockEnd; index++) {
      low += bytes[index] ?? 0
      high += low
    }
    low %= 65521
    high %= 65521
  }
  return ((high << 16) | low) >>> 0
}

/**
 * Fletcher-16: two sums of bytes modulo 255, the second one above the first.
 * Source: J. G. Fletcher, "An Arithmetic Checksum for Serial Transmissions", 1982.
 */
export function fletcher16(bytes: Uint8Array): number {
  let low = 0
  let high = 0
  for (const byte of bytes) {
    low = (low + byte) % 255
    high = (high + low) % 255
  }
  return (high << 8) | low
}

/** Fletcher-32: the same over little-endian 16-bit words modulo 65535; an odd last byte is the low half of a word. */
export function fletcher32(bytes: Uint8Array): number {
  let low = 0
  let high = 0
  for (let index = 0; index < bytes.length; index += 2) {
    low = (low + (bytes[index] ?? 0) + ((bytes[index + 1] ?? 0) << 8)) % 65535
    high = (high + low) % 65535
  }
  return ((high << 16) | low) >>> 0
}

/** The internet checksum of RFC 1071: complement of the one's complement sum of big-endian 16-bit words. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0
  for (let index = 0; index < bytes.length; index += 2) {
    sum += ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)
    if (sum > 0xffff) sum = (sum & 0xffff) + 1
  }
  return ~sum & 0xffff
}
