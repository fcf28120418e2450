import { blockBytes, memoryPhase } from './aligned-memory.ts'
import type { BatchQueue } from './batch-queue.ts'

/** Systems take at least 1024 pieces in one vectored write. */
const maximumPieces = 512
/** A shorter stretch of memory is copied, though it is in step with the file. */
const leastUncopiedBytes = 16 * 1024

/** What one write takes from the front of a queue, whatever file it goes to: at most `maximumBytes`. */
export function plainPortion(queue: BatchQueue, maximumBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let left = maximumBytes
  queue.forEachStretch((bytes) => {
    pieces.push(bytes.length <= left ? bytes : bytes.subarray(0, left))
    left -= Math.min(left, bytes.length)
    return left > 0 && pieces.length < maximumPieces
  })
  return pieces
}

/**
 * The same for a direct write at a place of the file that is a multiple of `blockBytes`: at most `maximumBytes`, in whole
 * blocks, from memory that is aligned. What stands in step with the file is taken from where it is; everything else is copied
 * into `staging`, page-aligned memory of whole blocks, which must stay as it is until the write is done. Ends before what finds
 * no room there. Empty when no whole block waits.
 */
export function directPortion(queue: BatchQueue, maximumBytes: number, staging: Uint8Array): Uint8Array[] {
  const target = wholeBlocks(Math.min(maximumBytes, queue.byteLength))
  const pieces: Uint8Array[] = []
  /** Of the portion. */
  let length = 0
  /** Staging that is filled, and where what is no piece yet begins. */
  let filled = 0
  let open = 0

  const stage = (bytes: Uint8Array): boolean => {
    const part = bytes.subarray(0, staging.length - filled)
    staging.set(part, filled)
    filled += part.length
    length += part.length
    return part.length === bytes.length
  }
  const closeStaged = (): void => {
    if (filled > open) pieces.push(staging.subarray(open, filled))
    open = filled
  }

  queue.forEachStretch((stretch) => {
    const bytes = stretch.subarray(0, target - length)
    const lead = (blockBytes - (length % blockBytes)) % blockBytes
    const inPlace = memoryPhase(bytes) === length % blockBytes ? wholeBlocks(bytes.length - lead) : 0
    if (inPlace < leastUncopiedBytes) return stage(bytes) && length < target
    if (!stage(bytes.subarray(0, lead))) return false
    closeStaged()
    pieces.push(bytes.subarray(lead, lead + inPlace))
    length += inPlace
    return stage(bytes.subarray(lead + inPlace)) && length < target && pieces.length < maximumPieces - 1
  })
  // Whatever does not fill its block is left for the next write; it stands at the end of what was staged.
  filled -= length % blockBytes
  closeStaged()
  return pieces
}

export function wholeBlocks(byteCount: number): number {
  return byteCount - (byteCount % blockBytes)
}
