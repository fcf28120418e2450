/** No write is longer, so that the unsent count follows a slow peer closely. */
export const maximumPieceBytes = 256 * 1024
/** Writes handed to the operating system and not yet accepted. More would only wait in the program's own queue. */
export const maximumPiecesInFlight = 4

/**
 * The bytes of one connection on their way out: held back, waiting, in flight, accepted. Keeps every byte until the
 * operating system has accepted it, so that what is recorded and what is counted as unsent are both exact.
 */
export class SendQueue {
  #waiting: Uint8Array[] = []
  /** Entries of those that were taken already. They are dropped many at a time: each drop moves all that wait behind. */
  #takenEntries = 0
  /** Bytes of the first waiting entry that were taken already. */
  #takenOfFirst = 0
  readonly #inFlight: Uint8Array[] = []
  /** What may not go out yet; null while nothing is held back. */
  #held: Uint8Array[] | null = null
  #unsentBytes = 0
  #heldBytes = 0
  /** How many of the unsent bytes, from the first on, were put before everything else. */
  #openingBytes = 0

  /** Takes over what another connection left. */
  constructor(rest: readonly Uint8Array[] = []) {
    for (const bytes of rest) this.push(bytes)
  }

  /** Bytes queued and not accepted: in flight, waiting or held back. */
  get unsentBytes(): number {
    return this.#unsentBytes
  }
  /** Everything that may go out was accepted. */
  get isDrained(): boolean {
    return this.#unsentBytes === this.#heldBytes
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#unsentBytes += bytes.length
    if (this.#held === null) {
      this.#waiting.push(bytes)
    } else {
      this.#held.push(bytes)
      this.#heldBytes += bytes.length
    }
  }

  /** Holds back everything that is pushed from now on. */
  hold(): void {
    this.#held ??= []
  }

  /** Holds back everything, before anything of it was taken. */
  holdAll(): void {
    this.#dropTaken()
    this.#held = [...this.#waiting, ...(this.#held ?? [])]
    this.#waiting = []
    this.#heldBytes = this.#unsentBytes
  }

  /** Lets go out what was held back. */
  release(): void {
    // Not pushed as arguments: of those a function takes some hundred thousand at most.
    if (this.#held !== null) this.#waiting = [...this.#waiting, ...this.#held]
    this.#held = null
    this.#heldBytes = 0
  }

  /**
   * Goes out before everything else, also before what is held back. It belongs to this connection alone, see `rest`. Only while
   * nothing is in flight and the last one was accepted.
   */
  open(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (this.#inFlight.length > 0 || this.#takenOfFirst > 0 || this.#openingBytes > 0) {
      throw new RangeError('Other bytes are on their way already')
    }
    this.#dropTaken()
    this.#waiting.unshift(bytes)
    this.#openingBytes = bytes.length
    this.#unsentBytes += bytes.length
  }

  /** The next piece to write, null when there is none or enough is in flight. */
  takePiece(): Uint8Array | null {
    const first = this.#waiting[this.#takenEntries]
    if (first === undefined || this.#inFlight.length >= maximumPiecesInFlight) return null
    const end = Math.min(this.#takenOfFirst + maximumPieceBytes, first.length)
    const piece = first.subarray(this.#takenOfFirst, end)
    if (end === first.length) {
      this.#takenEntries += 1
      this.#takenOfFirst = 0
      if (this.#takenEntries * 2 >= this.#waiting.length) this.#dropTaken()
    } else {
      this.#takenOfFirst = end
    }
    this.#inFlight.push(piece)
    return piece
  }

  /**
   * The first `byteCount` bytes in flight were accepted: returns them, piece by piece. A piece accepted in part is
   * returned in part. More than is in flight is a mistake of the caller.
   */
  accept(byteCount: number): readonly Uint8Array[] {
    const accepted: Uint8Array[] = []
    let left = byteCount
    while (left > 0) {
      const piece = this.#inFlight[0]
      if (piece === undefined) throw new RangeError(`${left} bytes were accepted that were never written`)
      if (piece.length <= left) {
        this.#inFlight.shift()
        accepted.push(piece)
        left -= piece.length
      } else {
        accepted.push(piece.subarray(0, left))
        this.#inFlight[0] = piece.subarray(left)
        left = 0
      }
    }
    this.#unsentBytes -= byteCount
    this.#openingBytes = Math.max(0, this.#openingBytes - byteCount)
    return accepted
  }

  /** Everything that is unsent, in order. */
  unsent(): readonly Uint8Array[] {
    const [first, ...others] = this.#waiting.slice(this.#takenEntries)
    const rest = first === undefined ? [] : [first.subarray(this.#takenOfFirst), ...others]
    return [...this.#inFlight, ...rest, ...(this.#held ?? [])]
  }

  /** What is unsent and may go out on another connection: all but the opening, which every connection has of its own. */
  rest(): readonly Uint8Array[] {
    let skipped = this.#openingBytes
    const rest: Uint8Array[] = []
    for (const bytes of this.unsent()) {
      const part = bytes.subarray(skipped)
      skipped -= bytes.length - part.length
      if (part.length > 0) rest.push(part)
    }
    return rest
  }

  #dropTaken(): void {
    if (this.#takenEntries > 0) this.#waiting = this.#waiting.slice(this.#takenEntries)
    this.#takenEntries = 0
  }
}
