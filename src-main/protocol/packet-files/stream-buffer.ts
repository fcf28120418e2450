const leastRoomBytes = 64 * 1024

/** Bytes of a stream that were not taken yet, in one piece of memory that is used again. */
export class StreamBuffer {
  #memory = new Uint8Array(0)
  #start = 0
  #end = 0
  #position = 0

  /** Bytes that can be taken. */
  get length(): number {
    return this.#end - this.#start
  }

  /** Offset of the next byte in the whole stream. */
  get position(): number {
    return this.#position
  }

  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#memory.length) this.#makeRoom(bytes.length)
    this.#memory.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** The next `byteCount` bytes, which must be there; they stay only until something is appended. */
  peek(byteCount: number): Uint8Array {
    return this.#memory.subarray(this.#start, this.#start + byteCount)
  }

  /** Goes past at most `byteCount` bytes and gives how many they were. */
  skip(byteCount: number): number {
    const skipped = Math.min(byteCount, this.length)
    this.#start += skipped
    this.#position += skipped
    return skipped
  }

  #makeRoom(byteCount: number): void {
    const kept = this.length
    if (kept + byteCount <= this.#memory.length / 2) {
      this.#memory.copyWithin(0, this.#start, this.#end)
    } else {
      const memory = new Uint8Array(Math.max(leastRoomBytes, (kept + byteCount) * 2))
      memory.set(this.#memory.subarray(this.#start, this.#end))
      this.#memory = memory
    }
    this.#start = 0
    this.#end = kept
  }
}
