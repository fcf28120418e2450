import type { ScannedChunk } from './pattern-scan.ts'

/** Bytes of one chunk that are kept. */
export interface Stretch {
  readonly chunk: ScannedChunk
  readonly offsetInChunk: number
  readonly streamOffset: number
  length: number
}

/** Where a byte of a stream stands in the chunks it came in. */
export interface StretchPlace {
  readonly chunk: ScannedChunk
  readonly offsetInChunk: number
}

/** Goes along stretches once: finds bytes whose indexes rise, however many stretches there are. */
export class StretchCursor {
  readonly #stretches: readonly Stretch[]
  #number = 0
  /** Bytes of the stretches before. */
  #before = 0

  constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches
  }

  /** Where the byte at `index` of what the stretches hold together stands; no index before the one asked for last. */
  placeOf(index: number): StretchPlace {
    for (;;) {
      const stretch = this.#stretches[this.#number]
      if (stretch === undefined) throw new RangeError(`There are ${this.#before} bytes, none at ${index}.`)
      const { chunk, offsetInChunk, length } = stretch
      if (index < this.#before + length) return { chunk, offsetInChunk: offsetInChunk + index - this.#before }
      this.#before += length
      this.#number++
    }
  }
}
