/**
 * A sequence of bytes to be found in a stream that comes in pieces (Knuth, Morris and Pratt): how much of it the last
 * bytes match is one number, so nothing of the stream must be kept.
 */
export class BytePattern {
  readonly bytes: Uint8Array
  readonly length: number
  readonly first: number
  /** For each length of a match: the longest shorter beginning of the pattern that is also its end. */
  readonly #shorter: Uint32Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.length = bytes.length
    this.first = bytes[0] ?? 0
    this.#shorter = new Uint32Array(bytes.length + 1)
    let matched = 0
    for (let index = 1; index < bytes.length; index++) {
      matched = this.advance(matched, bytes[index] ?? 0)
      this.#shorter[index + 1] = matched
    }
  }

  /** How much is matched after one more byte, given that `matched` (less than the length) was before. */
  advance(matched: number, byte: number): number {
    let length = matched
    while (length > 0 && this.bytes[length] !== byte) length = this.#shorter[length] ?? 0
    return this.bytes[length] === byte ? length + 1 : length
  }

  /** True when the pattern stands whole at `index`. */
  standsAt(bytes: Uint8Array, index: number): boolean {
    for (let position = 1; position < this.length; position++) {
      if (bytes[index + position] !== this.bytes[position]) return false
    }
    return bytes[index] === this.first
  }

  /** Two patterns of the same bytes. */
  equals(other: BytePattern): boolean {
    return this.length === other.length && this.standsAt(other.bytes, 0)
  }
}
