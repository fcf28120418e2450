/**
 * Consistent overhead byte stuffing (Cheshire and Baker): a code byte n stands before n - 1 bytes that are not zero, and
 * after them for a zero, unless n is 255 or the message ends. A zero ends the message on the wire.
 */
import { ByteBuilder } from '../text/byte-builder.ts'

/** The stuffed message and the zero after it. */
export function encodeCobs(payload: Uint8Array): Uint8Array {
  const builder = new ByteBuilder(payload.length + Math.ceil(payload.length / 254) + 2)
  let blockStart = 0
  for (let index = 0; index <= payload.length; index++) {
    const atEnd = index === payload.length
    const full = index - blockStart === 254
    if (!atEnd && !full && payload[index] !== 0) continue
    builder.push(index - blockStart + 1)
    builder.append(payload.subarray(blockStart, index))
    // A full block stands for no zero: the byte at `index` begins the next block.
    if (full && atEnd) break
    if (full) blockStart = index--
    else blockStart = index + 1
  }
  builder.push(0)
  return builder.toBytes()
}

/** The message of one frame, with or without zeros around it; null when a code points past the end. */
export function decodeCobs(content: Uint8Array): Uint8Array | null {
  let start = 0
  let end = content.length
  while (start < end && content[start] === 0) start++
  while (end > start && content[end - 1] === 0) end--
  const builder = new ByteBuilder(end - start)
  let index = start
  while (index < end) {
    const code = content[index] ?? 0
    const blockEnd = index + code
    if (blockEnd > end) return null
    const block = content.subarray(index + 1, blockEnd)
    if (code === 0 || block.includes(0)) return null
    builder.append(block)
    if (code < 255 && blockEnd < end) builder.push(0)
    index = blockEnd
  }
  return builder.toBytes()
}
