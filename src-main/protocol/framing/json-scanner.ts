/**
 * JSON documents one after another (RFC 8259; RFC 7464 record separators count as white space). An object or array ends
 * with its last bracket, a string with its quote, a number or word before the first byte that cannot belong to it. Only
 * the outline is read: whether the document is valid is for the decoder to say.
 *
 * Limit: content longer than the maximum is cut off as a region marked `overrun`. A raw control character in a string
 * marks the document `bad-content`; bytes that begin no document are marked `stray-bytes`. Resynchronisation after each:
 * at the next `{` or `[`, or after the next LF, since brackets and lines are the surest places where a document begins.
 */
import type { FrameProblemCode } from './frame.ts'
import type { FrameBatch } from './frame-batch.ts'
import { FrameScanner } from './frame-scanner.ts'

const between = 0
const inContainer = 1
const inString = 2
const afterBackslash = 3
const inScalar = 4
const skipping = 5

const whiteSpace = 1
const opening = 2
const closing = 3
const quote = 4
const scalarStart = 5
const scalarRest = 6

/** What a byte means outside of strings; 0: it stands in no document. */
const byteClasses = new Uint8Array(256)
for (const byte of [0x20, 0x09, 0x0a, 0x0d, 0x1e]) byteClasses[byte] = whiteSpace
for (const letter of '+.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') {
  byteClasses[letter.charCodeAt(0)] = scalarRest
}
for (const letter of '-0123456789tfnNI') byteClasses[letter.charCodeAt(0)] = scalarStart
for (const letter of '{[') byteClasses[letter.charCodeAt(0)] = opening
for (const letter of '}]') byteClasses[letter.charCodeAt(0)] = closing
byteClasses[0x22] = quote

function isScalar(byte: number): boolean {
  const byteClass = byteClasses[byte]
  return byteClass === scalarStart || byteClass === scalarRest
}

const regionCodes: readonly FrameProblemCode[] = ['stray-bytes', 'overrun', 'bad-content']

export class JsonScanner extends FrameScanner {
  protected override readonly name = 'json'
  readonly #maximum: number
  #state = between
  /** Open brackets. */
  #depth = 0
  /** White space in front of the document. */
  #head = 0
  /** Index in `regionCodes` of the region being skipped. */
  #region = 0

  constructor(maximumFrameBytes: number) {
    super()
    this.#maximum = maximumFrameBytes
  }

  override scan(bytes: Uint8Array, _timeNs: number, batch: FrameBatch): void {
    const base = this.offset
    let index = 0
    while (index < bytes.length) {
      const limit = this.frameStart + this.#head + this.#maximum - base
      const end = Math.min(bytes.length, this.#state === between ? this.frameStart + this.#maximum - base : limit)
      if (end <= index) {
        index = this.#cut(bytes, index, batch)
        continue
      }
      index = this.#take(bytes, index, end, batch)
    }
    this.offset = base + bytes.length
  }

  override finish(batch: FrameBatch): void {
    const contentStart = this.frameStart + this.#head
    if (this.#state === skipping) {
      if (this.offset > this.frameStart) this.#pushRegion(this.offset, batch)
    } else if (this.#state === inScalar) {
      batch.push(this.frameStart, this.offset, this.#head, 0)
    } else if (this.offset > contentStart) {
      batch.pushProblem(this.frameStart, this.offset, this.#head, 0, 'incomplete')
    }
    this.#begin(this.offset)
  }

  /** Reads on in the present state, at most up to `end`. Returns where the state changed. */
  #take(bytes: Uint8Array, from: number, end: number, batch: FrameBatch): number {
    switch (this.#state) {
      case between:
        return this.#takeBetween(bytes, from, end)
      case inContainer:
        return this.#takeContainer(bytes, from, end, batch)
      case inScalar:
        return this.#takeScalar(bytes, from, end, batch)
      case skipping:
        return this.#takeSkipped(bytes, from, end, batch)
      default:
        return this.#takeString(bytes, from, end, batch)
    }
  }

  #takeBetween(bytes: Uint8Array, from: number, end: number): number {
    for (let index = from; index < end; index++) {
      const byteClass = byteClasses[bytes[index] ?? 0]
      if (byteClass === whiteSpace) {
        this.#head++
        continue
      }
      if (byteClass === opening) this.#open()
      else if (byteClass === quote) this.#state = inString
      else if (byteClass === scalarStart) this.#state = inScalar
      else this.#skip(0)
      return this.#state === skipping ? index : index + 1
    }
    return end
  }

  #takeContainer(bytes: Uint8Array, from: number, end: number, batch: FrameBatch): number {
    for (let index = from; index < end; index++) {
      const byteClass = byteClasses[bytes[index] ?? 0]
      if (byteClass === quote) {
        this.#state = inString
        return index + 1
      }
      if (byteClass === opening) this.#depth++
      else if (byteClass === closing && --this.#depth === 0) return this.#close(index + 1, batch)
    }
    return end
  }

  #takeString(bytes: Uint8Array, from: number, end: number, batch: FrameBatch): number {
    let index = from
    if (this.#state === afterBackslash && (bytes[index] ?? 0) >= 0x20) {
      this.#state = inString
      index++
    }
    for (; index < end; index++) {
      const byte = bytes[index] ?? 0
      if (byte === 0x22) {
        this.#state = inContainer
        return this.#depth === 0 ? this.#close(index + 1, batch) : index + 1
      }
      if (byte === 0x5c) {
        this.#state = afterBackslash
        return index + 1
      }
      if (byte < 0x20) {
        this.#skip(2)
        return index
      }
    }
    return end
  }

