/**
 * A stream of text lines of 64 bytes that anyone can make again from a position alone: 12 digits of the line's number, a
 * filler, and a line feed.
 */

export const lineBytes = 64
export const linesPerBlock = 1024
const digits = 12
const filler = ' the quick brown fox jumps over the lazy dog 0123456'
const encoder = new TextEncoder()

/** The text of a line, its line feed included. */
export function lineText(number: number): string {
  return `${String(number).padStart(digits, '0')}${filler.slice(0, lineBytes - digits - 1)}\n`
}

/** A block of lines whose numbers are still to be filled in. */
export function makeLineBlock(): Uint8Array {
  const line = encoder.encode(lineText(0))
  const block = new Uint8Array(linesPerBlock * lineBytes)
  for (let at = 0; at < block.length; at += lineBytes) block.set(line, at)
  return block
}

/** Numbers the lines of block `blockNumber`. */
export function fillBlock(block: Uint8Array, blockNumber: number): void {
  const first = encoder.encode(String(blockNumber * linesPerBlock).padStart(digits, '0'))
  for (let at = 0; at < block.length; at += lineBytes) {
    block.set(first, at)
    increment(first)
  }
}

function increment(text: Uint8Array): void {
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const digit = text[at] ?? 0
    if (digit !== 0x39) {
      text[at] = digit + 1
      return
    }
    text[at] = 0x30
  }
}
