/**
 * Messages that end with a delimiter.
 *
 * Limit: content longer than the maximum is cut into regions of exactly the maximum, marked `overrun`, as soon as it is
 * certain that no delimiter begins within them. Resynchronisation: at the next delimiter; the rest up to and with it is
 * part of the overrun and marked. At the end of the stream what has no delimiter is `incomplete`.
 */
import { BytePattern } from './byte-pattern.ts'
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'

export interface DelimiterScannerOptions {
  readonly delimiter: Uint8Array
  readonly keepDelimiter: boolean
  readonly maximumFrameBytes: number
  /** A CR right before the delimiter does not belong to the content. */
  readonly stripCarriageReturn: boolean
}

export class DelimiterScanner extends FrameScanner {
  protected override readonly name = 'delimiter'
  readonly #pattern: BytePattern
  readonly #tail: number
  readonly #maximum: number
  readonly #stripCarriageReturn: boolean
  /** Bytes of the delimiter that the last bytes match. */
  #matched = 0
  /** The message being read has exceeded the maximum. */
  #overrun = false
  /** The last byte before `offset`; 0 before the first. */
  #lastByte = 0

  constructor(options: DelimiterScannerOptions) {
    super()
    this.#pattern = new BytePattern(options.delimiter)
    this.#tail = options.keepDelimiter ? 0 : options.delimiter.length
    this.#maximum = options.maximumFrameBytes
    this.#stripCarriageReturn = options.stripCarriageReturn
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    if (bytes.length === 0) return
    if (this.#pattern.length === 1 && !this.#stripCarriageReturn) this.#scanSingle(bytes, batch)
    else this.#scanPattern(bytes, batch)
    this.offset += bytes.length
    this.#lastByte = bytes[bytes.length - 1] ?? 0
    const mayBeStripped = this.#stripCarriageReturn && this.#matched === 0 && this.#lastByte === 0x0d ? 1 : 0
    this.#cutOverrun(this.offset - this.#matched - mayBeStripped, batch)
  }

  override finish(batch: FrameBatch): void {
    this.#cutOverrun(this.offset, batch)
    if (this.offset > this.frameStart) {
      batch.pushProblem(this.frameStart, this.offset, 0, 0, this.#overrun ? 'overrun' : 'incomplete')
    }
    this.frameStart = this.offset
    this.#matched = 0
    this.#overrun = false
  }

  /** The common case without anything else in the loop. */
  #scanSingle(bytes: Uint8Array, batch: FrameBatch): void {
    const delimiter = this.#pattern.first
    const base = this.offset
    const tail = this.#tail
    const maximum = this.#maximum
    let at = bytes.indexOf(delimiter)
    if (at !== -1) {
      this.#close(base + at, 0, batch)
      at = bytes.indexOf(delimiter, at + 1)
    }
    let start = this.frameStart
    // Ends are written in place, heads and tails once for the whole run: a call per line would halve the speed. Small
    // integers within the chunk, since doubles would slow it down too.
    let runStart = start
    let count = batch.count
    while (at !== -1) {
      const ends = batch.roomAfter(count)
      const room = ends.length
      let lineStart = start - base
      while (count < room) {
        const next = at + 1
        if (at - lineStart > maximum) break
        ends[count++] = base + next
        lineStart = next
        at = bytes.indexOf(delimiter, next)
        if (at === -1) break
      }
      start = base + lineStart
      if (at === -1 || count === room) continue
      batch.addRun(runStart, count, 0, tail)
      this.frameStart = start
      this.#close(base + at, 0, batch)
      start = runStart = this.frameStart
      count = batch.count
      at = bytes.indexOf(delimiter, at + 1)
    }
    batch.addRun(runStart, count, 0, tail)
    this.frameStart = start
  }

  #scanPattern(bytes: Uint8Array, batch: FrameBatch): void {
    const pattern = this.#pattern
    let index = 0
    while (index < bytes.length) {
      if (this.#matched === 0) {
        const candidate = bytes.indexOf(pattern.first, index)
        if (candidate === -1) return
        if (candidate + pattern.length <= bytes.length) {
          index = candidate + 1
          if (pattern.standsAt(bytes, candidate)) {
            this.#closeAt(bytes, candidate, batch)
            index = candidate + pattern.length
          }
          continue
        }
        index = candidate
      }
      this.#matched = pattern.advance(this.#matched, bytes[index] ?? 0)
      index++
      if (this.#matched === pattern.length) {
        this.#matched = 0
        this.#closeAt(bytes, index - pattern.length, batch)
      }
    }
  }

  /** Ends the message before the delimiter at `index` of the chunk, which is negative when it began in an earlier one. */
  #closeAt(bytes: Uint8Array, index: number, batch: FrameBatch): void {
    const delimiterStart = this.offset + index
    let extraTail = 0
    if (this.#stripCarriageReturn && delimiterStart > this.frameStart) {
      const before = index === 0 ? this.#lastByte : (bytes[index - 1] ?? 0)
      if (before === 0x0d) extraTail = 1
    }
    this.#close(delimiterStart, extraTail, batch)
  }

  #close(delimiterStart: number, extraTail: number, batch: FrameBatch): void {
    this.#cutOverrun(delimiterStart - extraTail, batch)
    const end = delimiterStart + this.#pattern.length
    const tail = this.#tail + extraTail
    if (this.#overrun) batch.pushProblem(this.frameStart, end, 0, tail, 'overrun')
    else batch.push(this.frameStart, end, 0, tail)
    this.frameStart = end
    this.#overrun = false
  }

  /** Content goes at least up to `contentEnd`. */
  #cutOverrun(contentEnd: number, batch: FrameBatch): void {
    while (contentEnd - this.frameStart > this.#maximum) {
      this.#overrun = true
      batch.pushProblem(this.frameStart, this.frameStart + this.#maximum, 0, 0, 'overrun')
      this.frameStart += this.#maximum
    }
  }

  protected override saveRegisters(): readonly number[] {
    return [this.#matched, this.#overrun ? 1 : 0, this.#lastByte]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#matched = registers[0] ?? 0
    this.#overrun = registers[1] === 1
    this.#lastByte = registers[2] ?? 0
  }
}
