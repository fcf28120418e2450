import { reflectedTables } from './reflected-tables.ts'

/** CRC-32 as in IEEE 802.3, zlib and PNG: polynomial 0x04C11DB7 reflected, first and last value inverted. */
const tables = reflectedTables(0xedb88320)

/**
 * CRC-32 of `bytes[start .. end)` as an unsigned 32-bit number. `initial` is the CRC-32 of what comes before, so that
 * parts can be summed one after the other; any other number salts the sum.
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, initial = 0): number {
  // Every record of a capture comes by here: with its own tables the loop is faster than the one for any.
  let sum = ~initial
  let at = start
  for (; at + 4 <= end; at += 4) {
    sum ^= (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
    sum =
      (tables[768 + (sum & 0xff)] ?? 0) ^
      (tables[512 + ((sum >>> 8) & 0xff)] ?? 0) ^
      (tables[256 + ((sum >>> 16) & 0xff)] ?? 0) ^
      (tables[sum >>> 24] ?? 0)
  }
  for (; at < end; at++) sum = (sum >>> 8) ^ (tables[(sum ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return ~sum >>> 0
}
