import type { Slab } from './slab-pool.ts'
import { Tally } from './tally.ts'

interface Piece {
  readonly slab: Slab
  readonly start: number
  end: number
}

/**
 * Whole records on their way to the disk, as pieces of slabs in file order. What adjoins in memory is one piece.
 */
export class Batch {
  readonly pieces: Piece[] = []
  byteLength = 0
  /** The sums behind its last record; set when the batch is closed. */
  readonly tallyAfter = new Tally()
  /** Checkpoints that can be read once it is written; set when the batch is closed. */
  checkpointCount = 0
  #last: Piece | null = null

  add(slab: Slab, start: number, end: number): void {
    const last = this.#last
    this.byteLength += end - start
    if (last !== null && last.slab === slab && last.end === start) {
      last.end = end
      return
    }
    slab.waitingPieces++
    this.#last = { slab, start, end }
    this.pieces.push(this.#last)
  }
}

/** Takes a batch's bytes in portions that one vectored write can take. */
export class BatchCursor {
  readonly #pieces: readonly Readonly<Piece>[]
  #next = 0
  #offsetInPiece = 0

  constructor(batch: Batch) {
    this.#pieces = batch.pieces
  }

  get atEnd(): boolean {
    return this.#next >= this.#pieces.length
  }

  /** The next pieces, together at most `maximumBytes` and at most `maximumPieces` of them. */
  peek(maximumBytes: number, maximumPieces: number): Uint8Array[] {
    const pieces: Uint8Array[] = []
    let room = maximumBytes
    let offset = this.#offsetInPiece
    for (const piece of this.#pieces.slice(this.#next, this.#next + maximumPieces)) {
      if (room === 0) break
      const start = piece.start + offset
      const end = Math.min(piece.end, start + room)
      pieces.push(piece.slab.bytes.subarray(start, end))
      room -= end - start
      offset = 0
    }
    return pieces
  }

  /** Goes past bytes that were written. */
  advance(byteCount: number): void {
    let left = byteCount
    for (let piece = this.#pieces[this.#next]; piece !== undefined && left > 0; piece = this.#pieces[this.#next]) {
      const rest = piece.end - piece.start - this.#offsetInPiece
      if (left < rest) {
        this.#offsetInPiece += left
        return
      }
      left -= rest
      this.#next++
      this.#offsetInPiece = 0
    }
  }
}
