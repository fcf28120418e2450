/**
 * Messages between a start and an end marker.
 *
 * Escapes: the byte after an escape byte is content and begins no marker, except that a marker of two bytes may begin
 * with the escape byte (DLE STX … DLE ETX; there any other byte than a second DLE marks the message `bad-escape`). With an
 * exclusive-or value, an escape right before a one-byte end marker ends the message and marks it `bad-escape`.
 * Equal markers: the end of a message is the start of the next; empty messages between belong to the one after them.
 *
 * Limit: content longer than the maximum is cut into regions marked `overrun`, up to the next end marker. Bytes outside of
 * messages are regions marked `stray-bytes`. Resynchronisation: at the next start marker; where there are escapes and the
 * markers differ, also in mid-message, which is then marked `missing-end`.
 */
import type { MarkerFraming } from '../../contract/schemas/framing.ts'
import { BytePattern } from './byte-pattern.ts'
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'
import { hexToBytes } from './hex-settings.ts'

const noEscape = -1

export class MarkerScanner extends FrameScanner {
  protected override readonly name = 'markers'
  readonly #start: BytePattern
  readonly #end: BytePattern
  readonly #shared: boolean
  readonly #escapeByte: number
  readonly #escapeXor: number
  readonly #maximum: number
  /** 1 for every byte that may begin a marker or an escape. */
  readonly #begins = new Uint8Array(256)
  #inside = false
  /** Marker bytes in front of the content. */
  #head = 0
  #startMatched = 0
  #endMatched = 0
  #escaped = false
  #badEscape = false
  #overrun = false

