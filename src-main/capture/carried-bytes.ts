const leastRoomBytes = 4096

/** The first bytes of the message in progress of one stream, in memory that grows with them up to a limit. */
export class CarriedBytes {
  readonly #limitBytes: number
  #memory = new Uint8Array(0)
  #keptBytes = 0
  #totalBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** All bytes that were added and not taken, those that were not kept included. */
  get totalBytes(): number {
    return this.#totalBytes
  }

  get keptBytes(): number {
    return this.#keptBytes
  }

  /** Adds `bytes[start .. end)`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    // What comes after bytes that were not kept cannot be kept either.
    const room = this.#keptBytes === this.#totalBytes ? this.#limitBytes - this.#keptBytes : 0
    const kept = Math.min(room, end - start)
    if (this.#keptBytes + kept > this.#memory.length) this.#grow(this.#keptBytes + kept)
    this.#memory.set(bytes.subarray(start, start + kept), this.#keptBytes)
    this.#keptBytes += kept
    this.#totalBytes += end - start
  }

  /** Takes a message of `length` bytes away; gives as many of them as were kept, until bytes are added. */
  take(length: number): Uint8Array {
    const kept = Math.min(length, this.#keptBytes)
    const bytes = this.#memory.slice(0, kept)
    this.#memory.copyWithin(0, kept, this.#keptBytes)
    this.#keptBytes -= kept
    this.#totalBytes -= length
    return bytes
  }

  #grow(leastBytes: number): void {
    const memory = new Uint8Array(Math.min(this.#limitBytes, Math.max(leastRoomBytes, leastBytes * 2)))
    memory.set(this.#memory.subarray(0, this.#keptBytes))
    this.#memory = memory
  }
}
