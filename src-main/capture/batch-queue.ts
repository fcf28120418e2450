import type { Batch, Piece } from './batch.ts'
import type { Slab } from './slab-pool.ts'

/** Batches that wait for the disk, as one run of bytes that is taken from the front in portions of any size. */
export class BatchQueue {
  readonly #batches: Batch[] = []
  #byteLength = 0
  /** Of the first batch: the piece at the front, and how much of it is gone. */
  #piece = 0
  #offset = 0

  /** Bytes that wait. */
  get byteLength(): number {
    return this.#byteLength
  }

  /** A batch that is not empty. */
  add(batch: Batch): void {
    this.#batches.push(batch)
    this.#byteLength += batch.byteLength
  }

  /** The stretches of memory at the front, in order, until `accept` answers false. What adjoins in memory is one. */
  forEachStretch(accept: (bytes: Uint8Array) => boolean): void {
    let slab: Slab | null = null
    let start = 0
    let end = 0
    let piece = this.#piece
    let offset = this.#offset
    for (const { pieces } of this.#batches) {
      for (const next of pieces.slice(piece)) {
        const adjoins = slab === next.slab && end === next.start + offset
        if (!adjoins) {
          if (slab !== null && !accept(slab.bytes.subarray(start, end))) return
          slab = next.slab
          start = next.start + offset
        }
        end = next.end
        offset = 0
      }
      piece = 0
    }
    if (slab !== null) accept(slab.bytes.subarray(start, end))
  }

  /** Goes past bytes that were written; gives the batches that are written whole with them. */
  advance(byteCount: number): readonly Batch[] {
    const done: Batch[] = []
    this.#byteLength -= byteCount
    let left = byteCount
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      left = this.#advanceWithin(batch.pieces, left)
      if (this.#piece < batch.pieces.length) return done
      this.#batches.shift()
      this.#piece = this.#offset = 0
      done.push(batch)
    }
    return done
  }

  /** Takes out everything. */
  clear(): readonly Batch[] {
    this.#byteLength = this.#piece = this.#offset = 0
    return this.#batches.splice(0)
  }

  /** Gives the bytes that go beyond these pieces. */
  #advanceWithin(pieces: readonly Readonly<Piece>[], byteCount: number): number {
    let left = byteCount
    for (let piece = pieces[this.#piece]; piece !== undefined; piece = pieces[this.#piece]) {
      const rest = piece.end - piece.start - this.#offset
      if (left < rest) {
        this.#offset += left
        return 0
      }
      left -= rest
      this.#piece++
      this.#offset = 0
    }
    return left
  }
}
