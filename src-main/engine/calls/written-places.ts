/** Bytes that were written, of which none is accepted yet. */
interface WrittenBytes {
  /** Bytes of the connection before them. */
  readonly position: number
  readonly onAccepted: (streamOffset: number) => void
}

/**
 * Finds out where in the capture written bytes stand: what is written to a connection is accepted in order, whoever wrote it.
 */
export class WrittenPlaces {
  /** Bytes of the connection that were accepted since this began. */
  #acceptedBytes = 0
  readonly #waiting: WrittenBytes[] = []

  /** Bytes written by this side that wait to be accepted; `unsentBytes` are those of everybody before these. */
  written(unsentBytes: number, onAccepted: (streamOffset: number) => void): void {
    this.#waiting.push({ position: this.#acceptedBytes + unsentBytes, onAccepted })
  }

  /** The system accepted bytes, which are in the capture from `streamOffset` on. */
  accepted(byteCount: number, streamOffset: number): void {
    const from = this.#acceptedBytes
    this.#acceptedBytes += byteCount
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (first.position >= this.#acceptedBytes) return
      this.#waiting.shift()
      first.onAccepted(streamOffset + Math.max(0, first.position - from))
    }
  }
}
