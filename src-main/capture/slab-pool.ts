/** A piece of memory that records are laid into one after the other, and that is used again once all is on disk. */
export interface Slab {
  readonly bytes: Uint8Array
  /** Pieces of it that wait for the disk. */
  waitingPieces: number
  /** True once nothing more is laid into it. */
  full: boolean
}

export const smallestSlabBytes = 16 * 1024
export const largestSlabBytes = 8 * 1024 * 1024

/** A slab around bytes that belong to somebody else; it is never used again. */
export function foreignSlab(bytes: Uint8Array): Slab {
  return { bytes, waitingPieces: 0, full: false }
}

/**
 * Hands out slabs of 16 KiB to 8 MiB (powers of two) and takes them back. Shared by all captures of a store, so that
 * their memory has one bound: while much is handed out, new slabs stay small.
 */
export class SlabPool {
  readonly #budgetBytes: number
  readonly #free = new Map<number, Slab[]>()
  #outstandingBytes = 0
  #freeBytes = 0

  constructor(budgetBytes = 64 * 1024 * 1024) {
    this.#budgetBytes = budgetBytes
  }

  /** Bytes of all slabs that are handed out. */
  get outstandingBytes(): number {
    return this.#outstandingBytes
  }

  /** True when the captures together hold as much memory as they should. */
  get exhausted(): boolean {
    return this.#outstandingBytes > this.#budgetBytes
  }

  /** A slab of `wantedBytes`, or of a smaller size, but at least `leastBytes`, when memory is short. */
  take(wantedBytes: number, leastBytes = smallestSlabBytes): Slab {
    let size = smallestSlabBytes
    const left = Math.max(0, this.#budgetBytes - this.#outstandingBytes) / 2
    while (size < leastBytes || (size < wantedBytes && size * 2 <= left && size < largestSlabBytes)) size *= 2
    this.#outstandingBytes += size
    const free = this.#free.get(size)?.pop()
    if (free === undefined) return { bytes: uncleared(size), waitingPieces: 0, full: false }
    this.#freeBytes -= size
    free.full = false
    return free
  }

  /** Nothing more is laid into this slab: it comes back now, or when its last piece was released. */
  retire(slab: Slab): void {
    slab.full = true
    if (slab.waitingPieces === 0) this.#recycle(slab)
  }

  /** This slab must never be used again: it is left to the garbage collector. */
  forget(slab: Slab): void {
    this.#outstandingBytes -= slab.bytes.length
  }

  /** A piece of the slab was written. */
  release(slab: Slab): void {
    slab.waitingPieces--
    if (slab.waitingPieces === 0 && slab.full) this.#recycle(slab)
  }

  #recycle(slab: Slab): void {
    const size = slab.bytes.length
    this.#outstandingBytes -= size
    if (this.#freeBytes + size > this.#budgetBytes / 2) return
    this.#freeBytes += size
    const free = this.#free.get(size)
    if (free === undefined) this.#free.set(size, [slab])
    else free.push(slab)
  }
}

function uncleared(size: number): Uint8Array {
  const memory = Buffer.allocUnsafeSlow(size)
  return new Uint8Array(memory.buffer, memory.byteOffset, size)
}
