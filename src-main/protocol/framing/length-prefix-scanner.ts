/**
 * Messages with a header that tells their length.
 *
 * Limit: a length over the maximum, or one that does not even cover the header it counts, is refused as soon as the
 * header is read; nothing of the body is waited for. Resynchronisation: the header is looked for again one byte later,
 * until a length fits; the bytes passed over are a region marked `bad-length`, cut at 64 KiB or the maximum, whichever is
 * more. When the stream ends in mid-message, the rest is `incomplete`, with the number of missing bytes.
 */
import type { LengthPrefixFraming } from '../../contract/schemas/framing.ts'
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'
import { lengthFieldBytes, longestVarintBytes, readFixedField, readVarint, varintBytes } from './length-field.ts'

const leastRegionBytes = 65_536
/** Greater than every length that can fit. */
const greatestInteger = 0x7fffffff
const noBody = -1
const noBadValue = -2
const malformedValue = -1

export class LengthPrefixScanner extends FrameScanner {
  protected override readonly name = 'length-prefix'
  readonly #settings: LengthPrefixFraming
  readonly #maximum: number
  readonly #regionMaximum: number
  /** Stream offset at which the message with a known length ends, `noBody` while its header is read. */
  #bodyEnd = noBody
  /** Header bytes of that message. */
  #head = 0
  /** The first value that did not fit since the last message; `noBadValue` when all is well. */
  #badValue = noBadValue
  /** A header that is not whole yet. It begins at `offset - #headerLength`. */
  readonly #header: Uint8Array
  #headerLength = 0
  /** Set by `#measure`: content bytes of the header just read, or the value that does not fit. */
  #contentBytes = 0

