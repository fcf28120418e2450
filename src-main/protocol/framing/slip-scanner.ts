/**
 * SLIP, RFC 1055: a message ends with END (c0); within it ESC ESC_END (db dc) stands for c0 and ESC ESC_ESC (db dd) for
 * db. The empty messages that senders make by an END in front belong to the message after them.
 *
 * Limit: content longer than the maximum is cut into regions marked `overrun`, up to the next END. An ESC before any
 * other byte marks its message `bad-escape`. Resynchronisation: at the next END, always.
 */
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'
import { slipEnd, slipEscape, slipEscapedEnd, slipEscapedEscape } from './slip.ts'

export class SlipScanner extends FrameScanner {
  protected override readonly name = 'slip'
  readonly #maximum: number
  /** ENDs in front of the content. */
  #head = 0
  #escaped = false
  #badEscape = false
  #overrun = false

  constructor(maximumFrameBytes: number) {
    super()
    this.#maximum = maximumFrameBytes
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    let index = 0
    while (index < bytes.length) {
      const found = bytes.indexOf(slipEnd, index)
      const end = found === -1 ? bytes.length : found
      if (end > index) this.#takeContent(bytes, index, end, batch)
      if (found === -1) break
      this.#takeEnd(this.offset + end, batch)
      index = end + 1
    }
    this.offset += bytes.length
  }

  override finish(batch: FrameBatch): void {
    if (this.frameStart + this.#head < this.offset) {
      const code = this.#overrun ? 'overrun' : 'incomplete'
      batch.pushProblem(this.frameStart, this.offset, this.#head, 0, code)
    }
    this.#begin(this.offset)
  }

  #takeContent(bytes: Uint8Array, start: number, end: number, batch: FrameBatch): void {
    let index = start
    while (index < end) {
      if (this.#escaped) {
        const byte = bytes[index]
        if (byte !== slipEscapedEnd && byte !== slipEscapedEscape) this.#badEscape = true
        this.#escaped = false
        index++
        continue
      }
      const escape = indexOfWithin(bytes, slipEscape, index, end)
      this.#escaped = escape !== -1
      index = escape === -1 ? end : escape + 1
    }
    const contentEnd = this.offset + end
    while (contentEnd - (this.frameStart + this.#head) > this.#maximum) {
      const cut = this.frameStart + this.#head + this.#maximum
      batch.pushProblem(this.frameStart, cut, this.#head, 0, 'overrun')
      this.frameStart = cut
      this.#head = 0
      this.#overrun = true
    }
  }

  #takeEnd(at: number, batch: FrameBatch): void {
    if (at === this.frameStart + this.#head && !this.#overrun) {
      this.#head++
      if (this.#head <= this.#maximum) return
      batch.pushProblem(this.frameStart, at + 1, 0, 0, 'stray-bytes')
    } else if (this.#overrun) {
      batch.pushProblem(this.frameStart, at + 1, this.#head, 1, 'overrun')
    } else if (this.#badEscape || this.#escaped) {
      batch.pushProblem(this.frameStart, at + 1, this.#head, 1, 'bad-escape')
    } else {
      batch.push(this.frameStart, at + 1, this.#head, 1)
    }
    this.#begin(at + 1)
  }

  #begin(offset: number): void {
    this.frameStart = offset
    this.#head = 0
    this.#escaped = false
    this.#badEscape = false
    this.#overrun = false
  }

  protected override saveRegisters(): readonly number[] {
    return [this.#head, this.#escaped ? 1 : 0, this.#badEscape ? 1 : 0, this.#overrun ? 1 : 0]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#head = registers[0] ?? 0
    this.#escaped = registers[1] === 1
    this.#badEscape = registers[2] === 1
    this.#overrun = registers[3] === 1
  }
}

/** `indexOf` that does not look past `end`: a short message must not pay for a search through the whole chunk. */
function indexOfWithin(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let index = start; index < end; index++) if (bytes[index] === byte) return index
  return -1
}
