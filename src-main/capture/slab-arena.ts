import { pageAlignedMemory } from './aligned-memory.ts'

/**
 * One large piece of page-aligned memory, parted in halves (a buddy allocator): sizes are powers of two, and halves that
 * are both free become one again. What is asked for is taken from as far in front as there is any, so that as little
 * memory as possible is ever touched.
 */
export class SlabArena {
  readonly #memory: Uint8Array
  readonly #leastBytes: number
  /** Where free pieces begin, by their size. */
  readonly #free = new Map<number, Set<number>>()

  /** Both are powers of two. Without page-aligned memory it is plain memory. */
  constructor(byteCount: number, leastBytes: number) {
    this.#memory = pageAlignedMemory(byteCount) ?? new Uint8Array(byteCount)
    this.#leastBytes = leastBytes
    for (let size = leastBytes; size <= byteCount; size *= 2) this.#free.set(size, new Set())
    this.#free.get(byteCount)?.add(0)
  }

  /** A piece of this size, or null when there is none. */
  take(size: number): Uint8Array | null {
    const start = this.#takeAt(size)
    return start === null ? null : this.#memory.subarray(start, start + size)
  }

  /** A piece that `take` gave out. */
  giveBack(piece: Uint8Array): void {
    let size = piece.length
    let start = piece.byteOffset - this.#memory.byteOffset
    for (;;) {
      const other = start ^ size
      if (this.#free.get(size)?.delete(other) !== true) break
      start = Math.min(start, other)
      size *= 2
    }
    this.#free.get(size)?.add(start)
  }

  #takeAt(size: number): number | null {
    if (size < this.#leastBytes) return null
    const free = this.#free.get(size)
    if (free === undefined) return null
    let first: number | null = null
    for (const start of free) if (first === null || start < first) first = start
    if (first !== null) {
      free.delete(first)
      return first
    }
    const twice = this.#takeAt(size * 2)
    if (twice !== null) free.add(twice + size)
    return twice
  }
}
