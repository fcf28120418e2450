import { pageAlignedMemory } from './aligned-memory.ts'

/** Bytes that one direct write may copy. */
const stagingBytes = 1024 * 1024

/** The right to write once, and what it takes: memory to copy into; null where none can be had that is aligned. */
export interface WriteTurn {
  readonly staging: Uint8Array | null
}

/**
 * Who writes next. All captures of a store share the disk and the system's threads: as many write at once as leave threads
 * for reading, and whoever asks first is first, so that everybody has a turn in each round.
 */
export class WriteTurns {
  readonly #waiting: ((turn: WriteTurn) => void)[] = []
  readonly #free: WriteTurn[] = []
  #unmade: number

  /** Node has four threads for all files. */
  constructor(count = 3) {
    this.#unmade = count
  }

  take(): Promise<WriteTurn> {
    const free = this.#free.pop()
    if (free !== undefined) return Promise.resolve(free)
    if (this.#unmade > 0) {
      this.#unmade--
      return Promise.resolve({ staging: pageAlignedMemory(stagingBytes) })
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  giveBack(turn: WriteTurn): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(turn)
    else next(turn)
  }
}
