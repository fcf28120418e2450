import { SlabArena } from './slab-arena.ts'

/** A piece of memory that records are laid into one after the other, and that is used again once all is on disk. */
export interface Slab {
  readonly bytes: Uint8Array
  /** Pieces of it that wait for the disk. */
  waitingPieces: number
  /** True once nothing more is laid into it. */
  full: boolean
}

export const smallestSlabBytes = 16 * 1024
export const largestSlabBytes = 4 * 1024 * 1024
/** The smallest slabs are plain memory: most connections are quiet, and have one each. */
const smallestInArenaBytes = 2 * smallestSlabBytes
/** Of the plain ones so many are kept for the next. */
const keptSmallSlabs = 256

/** A slab around bytes that belong to somebody else; it is never used again. */
export function foreignSlab(bytes: Uint8Array): Slab {
  return { bytes, waitingPieces: 0, full: false }
}

/**
 * Hands out slabs of 16 KiB to 4 MiB (powers of two) and takes them back. Shared by all captures of a store, so that
 * their memory has one bound, and that everybody has a share of it: the more slabs are handed out, the smaller are new
 * ones. From 32 KiB on their memory is page-aligned.
 */
export class SlabPool {
  readonly #budgetBytes: number
  readonly #freeSmall: Uint8Array[] = []
  #arena: SlabArena | null = null
  #outstandingBytes = 0
  #outstandingCount = 0

  /** `budgetBytes` is a power of two. */
  constructor(budgetBytes = 64 * 1024 * 1024) {
    this.#budgetBytes = budgetBytes
  }

  /** Bytes of all slabs that are handed out. */
  get outstandingBytes(): number {
    return this.#outstandingBytes
  }

  /** True when the captures together hold as much memory as they should. */
  get exhausted(): boolean {
    return this.#outstandingBytes > this.#budgetBytes * 0.75
  }

  /** A slab of `wantedBytes`, or of a smaller size when memory is short. */
  take(wantedBytes: number): Slab {
    const left = Math.max(0, this.#budgetBytes - this.#outstandingBytes) / 2
    const share = this.#budgetBytes / (2 * (this.#outstandingCount + 1))
    const most = Math.min(wantedBytes, left, share, largestSlabBytes)
    let size = smallestSlabBytes
    while (size * 2 <= most) size *= 2
    const bytes = this.#piece(size)
    this.#outstandingBytes += bytes.length
    this.#outstandingCount++
    return { bytes, waitingPieces: 0, full: false }
  }

  /** Nothing more is laid into this slab: it comes back now, or when its last piece was released. */
  retire(slab: Slab): void {
    slab.full = true
    if (slab.waitingPieces === 0) this.#recycle(slab)
  }

  /** A piece of the slab was written. */
  release(slab: Slab): void {
    slab.waitingPieces--
    if (slab.waitingPieces === 0 && slab.full) this.#recycle(slab)
  }

  /** What is left of the arena may be in smaller parts than what is left of the budget. */
  #piece(wantedBytes: number): Uint8Array {
    for (let size = wantedBytes; size >= smallestInArenaBytes; size /= 2) {
      this.#arena ??= new SlabArena(this.#budgetBytes, smallestInArenaBytes)
      const piece = this.#arena.take(size)
      if (piece !== null) return piece
    }
    return this.#freeSmall.pop() ?? uncleared(smallestSlabBytes)
  }

  #recycle({ bytes }: Slab): void {
    this.#outstandingBytes -= bytes.length
    this.#outstandingCount--
    if (bytes.length >= smallestInArenaBytes) this.#arena?.giveBack(bytes)
    else if (this.#freeSmall.length < keptSmallSlabs) this.#freeSmall.push(bytes)
  }
}

function uncleared(size: number): Uint8Array {
  const memory = Buffer.allocUnsafeSlow(size)
  return new Uint8Array(memory.buffer, memory.byteOffset, size)
}
