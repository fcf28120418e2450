/** The streams that benchmarks send and know again by every byte: noise in numbered blocks, or numbered lines. */
import { blockBytes as noiseBlockBytes, makeBlocks, stampBlocks } from './block-stream.ts'
import { fillBlock, lineBytes, linesPerBlock, makeLineBlock } from './line-stream.ts'

export type StreamKind = 'blocks' | 'lines'

/** Both come in blocks of this size. */
export const blockBytes = noiseBlockBytes
if (linesPerBlock * lineBytes !== blockBytes) throw new Error('Blocks of both streams must be alike.')

export function streamKindOf(name: string): StreamKind {
  if (name === 'blocks' || name === 'lines') return name
  throw new RangeError(`There is no stream of ${name}.`)
}

/** Memory for blocks whose numbers are still to be filled in. */
export function makeStreamBlocks(kind: StreamKind, count: number): Buffer {
  return kind === 'blocks' ? makeBlocks(count) : Buffer.concat(Array.from({ length: count }, makeLineBlock))
}

/** Makes them the blocks from `firstBlock` on. */
export function numberStreamBlocks(kind: StreamKind, blocks: Buffer, firstBlock: number): void {
  if (kind === 'blocks') {
    stampBlocks(blocks, firstBlock)
    return
  }
  for (let at = 0; at < blocks.length; at += blockBytes) {
    fillBlock(blocks.subarray(at, at + blockBytes), firstBlock + at / blockBytes)
  }
}

/** Compares what arrives with the stream, byte by byte and in order. */
export class StreamCheck {
  readonly #kind: StreamKind
  readonly #expected: Buffer
  #expectedBlock = -1
  #byteCount = 0
  #wrongAt: number | null = null

  constructor(kind: StreamKind) {
    this.#kind = kind
    this.#expected = makeStreamBlocks(kind, 1)
  }

  get byteCount(): number {
    return this.#byteCount
  }

  /** Where the first bytes came that are others than those of the stream, or null. */
  get wrongAt(): number | null {
    return this.#wrongAt
  }

  accept(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const block = Math.floor(this.#byteCount / blockBytes)
      if (block !== this.#expectedBlock) numberStreamBlocks(this.#kind, this.#expected, block)
      this.#expectedBlock = block
      const begin = this.#byteCount % blockBytes
      const length = Math.min(bytes.length - at, blockBytes - begin)
      const isRight = this.#expected.compare(bytes, at, at + length, begin, begin + length) === 0
      if (!isRight) this.#wrongAt ??= this.#byteCount
      this.#byteCount += length
      at += length
    }
  }
}
