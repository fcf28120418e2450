/**
 * COBS: messages end with a zero and hold none. Zeros in front of a message belong to it.
 *
 * Limit: content longer than the maximum is cut into regions marked `overrun`, up to the next zero. A message whose last
 * code points past its end is marked `bad-code`. Resynchronisation: at the next zero, always.
 */
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'

export class CobsScanner extends FrameScanner {
  protected override readonly name = 'cobs'
  readonly #maximum: number
  /** Zeros in front of the content. */
  #head = 0
  /** Bytes up to the next code byte. */
  #blockBytes = 0
  #overrun = false

  constructor(maximumFrameBytes: number) {
    super()
    this.#maximum = maximumFrameBytes
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    let index = 0
    while (index < bytes.length) {
      const found = bytes.indexOf(0, index)
      const end = found === -1 ? bytes.length : found
      if (end > index) this.#takeContent(bytes, index, end, batch)
      if (found === -1) break
      this.#takeZero(this.offset + end, batch)
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
      if (this.#blockBytes === 0) {
        this.#blockBytes = (bytes[index] ?? 0) - 1
        index++
      }
      const step = Math.min(this.#blockBytes, end - index)
      this.#blockBytes -= step
      index += step
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

  #takeZero(at: number, batch: FrameBatch): void {
    if (at === this.frameStart + this.#head && !this.#overrun) {
      this.#head++
      if (this.#head <= this.#maximum) return
      batch.pushProblem(this.frameStart, at + 1, 0, 0, 'stray-bytes')
    } else if (this.#overrun) {
      batch.pushProblem(this.frameStart, at + 1, this.#head, 1, 'overrun')
    } else if (this.#blockBytes > 0) {
      batch.pushProblem(this.frameStart, at + 1, this.#head, 1, 'bad-code')
    } else {
      batch.push(this.frameStart, at + 1, this.#head, 1)
    }
    this.#begin(at + 1)
  }

  #begin(offset: number): void {
    this.frameStart = offset
    this.#head = 0
    this.#blockBytes = 0
    this.#overrun = false
  }

  protected override saveRegisters(): readonly number[] {
    return [this.#head, this.#blockBytes, this.#overrun ? 1 : 0]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#head = registers[0] ?? 0
    this.#blockBytes = registers[1] ?? 0
    this.#overrun = registers[2] === 1
  }
}
