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
