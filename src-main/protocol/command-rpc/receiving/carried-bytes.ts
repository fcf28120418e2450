const smallestBuffer = 256

/** Bytes of a message that is not whole yet. Grows with what came, never by what was announced. */
export class CarriedBytes {
  #buffer = new Uint8Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** A copy of them is added. */
  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(smallestBuffer, needed, this.#buffer.length * 2))
      grown.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = grown
    }
    this.#buffer.set(bytes, this.#length)
    this.#length = needed
  }

  /** What is there; valid until the next `append`. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Forgets them, and the memory of a big message as well. */
  clear(): void {
    this.#length = 0
    if (this.#buffer.length > keptBuffer) this.#buffer = new Uint8Array(0)
  }
}

const keptBuffer = 256 * 1024
