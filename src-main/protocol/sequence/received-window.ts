/** Most received bytes that are kept for waits. */
export const receivedWindowBytes = 1024 * 1024

/** The newest bytes of a stream, by their offsets in it. */
export class ReceivedWindow {
  #buffer = new Uint8Array(4096)
  /** Where the kept bytes begin within the buffer. */
  #from = 0
  #length = 0
  /** Stream offset of the first byte that is kept. */
  base = 0

  /** Stream offset after the last byte. */
  get end(): number {
    return this.base + this.#length
  }

  append(bytes: Uint8Array): void {
    if (this.#from + this.#length + bytes.length > this.#buffer.length) this.#makeRoom(bytes.length)
    this.#buffer.set(bytes, this.#from + this.#length)
    this.#length += bytes.length
  }

  /** The bytes from one stream offset up to another, as far as they are kept. Not copied: valid until the next call. */
  view(start: number, end: number = this.end): Uint8Array {
    const from = this.#from - this.base
    return this.#buffer.subarray(from + Math.max(this.base, start), from + Math.min(this.end, Math.max(start, end)))
  }

  /** Gives up everything before a stream offset. */
  dropBefore(offset: number): void {
    const dropped = Math.min(this.#length, Math.max(0, offset - this.base))
    this.#from += dropped
    this.#length -= dropped
    this.base += dropped
    if (this.#length === 0) this.#from = 0
  }

  #makeRoom(more: number): void {
    const needed = this.#length + more
    const kept = this.#buffer.subarray(this.#from, this.#from + this.#length)
    const room = needed > this.#buffer.length / 2 ? new Uint8Array(2 * needed) : this.#buffer
    if (room === this.#buffer) room.copyWithin(0, this.#from, this.#from + this.#length)
    else room.set(kept)
    this.#buffer = room
    this.#from = 0
  }
}