  constructor(settings: MarkerFraming) {
    super()
    this.#start = new BytePattern(hexToBytes(settings.startHex))
    this.#end = new BytePattern(hexToBytes(settings.endHex))
    this.#shared = settings.startHex === settings.endHex
    this.#escapeByte = settings.escape?.byte ?? noEscape
    this.#escapeXor = settings.escape?.xor ?? 0
    this.#maximum = settings.maximumFrameBytes
    this.#begins[this.#start.first] = 1
    this.#begins[this.#end.first] = 1
    if (this.#escapeByte !== noEscape) this.#begins[this.#escapeByte] = 1
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    let index = 0
    while (index < bytes.length) {
      const run = this.#passRun(bytes, index, batch)
      if (run > index) {
        index = run
        continue
      }
      const byte = bytes[index++] ?? 0
      this.offset++
      if (!this.#inside) this.#takeOutside(byte, batch)
      else if (this.#escaped) this.#takeEscaped(byte, batch)
      else if (byte === this.#escapeByte) this.#escaped = true
      else this.#takeContent(byte, batch)
      if (this.#inside) this.#cutOverrun(this.#certainContentEnd(), batch)
    }
  }

  /** Passes over bytes that begin nothing. Returns the index after them, `from` when the byte there may begin something. */
  #passRun(bytes: Uint8Array, from: number, batch: FrameBatch): number {
    if (this.#startMatched !== 0 || this.#endMatched !== 0 || this.#escaped) return from
    let index = from
    while (index < bytes.length && this.#begins[bytes[index] ?? 0] === 0) index++
    this.offset += index - from
    if (this.#inside) this.#cutOverrun(this.offset, batch)
    else this.#cutStray(this.offset, batch)
    return index
  }

  override finish(batch: FrameBatch): void {
    if (!this.#inside) {
      if (this.offset > this.frameStart) batch.pushProblem(this.frameStart, this.offset, 0, 0, 'stray-bytes')
    } else {
      this.#cutOverrun(this.offset, batch)
      if (this.offset > this.frameStart + (this.#shared ? this.#head : 0)) {
        const code = this.#overrun ? 'overrun' : 'incomplete'
        batch.pushProblem(this.frameStart, this.offset, this.#head, 0, code)
      }
    }
    this.#leave(this.offset)
    this.#inside = false
  }

  #takeOutside(byte: number, batch: FrameBatch): void {
    this.#startMatched = this.#start.advance(this.#startMatched, byte)
    if (this.#startMatched === this.#start.length) {
      this.#enter(this.offset - this.#start.length, 'stray-bytes', batch)
      return
    }
    this.#cutStray(this.offset - this.#startMatched, batch)
  }

  #takeEscaped(byte: number, batch: FrameBatch): void {
    this.#escaped = false
    this.#startMatched = 0
    this.#endMatched = 0
    if (this.#beginsWithEscape(this.#end)) {
      if (byte === this.#end.bytes[1]) {
        this.#close(batch)
        return
      }
      if (byte !== this.#escapeByte && !this.#isEscapedStart(byte)) this.#badEscape = true
    } else if (this.#escapeXor !== 0 && this.#end.length === 1 && byte === this.#end.first) {
      this.#badEscape = true
      this.#close(batch)
      return
    }
    if (this.#isEscapedStart(byte)) this.#enter(this.offset - 2, 'missing-end', batch)
  }

  #takeContent(byte: number, batch: FrameBatch): void {
    this.#endMatched = this.#end.advance(this.#endMatched, byte)
    if (this.#endMatched === this.#end.length) {
      this.#close(batch)
      return
    }
    if (this.#escapeByte === noEscape || this.#shared) return
    this.#startMatched = this.#start.advance(this.#startMatched, byte)
    if (this.#startMatched === this.#start.length) this.#enter(this.offset - this.#start.length, 'missing-end', batch)
  }

  #beginsWithEscape(marker: BytePattern): boolean {
    return marker.length === 2 && marker.first === this.#escapeByte
  }

  #isEscapedStart(byte: number): boolean {
    return !this.#shared && this.#beginsWithEscape(this.#start) && byte === this.#start.bytes[1]
  }

  /** A start marker begins at `start`; what stands before it is a region of its own. */
  #enter(start: number, before: 'stray-bytes' | 'missing-end', batch: FrameBatch): void {
    if (start > this.frameStart) {
      const code = before === 'missing-end' && this.#overrun ? 'overrun' : before
      batch.pushProblem(this.frameStart, start, this.#inside ? this.#head : 0, 0, code)
    }
    this.#leave(start)
    this.#inside = true
    this.#head = this.#start.length
  }

  /** The last byte completed an end marker. */
  #close(batch: FrameBatch): void {
    const tail = this.#end.length
    const contentEnd = this.offset - tail
    if (this.#shared && contentEnd === this.frameStart + this.#head && !this.#overrun && !this.#badEscape) {
      this.#endMatched = 0
      this.#head += tail
      if (this.#head <= this.#maximum + tail) return
      batch.pushProblem(this.frameStart, this.offset, 0, 0, 'stray-bytes')
    } else {
      this.#cutOverrun(contentEnd, batch)
      if (this.#overrun) batch.pushProblem(this.frameStart, this.offset, this.#head, tail, 'overrun')
      else if (this.#badEscape) batch.pushProblem(this.frameStart, this.offset, this.#head, tail, 'bad-escape')
      else batch.push(this.frameStart, this.offset, this.#head, tail)
    }
    this.#leave(this.offset)
  }

  #leave(offset: number): void {
    this.frameStart = offset
    this.#inside = this.#shared
    this.#head = 0
    this.#startMatched = 0
    this.#endMatched = 0
    this.#escaped = false
    this.#badEscape = false
    this.#overrun = false
  }

  /** Up to here the bytes are content whatever comes next. */
  #certainContentEnd(): number {
    return this.offset - Math.max(this.#endMatched, this.#startMatched, this.#escaped ? 1 : 0)
  }

  #cutStray(strayEnd: number, batch: FrameBatch): void {
    while (strayEnd - this.frameStart > this.#maximum) {
      batch.pushProblem(this.frameStart, this.frameStart + this.#maximum, 0, 0, 'stray-bytes')
      this.frameStart += this.#maximum
    }
  }

  #cutOverrun(contentEnd: number, batch: FrameBatch): void {
    while (contentEnd - (this.frameStart + this.#head) > this.#maximum) {
      const cut = this.frameStart + this.#head + this.#maximum
      batch.pushProblem(this.frameStart, cut, this.#head, 0, 'overrun')
      this.frameStart = cut
      this.#head = 0
      this.#overrun = true
    }
  }

  protected override saveRegisters(): readonly number[] {
    const flags = [this.#inside, this.#escaped, this.#badEscape, this.#overrun].map((flag) => (flag ? 1 : 0))
    return [this.#head, this.#startMatched, this.#endMatched, ...flags]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#head = registers[0] ?? 0
    this.#startMatched = registers[1] ?? 0
    this.#endMatched = registers[2] ?? 0
    this.#inside = registers[3] === 1
    this.#escaped = registers[4] === 1
    this.#badEscape = registers[5] === 1
    this.#overrun = registers[6] === 1
  }
}
