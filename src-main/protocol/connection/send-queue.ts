/** No write is longer, so that the unsent count follows a slow peer closely. */
export const maximumPieceBytes = 256 * 1024
/** Writes handed to the operating system and not yet accepted. More would only wait in the program's own queue. */
export const maximumPiecesInFlight = 4

/**
 * The bytes of one connection on their way out: waiting, in flight, accepted. Keeps every byte until the operating
 * system has accepted it, so that what is recorded and what is counted as unsent are both exact.
 */
export class SendQueue {
  readonly #waiting: Uint8Array[] = []
  /** Bytes of the first waiting entry that were taken already. */
  #takenOfFirst = 0
  readonly #inFlight: Uint8Array[] = []
  #unsentBytes = 0

  /** Bytes queued and not accepted, in flight or waiting. */
  get unsentBytes(): number {
    return this.#unsentBytes
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#waiting.push(bytes)
    this.#unsentBytes += bytes.length
  }

  /** The next piece to write, null when there is none or enough is in flight. */
  takePiece(): Uint8Array | null {
    const first = this.#waiting[0]
    if (first === undefined || this.#inFlight.length >= maximumPiecesInFlight) return null
    const end = Math.min(this.#takenOfFirst + maximumPieceBytes, first.length)
    const piece = first.subarray(this.#takenOfFirst, end)
    if (end === first.length) {
      this.#waiting.shift()
      this.#takenOfFirst = 0
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
    return accepted
  }
}
