import type { Slab } from './slab-pool.ts'
import { Tally } from './tally.ts'

/**
 * Whole records on their way to the disk, as pieces of slabs in file order. What adjoins in memory is one piece.
 */
export class Batch {
  readonly slabs: Slab[] = []
  readonly starts: number[] = []
  readonly ends: number[] = []
  byteLength = 0
  /** The sums behind its last record; set when the batch is closed. */
  readonly tallyAfter = new Tally()
  /** Checkpoints that can be read once it is written; set when the batch is closed. */
  checkpointCount = 0

  add(slab: Slab, start: number, end: number): void {
    const last = this.slabs.length - 1
    this.byteLength += end - start
    if (last >= 0 && this.slabs[last] === slab && this.ends[last] === start) {
      this.ends[last] = end
      return
    }
    slab.waitingPieces++
    this.slabs.push(slab)
    this.starts.push(start)
    this.ends.push(end)
  }
}

/** Takes a batch's bytes in portions that one vectored write can take. */
export class BatchCursor {
  readonly #batch: Batch
  #piece = 0
  #offsetInPiece = 0

  constructor(batch: Batch) {
    this.#batch = batch
  }

  get atEnd(): boolean {
    return this.#piece >= this.#batch.slabs.length
  }

  /** The next pieces, together at most `maximumBytes` and at most `maximumPieces` of them. */
  peek(maximumBytes: number, maximumPieces: number): Uint8Array[] {
    const pieces: Uint8Array[] = []
    let room = maximumBytes
    let offset = this.#offsetInPiece
    for (let at = this.#piece; at < this.#batch.slabs.length && room > 0 && pieces.length < maximumPieces; at++) {
      const start = this.#batch.starts[at]! + offset
      const end = Math.min(this.#batch.ends[at]!, start + room)
      pieces.push(this.#batch.slabs[at]!.bytes.subarray(start, end))
      room -= end - start
      offset = 0
    }
    return pieces
  }

  /** Goes past bytes that were written. */
  advance(byteCount: number): void {
    let left = byteCount
    while (left > 0 && !this.atEnd) {
      const rest = this.#batch.ends[this.#piece]! - this.#batch.starts[this.#piece]! - this.#offsetInPiece
      if (left < rest) {
        this.#offsetInPiece += left
        return
      }
      left -= rest
      this.#piece++
      this.#offsetInPiece = 0
    }
  }
}
