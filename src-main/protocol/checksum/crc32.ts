/** CRC-32 as in IEEE 802.3, zlib and PNG: polynomial 0x04C11DB7 reflected, first and last value inverted. */
const reflectedPolynomial = 0xedb88320

/** Four tables of 256 entries: four bytes are taken at a time ("slicing by four"). */
const tables = buildTables()

function buildTables(): Int32Array {
  const built = new Int32Array(1024)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ reflectedPolynomial : value >>> 1
    built[byte] = value
  }
  for (let at = 256; at < 1024; at++) {
    const previous = built[at - 256] ?? 0
    built[at] = (previous >>> 8) ^ (built[previous & 0xff] ?? 0)
  }
  return built
}

/**
 * CRC-32 of `bytes[start .. end)` as an unsigned 32-bit number. `initial` is the CRC-32 of what comes before, so that
 * parts can be summed one after the other; any other number salts the sum.
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, initial = 0): number {
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