  #takeScalar(bytes: Uint8Array, from: number, end: number, batch: FrameBatch): number {
    for (let index = from; index < end; index++) {
      if (!isScalar(bytes[index] ?? 0)) return this.#close(index, batch)
    }
    return end
  }

  #takeSkipped(bytes: Uint8Array, from: number, end: number, batch: FrameBatch): number {
    for (let index = from; index < end; index++) {
      const byte = bytes[index] ?? 0
      const begins = byteClasses[byte] === opening
      if (!begins && byte !== 0x0a) continue
      const regionEnd = this.offset + (begins ? index : index + 1)
      if (regionEnd > this.frameStart) this.#pushRegion(regionEnd, batch)
      this.#begin(regionEnd)
      return regionEnd - this.offset
    }
    return end
  }

  #open(): void {
    this.#state = inContainer
    this.#depth = 1
  }

  /** What was read since the frame began, and what follows, belongs to no document. */
  #skip(region: number): void {
    this.#state = skipping
    this.#region = region
    this.#depth = 0
    this.#head = 0
  }

  #close(index: number, batch: FrameBatch): number {
    batch.push(this.frameStart, this.offset + index, this.#head, 0)
    this.#begin(this.offset + index)
    return index
  }

  /** The maximum is reached before the byte at `index`. */
  #cut(bytes: Uint8Array, index: number, batch: FrameBatch): number {
    const end = this.offset + index
    if (this.#state === inScalar && !isScalar(bytes[index] ?? 0)) return this.#close(index, batch)
    if (this.#state === between) {
      batch.pushProblem(this.frameStart, end, 0, 0, 'stray-bytes')
      this.#begin(end)
      return index
    }
    if (this.#state !== skipping) this.#skip(1)
    this.#pushRegion(end, batch)
    this.frameStart = end
    return index
  }

  #pushRegion(end: number, batch: FrameBatch): void {
    batch.pushProblem(this.frameStart, end, 0, 0, regionCodes[this.#region] ?? 'stray-bytes')
  }

  #begin(offset: number): void {
    this.frameStart = offset
    this.#state = between
    this.#depth = 0
    this.#head = 0
  }

  protected override saveRegisters(): readonly number[] {
    return [this.#state, this.#depth, this.#head, this.#region]
  }

  protected override loadRegisters(registers: readonly number[]): void {
    this.#state = registers[0] ?? between
    this.#depth = registers[1] ?? 0
    this.#head = registers[2] ?? 0
    this.#region = registers[3] ?? 0
  }
}
