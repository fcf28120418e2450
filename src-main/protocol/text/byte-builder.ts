/** Bytes collected one after another in a buffer that grows by doubling. */
export class ByteBuilder {
  #buffer: Uint8Array<ArrayBuffer>
  #length = 0

  constructor(expectedBytes = 64) {
    this.#buffer = new Uint8Array(Math.max(16, expectedBytes))
  }

  get length(): number {
    return this.#length
  }

  push(byte: number): void {
    if (this.#length === this.#buffer.length) this.#grow(1)
    this.#buffer[this.#length++] = byte
  }

  append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#buffer.length) this.#grow(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A code point as UTF-8. The caller has ruled out surrogates. */
  pushCodePoint(codePoint: number): void {
    if (codePoint < 0x80) {
      this.push(codePoint)
    } else if (codePoint < 0x800) {
      this.push(0xc0 | (codePoint >> 6))
      this.push(0x80 | (codePoint & 0x3f))
    } else if (codePoint < 0x10000) {
      this.push(0xe0 | (codePoint >> 12))
      this.push(0x80 | ((codePoint >> 6) & 0x3f))
      this.push(0x80 | (codePoint & 0x3f))
    } else {
      this.push(0xf0 | (codePoint >> 18))
      this.push(0x80 | ((codePoint >> 12) & 0x3f))
      this.push(0x80 | ((codePoint >> 6) & 0x3f))
      this.push(0x80 | (codePoint & 0x3f))
    }
  }

  /** A copy of what was collected. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length)
  }

  #grow(extraBytes: number): void {
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + extraBytes))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}
