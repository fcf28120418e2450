/** The part of a stream that is still needed, as the chunks it came in. Nothing is joined before it is asked for. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = []
  /** Stream offset of the first byte kept. */
  #start = 0

  push(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#chunks.push(bytes)
  }

  /** The bytes from stream offset `start` to `end`, which must be kept still. */
  slice(start: number, end: number): Uint8Array {
    const parts: Uint8Array[] = []
    let offset = this.#start
    for (const chunk of this.#chunks) {
      if (offset >= end) break
      const next = offset + chunk.length
      if (next > start) parts.push(chunk.subarray(Math.max(0, start - offset), Math.min(chunk.length, end - offset)))
      offset = next
    }
    const [only] = parts
    if (parts.length === 1 && only !== undefined) return only
    return new Uint8Array(Buffer.concat(parts))
  }

  /** Forgets everything before stream offset `end`. */
  drop(end: number): void {
    let first = this.#chunks[0]
    while (first !== undefined && this.#start + first.length <= end) {
      this.#start += first.length
      this.#chunks.shift()
      first = this.#chunks[0]
    }
    if (first !== undefined && end > this.#start) {
      this.#chunks[0] = first.subarray(end - this.#start)
      this.#start = end
    }
  }
}
