/**
 * The bytes that benchmarks send: an endless stream that anyone can make again from a position alone. It consists of
 * 64 KiB blocks; each has its number in the first 8 bytes (u64, little endian) and a fixed noise pattern after it.
 */
import { createHash } from 'node:crypto'

export const blockBytes = 64 * 1024

/** The noise that every block shares: an xorshift32 sequence with a fixed seed. */
function makeNoise(): Buffer {
  const noise = Buffer.alloc(blockBytes)
  let state = 0x9e3779b9
  for (let offset = 0; offset < blockBytes; offset += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    noise.writeInt32LE(state | 0, offset)
  }
  return noise
}

const noise = makeNoise()

/** A buffer of `blockCount` blocks whose numbers are still to be stamped. */
export function makeBlocks(blockCount: number): Buffer {
  return Buffer.concat(Array.from({ length: blockCount }, () => noise))
}

/** Writes consecutive block numbers, beginning with `firstBlock`, into a buffer made by `makeBlocks`. */
export function stampBlocks(buffer: Buffer, firstBlock: number): void {
  for (let offset = 0, block = firstBlock; offset < buffer.length; offset += blockBytes, block += 1) {
    buffer.writeUInt32LE(block >>> 0, offset)
    buffer.writeUInt32LE(Math.floor(block / 2 ** 32), offset + 4)
  }
}

/** SHA-256 of the first `byteCount` bytes of the stream, as hex. */
export function hashOfStream(byteCount: number): string {
  const hash = createHash('sha256')
  const blocks = makeBlocks(16)
  for (let position = 0; position < byteCount; position += blocks.length) {
    stampBlocks(blocks, position / blockBytes)
    hash.update(byteCount - position >= blocks.length ? blocks : blocks.subarray(0, byteCount - position))
  }
  return hash.digest('hex')
}
