import type { Slab } from './slab-pool.ts'
import { Tally } from './tally.ts'

/** Bytes of a slab on their way to the disk. */
export interface Piece {
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
