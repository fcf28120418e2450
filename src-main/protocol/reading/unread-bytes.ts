/** Sizes of so many pieces are known; what comes when there are more counts as part of the last. */
const mostPieces = 65_536

/**
 * Bytes that arrived and were not read yet, in one piece, with the sizes in which they came. Adding and taking cost no
 * more than the bytes moved.
 */
export class UnreadBytes {
  #memory = new Uint8Array(0)
  #start = 0
  #end = 0
  /** Sizes of the pieces, from `#firstPiece` on; of the first what is left of it. */
  #pieces: number[] = []
  #firstPiece = 0

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
    const last = this.#pieces.length - 1
    if (last - this.#firstPiece + 1 < mostPieces) this.#pieces.push(bytes.length)
    else this.#pieces[last] = (this.#pieces[last] ?? 0) + bytes.length
  }

  /** Sizes of the pieces in which the first bytes came, so many of them at most. */
  piecesOf(byteCount: number, maximumPieces: number): number[] {
    const sizes: number[] = []
    let rest = Math.min(byteCount, this.length)
    for (let at = this.#firstPiece; rest > 0 && sizes.length < maximumPieces; at++) {
      const size = Math.min(rest, this.#pieces[at] ?? rest)
      sizes.push(size)
      rest -= size
    }
    return sizes
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
    if (this.#start < this.#end) {
      this.#dropPieces(byteCount)
      return
    }
    this.#memory = new Uint8Array(0)
    this.#start = this.#end = 0
    this.#pieces = []
    this.#firstPiece = 0
  }

  #dropPieces(byteCount: number): void {
    for (let rest = byteCount; rest > 0;) {
      const size = this.#pieces[this.#firstPiece] ?? rest
      if (size > rest) this.#pieces[this.#firstPiece] = size - rest
      else this.#firstPiece++
      rest -= Math.min(rest, size)
    }
    // In proportion to what was dropped, as with the bytes.
    if (this.#firstPiece <= this.#pieces.length / 2) return
    this.#pieces = this.#pieces.slice(this.#firstPiece)
    this.#firstPiece = 0
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
