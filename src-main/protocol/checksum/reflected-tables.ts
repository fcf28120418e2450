/**
 * The tables of a CRC whose bits are taken lowest first: four of 256 entries, so that four bytes are taken at a time
 * ("slicing by four"). `reversedPolynomial` has its bits in that order too.
 */
export function reflectedTables(reversedPolynomial: number): Int32Array {
  const tables = new Int32Array(1024)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ reversedPolynomial : value >>> 1
    tables[byte] = value
  }
  for (let at = 256; at < 1024; at++) {
    const previous = tables[at - 256] ?? 0
    tables[at] = (previous >>> 8) ^ (tables[previous & 0xff] ?? 0)
  }
  return tables
}
