import type { ScannedChunk } from './pattern-scan.ts'

/** Bytes of one chunk that are kept. */
export interface Stretch {
  readonly chunk: ScannedChunk
  readonly offsetInChunk: number
  readonly streamOffset: number
  length: number
}

/** Where the byte at `index` of what the stretches hold together stands. */
export function placeIn(
  stretches: readonly Stretch[],
  index: number,
): { readonly chunk: ScannedChunk; readonly offsetInChunk: number } {
  let before = 0
  for (const { chunk, offsetInChunk, length } of stretches) {
    if (index < before + length) return { chunk, offsetInChunk: offsetInChunk + index - before }
    before += length
  }
  throw new RangeError(`There are ${before} bytes, none at ${index}.`)
}
