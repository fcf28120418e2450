/** Bytes that arrived and were not read yet, in one piece. Adding and taking cost no more than the bytes moved. */
export class UnreadBytes {
  #memory = new Uint8Array(0)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** All of them, to look at: valid until the next change. */
  view(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#end)
  }

  /** Copies the bytes. */
  add(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#memory.length) this.#makeRoom(bytes.length)
    this.#memory.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Removes the first ones, as a copy. */
  take(byteCount: number): Uint8Array {
    const taken = this.view().slice(0, byteCount)
    this.drop(byteCount)
    return taken
  }

  /** Removes the first ones. */
  drop(byteCount: number): void {
    this.#start = Math.min(this.#end, this.#start + byteCount)
    if (this.#start < this.#end) return
    this.#memory = new Uint8Array(0)
    this.#start = this.#end = 0
  }

  /** Doubling keeps what is moved in proportion to what arrives. */
  #makeRoom(byteCount: number): void {
    const needed = this.length + byteCount
    const memory = new Uint8Array(Math.max(needed, Math.min(needed * 2, needed + 16 * 1024 * 1024)))
    memory.set(this.view())
    this.#end = this.length
    this.#start = 0
    this.#memory = memory
  }
}
