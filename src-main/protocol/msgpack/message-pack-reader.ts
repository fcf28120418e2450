import { firstInvalidUtf8, utf8Text } from '../text/utf8.ts'
import { messagePackFormName, sizeFieldBytes } from './forms.ts'
import type { MessagePackEntry, MessagePackNode } from './message-pack-node.ts'
import { timestampText } from './timestamp.ts'

/** How much is decoded at most. */
export interface MessagePackLimits {
  /** Most arrays and maps inside each other, 1 to 512; default 512. */
  readonly maximumDepth: number
  /** Most values in the tree; default 4 million, which take some hundred megabytes. */
  readonly maximumValues: number
}

const hardMaximumDepth = 512
const defaultMaximumValues = 4_000_000

/** Why reading stopped. */
export interface MessagePackFault {
  readonly offset: number
  readonly reason: string
  /** True when only bytes are missing at the end. */
  readonly isCutOff: boolean
}

type Bits = 8 | 16 | 32 | 64
const integerBits: readonly Bits[] = [8, 16, 32, 64]

/** Reads one value, once. After a fault every part that was begun is closed with what it has. */
export class MessagePackReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #maximumDepth: number
  #valuesLeft: number
  #index: number
  #fault: MessagePackFault | null = null

  constructor(bytes: Uint8Array, offset: number, limits: Partial<MessagePackLimits>) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#index = offset
    this.#maximumDepth = Math.min(hardMaximumDepth, limits.maximumDepth ?? hardMaximumDepth)
    this.#valuesLeft = limits.maximumValues ?? defaultMaximumValues
  }

  get fault(): MessagePackFault | null {
    return this.#fault
  }

  /** The offset up to which was read. */
  get end(): number {
    return this.#index
  }

  /** The tree; the class is used up afterwards. */
  read(): MessagePackNode {
    return this.#value(0)
  }

  #value(depth: number): MessagePackNode {
    const start = this.#index
    const header = this.#bytes[start]
    if (header === undefined) return this.#missing(start, 0, this.#bytes.length, 'A value is missing at the end.', true)
    if (--this.#valuesLeft < 0) {
      return this.#missing(start, header, start, 'There are more values than are decoded at once.')
    }
    if (header === 0xc1) return this.#missing(start, header, start, 'The byte c1 begins no value.')
    this.#index++
    if (header < 0x80) return { kind: 'integer', value: BigInt(header), bits: 7, ...this.#place(start, header) }
    if (header < 0x90) return this.#map(start, header, header & 0x0f, depth)
    if (header < 0xa0) return this.#array(start, header, header & 0x0f, depth)
    if (header < 0xc0) return this.#string(start, header, header & 0x1f)
    if (header >= 0xe0)
      return { kind: 'integer', value: BigInt(header - 0x100), bits: 5, ...this.#place(start, header) }
    return this.#wide(start, header, depth)
  }

  /** The forms from c0 to df. */
  #wide(start: number, header: number, depth: number): MessagePackNode {
    if (header === 0xc0) return { kind: 'nil', ...this.#place(start, header) }
    if (header <= 0xc3) return { kind: 'boolean', value: header === 0xc3, ...this.#place(start, header) }
    if (header === 0xca || header === 0xcb) return this.#float(start, header, header === 0xca ? 32 : 64)
    if (header >= 0xcc && header <= 0xd3) return this.#integer(start, header)
    if (header >= 0xd4 && header <= 0xd8) return this.#extension(start, header, 1 << (header - 0xd4))
    const size = this.#size(start, header)
    if (size === null) return this.#closeMissing(start, header)
    if (header <= 0xc6) return this.#binary(start, header, size)
    if (header <= 0xc9) return this.#extension(start, header, size)
    if (header <= 0xdb) return this.#string(start, header, size)
    return header <= 0xdd ? this.#array(start, header, size, depth) : this.#map(start, header, size, depth)
  }

  #integer(start: number, header: number): MessagePackNode {
    const bits = integerBits[(header - 0xcc) & 3] ?? 8
    const at = this.#take(start, header, bits / 8)
    if (at === null) return this.#closeMissing(start, header)
    const isSigned = header >= 0xd0
    const unsigned = this.#unsigned(at, bits)
    const value = isSigned ? BigInt.asIntN(bits, unsigned) : unsigned
    return { kind: 'integer', value, bits, ...this.#place(start, header) }
  }

  #float(start: number, header: number, bits: 32 | 64): MessagePackNode {
    const at = this.#take(start, header, bits / 8)
    if (at === null) return this.#closeMissing(start, header)
    const value = bits === 32 ? this.#view.getFloat32(at) : this.#view.getFloat64(at)
    return { kind: 'float', bits, value, rawBits: this.#unsigned(at, bits), ...this.#place(start, header) }
  }

  #string(start: number, header: number, announced: number): MessagePackNode {
    const bytes = this.#content(start, header, announced)
    const text = utf8Text(bytes)
    if (text !== null) return { kind: 'string', text, announced, ...this.#place(start, header) }
    if (bytes.length < announced) {
      // The cut may have gone through a character: without its beginning the rest can be text.
      const whole = utf8Text(bytes.subarray(0, firstInvalidUtf8(bytes)))
      const isLastCharacter = firstInvalidUtf8(bytes) > bytes.length - 4 && couldGoOn(bytes, firstInvalidUtf8(bytes))
      if (whole !== null && isLastCharacter) {
        return { kind: 'string', text: whole, announced, ...this.#place(start, header) }
      }
    }
    return { kind: 'raw', bytes, announced, ...this.#place(start, header) }
  }

  #binary(start: number, header: number, announced: number): MessagePackNode {
    const bytes = this.#content(start, header, announced)
    return { kind: 'binary', bytes, announced, ...this.#place(start, header) }
  }

  #extension(start: number, header: number, announced: number): MessagePackNode {
    const at = this.#take(start, header, 1)
    if (at === null) return this.#closeMissing(start, header)
    const type = this.#view.getInt8(at)
    const bytes = this.#content(start, header, announced)
    const timestamp = bytes.length === announced ? timestampText(type, bytes) : null
    return { kind: 'extension', type, bytes, announced, timestamp, ...this.#place(start, header) }
  }

  #array(start: number, header: number, announced: number, depth: number): MessagePackNode {
    const items: MessagePackNode[] = []
    if (this.#mayNest(start, depth)) {
      while (items.length < announced && this.#goesOn()) items.push(this.#value(depth + 1))
    }
    return { kind: 'array', items, announced, ...this.#place(start, header) }
  }

  #map(start: number, header: number, announced: number, depth: number): MessagePackNode {
    const entries: MessagePackEntry[] = []
    if (this.#mayNest(start, depth)) {
      while (entries.length < announced && this.#goesOn()) {
        const key = this.#value(depth + 1)
        const value = this.#goesOn() ? this.#value(depth + 1) : this.#closeMissing(this.#index, 0)
        entries.push({ key, value })
      }
    }
    return { kind: 'map', entries, announced, ...this.#place(start, header) }
  }

  #mayNest(start: number, depth: number): boolean {
    if (depth < this.#maximumDepth) return true
    this.#fail(start, `Arrays and maps stand more than ${this.#maximumDepth} deep in each other.`)
    return false
  }

  #size(start: number, header: number): number | null {
    const byteCount = sizeFieldBytes(header)
    const at = this.#take(start, header, byteCount)
    return at === null ? null : Number(this.#unsigned(at, byteCount === 1 ? 8 : byteCount === 2 ? 16 : 32))
  }

  /** Where so many bytes begin, which are passed over; null when they are not there. */
  #take(start: number, header: number, byteCount: number): number | null {
    const at = this.#index
    if (at + byteCount <= this.#bytes.length) {
      this.#index += byteCount
      return at
    }
    this.#index = this.#bytes.length
    this.#fail(this.#index, `The ${messagePackFormName(header)} at byte ${start} is cut off.`, true)
    return null
  }

  /** A copy of so many bytes, or of those that are there. */
  #content(start: number, header: number, announced: number): Uint8Array {
    const from = this.#index
    const present = Math.min(announced, this.#bytes.length - from)
    this.#index += present
    if (present < announced) {
      const counts = `announces ${announced} bytes, of which ${present} are there`
      this.#fail(this.#index, `The ${messagePackFormName(header)} at byte ${start} ${counts}.`, true)
    }
    return new Uint8Array(this.#bytes.subarray(from, this.#index))
  }

  #unsigned(at: number, bits: Bits): bigint {
    if (bits === 64) return this.#view.getBigUint64(at)
    if (bits === 32) return BigInt(this.#view.getUint32(at))
    return BigInt(bits === 16 ? this.#view.getUint16(at) : this.#view.getUint8(at))
  }

  #place(start: number, header: number): { start: number; end: number; header: number } {
    return { start, end: this.#index, header }
  }

  #missing(start: number, header: number, offset: number, reason: string, isCutOff = false): MessagePackNode {
    this.#fail(offset, reason, isCutOff)
    return this.#closeMissing(start, header)
  }

  #closeMissing(start: number, header: number): MessagePackNode {
    return { kind: 'missing', ...this.#place(start, header) }
  }

  #goesOn(): boolean {
    return this.#fault === null
  }

  #fail(offset: number, reason: string, isCutOff = false): void {
    this.#fault ??= { offset, reason, isCutOff }
  }
}

/** True when the bytes from `index` on could be the beginning of a UTF-8 character that was cut off. */
function couldGoOn(bytes: Uint8Array, index: number): boolean {
  const rest = bytes.subarray(index)
  const lead = rest[0] ?? 0
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  if (lead < 0xc2 || lead > 0xf4 || rest.length >= length) return false
  // With the highest or the lowest continuation one of the completions is valid if any is.
  return [0x80, 0xbf].some((filler) => {
    const whole = new Uint8Array(length).fill(filler)
    whole.set(rest)
    return utf8Text(whole) !== null
  })
}
