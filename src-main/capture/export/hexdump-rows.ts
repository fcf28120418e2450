import type { ExportOutput } from './export-output.ts'
import { putHexPair } from './export-text.ts'

const rowBytes = 16
/** Offset, two spaces, sixteen pairs with their spaces, two bars with the text, line feed. */
const longestRow = 16 + 2 + rowBytes * 3 + 2 + rowBytes + 2 + 1

/**
 * Writes rows `00000010  de ad be ef …  |....|`. `xxd -r` needs at most two other characters between pairs, and more before the
 * text; `text2pcap` takes what begins with a bar for text.
 */
export class HexdumpRows {
  readonly #output: ExportOutput
  readonly #row = new Uint8Array(rowBytes)
  #filled = 0
  /** Of the next row. */
  #offset = 0

  constructor(output: ExportOutput) {
    this.#output = output
  }

  /** Ends the row in progress, and counts from 0 again. */
  restart(): void {
    this.flush()
    this.#offset = 0
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end;) {
      const count = Math.min(rowBytes - this.#filled, end - at)
      if (count === rowBytes) this.#write(bytes, at, rowBytes)
      else {
        this.#row.set(bytes.subarray(at, at + count), this.#filled)
        this.#filled += count
        if (this.#filled === rowBytes) this.flush()
      }
      at += count
    }
  }

  /** Ends the row in progress. */
  flush(): void {
    if (this.#filled === 0) return
    const count = this.#filled
    this.#filled = 0
    this.#write(this.#row, 0, count)
  }

  #write(source: Uint8Array, start: number, count: number): void {
    const output = this.#output
    output.reserve(longestRow)
    const { bytes } = output.memory
    let at = writeOffset(bytes, output.at, this.#offset)
    bytes[at++] = 0x20
    for (let index = 0; index < rowBytes; index++) {
      bytes[at++] = 0x20
      if (index < count) at = putHexPair(bytes, at, source[start + index] ?? 0)
      else {
        bytes[at++] = 0x20
        bytes[at++] = 0x20
      }
    }
    bytes[at++] = 0x20
    bytes[at++] = 0x20
    bytes[at++] = 0x7c
    for (let index = 0; index < count; index++) {
      const byte = source[start + index] ?? 0
      bytes[at++] = byte >= 0x20 && byte < 0x7f ? byte : 0x2e
    }
    bytes[at++] = 0x7c
    bytes[at++] = 0x0a
    output.at = at
    this.#offset += count
  }
}

/** Eight hex digits, more for more than 4 GiB. */
function writeOffset(bytes: Uint8Array, start: number, offset: number): number {
  let at = start
  const high = Math.floor(offset / 0x1_0000_0000)
  if (high > 0) {
    at = putHexPair(bytes, at, high >>> 8)
    at = putHexPair(bytes, at, high & 0xff)
  }
  for (let shift = 24; shift >= 0; shift -= 8) at = putHexPair(bytes, at, (offset >>> shift) & 0xff)
  return at
}
