/**
 * Messages behind a header of words: `Content-Length: N`, other lines, an empty line, then N bytes (see `content-length-header.ts`).
 *
 * Limit: a header of more than 8 KiB is none, and a length over the maximum is refused as soon as the header is read; nothing of the body
 * is waited for. Resynchronisation: behind the byte that shows it, the next `Content-Length:` in any case is looked for, wherever it
 * stands; the bytes passed over are a region marked `bad-length`, cut at 64 KiB or the maximum, whichever is more. When the stream ends in
 * mid-message, the rest is `incomplete`, with the number of missing bytes once the header is read.
 */
import { ContentLengthHeader } from './content-length-header.ts'
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'

const leastRegionBytes = 65_536
const noBody = -1
/** What is passed over is no header at all. */
const noLength = -1

const readingHeader = 0
const readingBody = 1
const skipping = 2

/** None of its letters but the first begins it anew, so that a mismatch starts over without a table. */
const mark = Array.from('content-length:', (letter) => letter.charCodeAt(0))

export class ContentLengthScanner extends FrameScanner {
  protected override readonly name = 'content-length'
  readonly #maximum: number
  readonly #regionMaximum: number
  readonly #header = new ContentLengthHeader()
  #state = readingHeader
  /** Stream offset at which the message ends whose header is read. */
  #bodyEnd = noBody
  /** The length that did not fit, or `noLength`. */
  #badLength = noLength
  /** Letters of the mark that the last skipped bytes are. */
  #matched = 0

  constructor(maximumFrameBytes: number) {
    super()
    this.#maximum = maximumFrameBytes
    this.#regionMaximum = Math.max(leastRegionBytes, maximumFrameBytes)
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    let index = 0
    while (index < bytes.length) {
      switch (this.#state) {
        case readingBody:
          index = this.#takeBody(bytes, batch)
          break
        case skipping:
          index = this.#takeSkipped(bytes, index, batch)
          break
        default:
          index = this.#takeHeader(bytes, index, batch)
      }
    }
    this.offset += bytes.length
  }

  override finish(batch: FrameBatch): void {
    const { frameStart, offset } = this
    if (offset > frameStart) {
      if (this.#state === readingBody) {
        batch.pushProblem(frameStart, offset, this.#header.byteCount, 0, 'incomplete', this.#bodyEnd - offset)
      } else if (this.#state === skipping) batch.pushProblem(frameStart, offset, 0, 0, 'bad-length', this.#badLength)
      else batch.pushProblem(frameStart, offset, 0, 0, 'incomplete')
    }
    this.#begin(offset)
  }

  #begin(start: number): void {
    this.frameStart = start
    this.#state = readingHeader
    this.#bodyEnd = noBody
    this.#badLength = noLength
    this.#matched = 0
    this.#header.reset()
  }

  /** Returns the index of the first byte that is not part of the header. */
  #takeHeader(bytes: Uint8Array, from: number, batch: FrameBatch): number {
    for (let index = from; index < bytes.length; index++) {
      const step = this.#header.push(bytes[index] ?? 0)
      if (step === 'bad') {
        this.#skip(noLength)
        return index
      }
      if (step === 'end') {
        const { contentBytes } = this.#header
        if (contentBytes > this.#maximum) this.#skip(contentBytes)
        else this.#beginBody(this.offset + index + 1 + contentBytes, batch)
        return index + 1
      }
    }
    return bytes.length
  }

  #beginBody(end: number, batch: FrameBatch): void {
    this.#bodyEnd = end
    this.#state = readingBody
    // A message without content ends with its header, though no byte may follow for long.
    if (this.#header.contentBytes === 0) this.#endBody(batch)
  }

  #takeBody(bytes: Uint8Array, batch: FrameBatch): number {
    const index = this.#bodyEnd - this.offset
    if (index > bytes.length) return bytes.length
    this.#endBody(batch)
    return index
  }

  #endBody(batch: FrameBatch): void {
    batch.push(this.frameStart, this.#bodyEnd, this.#header.byteCount, 0)
    this.#begin(this.#bodyEnd)
  }

  #skip(badLength: number): void {
    this.#state = skipping
    this.#badLength = badLength
    this.#matched = 0
  }

  #takeSkipped(bytes: Uint8Array, from: number, batch: FrameBatch): number {
    for (let index = from; index < bytes.length; index++) {
      const letter = lowerCase(bytes[index] ?? 0)
      this.#matched = letter === mark[this.#matched] ? this.#matched + 1 : letter === mark[0] ? 1 : 0
      const next = this.offset + index + 1
      if (this.#matched === mark.length) {
        this.#endRegion(next - mark.length, batch)
        this.#begin(this.frameStart)
        for (const byte of mark) this.#header.push(byte)
        return index + 1
      }
      if (next - this.#matched - this.frameStart >= this.#regionMaximum) this.#endRegion(next - this.#matched, batch)
    }
    return bytes.length
  }

  /** The length that did not fit is told in the first region alone. */
  #endRegion(end: number, batch: FrameBatch): void {
    batch.pushProblem(this.frameStart, end, 0, 0, 'bad-length', this.#badLength)
    this.#badLength = noLength
    this.frameStart = end
  }

  protected override saveRegisters(): readonly number[] {
    return [this.#state, this.#bodyEnd, this.#badLength, this.#matched, ...this.#header.save()]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#state = registers[0] ?? readingHeader
    this.#bodyEnd = registers[1] ?? noBody
    this.#badLength = registers[2] ?? noLength
    this.#matched = registers[3] ?? 0
    this.#header.load(registers.slice(4))
  }
}

const lowerCase = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
