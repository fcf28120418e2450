import { blockBytes, memoryPhase } from './aligned-memory.ts'
import { smallestSlabBytes, type Slab, type SlabPool } from './slab-pool.ts'

/** A slab filled within this time is followed by a larger one. */
const quickFillNs = 50e6
/** A slab filled no sooner than this is followed by a smaller one. */
const slowFillNs = 1e9

/**
 * The place in slabs where the next bytes are laid, one behind the other. Slabs grow with the rate.
 *
 * The disk takes memory as it is when that memory is aligned as its place in the file is (`direct writes`). So a place is
 * chosen that stands as far behind the beginning of a block of memory as the file's next byte does behind that of a block
 * of the disk: from there on memory and file go in step, until something else comes between in the file.
 */
export class SlabCursor {
  readonly #pool: SlabPool
  #slab: Slab | null = null
  #used = 0
  #takenAtNs = 0
  #wantedBytes = smallestSlabBytes

  constructor(pool: SlabPool) {
    this.#pool = pool
  }

  /** Where the next byte is laid. */
  get used(): number {
    return this.#used
  }

  get slab(): Slab | null {
    return this.#slab
  }

  /** Bytes from here to the end of the slab. */
  get room(): number {
    return this.#slab === null ? 0 : this.#slab.bytes.length - this.#used
  }

  /** Goes past bytes that were laid. */
  advance(byteCount: number): void {
    this.#used += byteCount
  }

  /** Skips less than a block so as to be in step with the file at `fileOffset`; not where that leaves no room. */
  stepTo(fileOffset: number): void {
    const phase = this.#slab === null ? null : memoryPhase(this.#slab.bytes)
    if (phase === null) return
    const skipped = (((fileOffset - phase - this.#used) % blockBytes) + blockBytes) % blockBytes
    if (skipped < this.room) this.#used += skipped
  }

  /** Goes on at the beginning of another slab, in step with the file at `fileOffset`. */
  takeNext(fileOffset: number, nowNs: number): Slab {
    if (this.#slab !== null) {
      this.#pool.retire(this.#slab)
      this.#adaptSize(this.#slab.bytes.length, nowNs - this.#takenAtNs)
    }
    this.#slab = this.#pool.take(this.#wantedBytes)
    this.#used = 0
    this.#takenAtNs = nowNs
    this.stepTo(fileOffset)
    return this.#slab
  }

  /** Nothing more is laid: gives the slab back. */
  end(): void {
    if (this.#slab !== null) this.#pool.retire(this.#slab)
    this.#slab = null
  }

  #adaptSize(size: number, fillNs: number): void {
    if (fillNs < quickFillNs) this.#wantedBytes = size * 2
    else if (fillNs > slowFillNs) this.#wantedBytes = Math.max(smallestSlabBytes, size / 2)
  }
}