  constructor(settings: LengthPrefixFraming) {
    super()
    this.#settings = settings
    this.#maximum = settings.maximumFrameBytes
    this.#regionMaximum = Math.max(leastRegionBytes, settings.maximumFrameBytes)
    this.#header = new Uint8Array(settings.bytesBeforeField + longestVarintBytes + settings.bytesAfterField)
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    let index = this.#finishBody(bytes, batch)
    if (this.#headerLength > 0) index = this.#finishHeader(bytes, index, batch)
    if (this.#readsHeader() && index < bytes.length) {
      index =
        this.#settings.field === 'varint'
          ? this.#scanAnyWidth(bytes, index, batch)
          : this.#scanFixedWidth(bytes, index, batch)
      if (this.#readsHeader()) this.#keepHeader(bytes, index)
    }
    this.offset += bytes.length
  }

  override finish(batch: FrameBatch): void {
    if (this.#bodyEnd !== noBody) {
      batch.pushProblem(this.frameStart, this.offset, this.#head, 0, 'incomplete', this.#bodyEnd - this.offset)
    } else if (this.#badValue !== noBadValue && this.offset > this.frameStart) {
      batch.pushProblem(this.frameStart, this.offset, 0, 0, 'bad-length', this.#badValue)
    } else if (this.offset > this.frameStart) {
      batch.pushProblem(this.frameStart, this.offset, 0, 0, 'incomplete')
    }
    this.frameStart = this.offset
    this.#bodyEnd = noBody
    this.#badValue = noBadValue
    this.#headerLength = 0
  }

  #readsHeader(): boolean {
    return this.#bodyEnd === noBody
  }

  /** Ends the message that earlier chunks began. Returns the index of the first byte after it. */
  #finishBody(bytes: Uint8Array, batch: FrameBatch): number {
    if (this.#bodyEnd === noBody) return 0
    const index = this.#bodyEnd - this.offset
    if (index > bytes.length) return bytes.length
    batch.push(this.frameStart, this.#bodyEnd, this.#head, 0)
    this.frameStart = this.#bodyEnd
    this.#bodyEnd = noBody
    return index
  }

  /** Goes on with a header that earlier chunks began, byte by byte, since it may have to be looked for anew. */
  #finishHeader(bytes: Uint8Array, from: number, batch: FrameBatch): number {
    let index = from
    while (this.#headerLength > 0 && index < bytes.length) {
      this.#header[this.#headerLength++] = bytes[index] ?? 0
      index++
      let head = this.#measure(this.#header, 0, this.#headerLength)
      while (head < 0) {
        this.#header.copyWithin(0, 1, this.#headerLength)
        this.#headerLength--
        this.#passOver(this.offset + index - this.#headerLength, batch)
        head = this.#headerLength === 0 ? 0 : this.#measure(this.#header, 0, this.#headerLength)
      }
      if (head > 0) {
        const start = this.offset + index - this.#headerLength
        this.#headerLength = 0
        return this.#beginBody(bytes, start - this.offset, head, batch)
      }
    }
    return index
  }

  /** Headers of one width, the fast way. Returns the index of the first byte that belongs to no header read here. */
  #scanFixedWidth(bytes: Uint8Array, from: number, batch: FrameBatch): number {
    const { field, bytesBeforeField, bytesAfterField, valueCounts, addedBytes } = this.#settings
    const head = bytesBeforeField + lengthFieldBytes[field] + bytesAfterField
    const correction = valueCounts === 'frame' ? addedBytes - head : addedBytes
    const maximum = this.#maximum
    const base = this.offset
    const length = bytes.length
    // Ends are written in place, heads and tails once for the whole run: a call per message would halve the speed.
    const runStart = base + from
    let isSkipping = this.#badValue !== noBadValue
    const isQuick = !isSkipping && (field === 'u32be' || field === 'u32le')
    let index = isQuick ? this.#scanQuickly(bytes, from, field === 'u32le', head, correction, batch) : from
    let count = batch.count
    let ends = batch.roomAfter(count)
    while (index + head <= length) {
      const at = index + bytesBeforeField
      // As 32-bit integers throughout, since doubles would halve the speed: what does not fit is over every maximum.
      const value = Math.min(readFixedField(field, bytes, at), greatestInteger) | 0
      const content = value + correction
      if (value < 0 || content < 0 || content > maximum) {
        if (!isSkipping) {
          this.#badValue = readFixedField(field, bytes, at)
          this.frameStart = base + index
          isSkipping = true
        }
        batch.addRun(runStart, count, head, 0)
        index++
        this.#passOver(base + index, batch)
        count = batch.count
        ends = batch.roomAfter(count)
        continue
      }
      const end = index + head + content
      if (isSkipping || end > length) {
        if (!isSkipping) this.frameStart = base + index
        isSkipping = false
        batch.addRun(runStart, count, head, 0)
        this.#contentBytes = content
        index = this.#beginBody(bytes, index, head, batch)
        if (this.#bodyEnd !== noBody) return length
        count = batch.count
        ends = batch.roomAfter(count)
        continue
      }
      if (count === ends.length) ends = batch.roomAfter(count)
      ends[count++] = base + end
      index = end
    }
    batch.addRun(runStart, count, head, 0)
    if (!isSkipping) this.frameStart = base + index
    return index
  }

  /**
   * The most used fields, with nothing else in the loop: goes on as long as whole messages follow each other, and returns
   * the index of the first header that is no such message's.
   */
  #scanQuickly(
    bytes: Uint8Array,
    from: number,
    isLittleEndian: boolean,
    head: number,
    correction: number,
    batch: FrameBatch,
  ): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const fieldAt = this.#settings.bytesBeforeField
    const base = this.offset
    const least = Math.max(0, -correction)
    const most = this.#maximum - correction
    const frameBytes = head + correction
    const lastStart = bytes.length - head
    const length = bytes.length
    let count = batch.count
    let index = from
    let goesOn = index <= lastStart
    while (goesOn) {
      // Arrays that do not change within the loop are much quicker.
      const ends = batch.roomAfter(count)
      const room = ends.length
      while (count < room) {
        // Signed: what is negative is over every maximum, and 32-bit integers are much quicker than doubles.
        const value = view.getInt32(index + fieldAt, isLittleEndian)
        const end = (index + frameBytes + value) | 0
        if (value < least || value > most || end > length) {
          goesOn = false
          break
        }
        ends[count++] = base + end
        index = end
        if (index > lastStart) {
          goesOn = false
          break
        }
      }
    }
    batch.addRun(base + from, count, head, 0)
    this.frameStart = base + index
    return index
  }

  #scanAnyWidth(bytes: Uint8Array, from: number, batch: FrameBatch): number {
    let index = from
    while (index < bytes.length) {
      const head = this.#measure(bytes, index, bytes.length)
      if (head === 0) return index
      if (head < 0) {
        index++
        this.#passOver(this.offset + index, batch)
        continue
      }
      index = this.#beginBody(bytes, index, head, batch)
      if (this.#bodyEnd !== noBody) return bytes.length
    }
    return index
  }

  /** Bytes of the header at `at`: 0 when it goes on past `end`, -1 when its length does not fit. */
  #measure(bytes: Uint8Array, at: number, end: number): number {
    const { field, bytesBeforeField, bytesAfterField, valueCounts, addedBytes } = this.#settings
    const fieldStart = at + bytesBeforeField
    const width = field === 'varint' ? varintBytes(bytes, fieldStart, end) : lengthFieldBytes[field]
    if (width === 0) return 0
    const head = bytesBeforeField + Math.max(0, width) + bytesAfterField
    if (width > 0 && at + head > end) return 0
    const value =
      width < 0
        ? malformedValue
        : field === 'varint'
          ? readVarint(bytes, fieldStart, width)
          : readFixedField(field, bytes, fieldStart)
    this.#contentBytes = value + addedBytes - (valueCounts === 'frame' ? head : 0)
    if (width > 0 && this.#contentBytes >= 0 && this.#contentBytes <= this.#maximum) return head
    if (this.#badValue === noBadValue) this.#badValue = value
    return -1
  }

  /** A header that fits begins at `index` of the chunk (negative: in an earlier one). Returns where to go on. */
  #beginBody(bytes: Uint8Array, index: number, head: number, batch: FrameBatch): number {
    const start = this.offset + index
    if (start > this.frameStart) batch.pushProblem(this.frameStart, start, 0, 0, 'bad-length', this.#badValue)
    this.#badValue = noBadValue
    this.frameStart = start
    this.#head = head
    this.#bodyEnd = start + head + this.#contentBytes
    return this.#finishBody(bytes, batch)
  }

  /** No message begins before `candidate`. */
  #passOver(candidate: number, batch: FrameBatch): void {
    if (candidate - this.frameStart < this.#regionMaximum) return
    batch.pushProblem(this.frameStart, candidate, 0, 0, 'bad-length', this.#badValue)
    this.frameStart = candidate
  }

  #keepHeader(bytes: Uint8Array, index: number): void {
    for (let at = index; at < bytes.length; at++) this.#header[this.#headerLength++] = bytes[at] ?? 0
  }

  protected override saveRegisters(): readonly number[] {
    return [this.#bodyEnd, this.#head, this.#badValue, ...this.#header.subarray(0, this.#headerLength)]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#bodyEnd = registers[0] ?? noBody
    this.#head = registers[1] ?? 0
    this.#badValue = registers[2] ?? noBadValue
    const header = registers.slice(3)
    this.#headerLength = header.length
    this.#header.set(header)
  }
}
