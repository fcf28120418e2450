/**
 * Cuts what a client sends into whole messages and keeps the unfinished one.
 *
 * Rules: nothing is allocated for an announced length, only for what has arrived; a length over the maximum is refused as
 * soon as it is read, and nothing is read after that; the messages are the same however the stream is split.
 */
import type { LengthFieldType } from '../../contract/schemas/framing.ts'
import type { JsonRpcServerSettings } from '../../contract/schemas/server-kinds.ts'
import {
  lengthFieldBytes,
  longestVarintBytes,
  readFixedField,
  readVarint,
  varintBytes,
} from '../framing/length-field.ts'
import { ByteBuilder } from '../text/byte-builder.ts'
import { utf8Text } from '../text/utf8.ts'

/** Why a stream cannot be read on. `length` is what was announced, or what has come of a line without an end. */
export type FrameRefusal =
  { readonly kind: 'too-large'; readonly length: number } | { readonly kind: 'malformed'; readonly reason: string }

/** How messages stand in the stream. */
export type RequestFraming =
  /** The content ends with LF; a CR before it is left out, so are empty lines. */
  | { readonly kind: 'lines' }
  /** After header fields that end with an empty line, one of them `Content-Length: N`. */
  | { readonly kind: 'content-length' }
  /** After a binary length of the content. */
  | { readonly kind: 'length-prefix'; readonly field: LengthFieldType }

/** How a JSON-RPC server reads requests. */
export function jsonRpcRequestFraming({ framing, lengthField }: JsonRpcServerSettings): RequestFraming {
  return framing === 'length-prefix' ? { kind: framing, field: lengthField } : { kind: framing }
}

interface Head {
  /** Bytes before the content. */
  readonly headBytes: number
  readonly contentBytes: number
}

/** Header fields before a message. */
const maximumHeaderBytes = 8192
const lineFeed = 0x0a
const carriageReturn = 0x0d
const empty = new Uint8Array(0)

export class FrameReader {
  readonly #framing: RequestFraming
  readonly #maximumBytes: number
  /** Bytes of the unfinished message, its header included. */
  #kept: ByteBuilder | null = null
  /** Of the unfinished message, once its header is whole. */
  #head: Head | null = null
  #refusal: FrameRefusal | null = null

  constructor(framing: RequestFraming, maximumBytes: number) {
    this.#framing = framing
    this.#maximumBytes = maximumBytes
  }

  /** Set when the stream cannot be read on. */
  get refusal(): FrameRefusal | null {
    return this.#refusal
  }

  /** Content of the messages that are whole now. Parts of `bytes` are given on, not copied, where they can be. */
  accept(bytes: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = []
    let at = 0
    while (this.#refusal === null && at < bytes.length) {
      const used = this.#framing.kind === 'lines' ? this.#line(bytes, at, messages) : this.#counted(bytes, at, messages)
      at += used
    }
    return messages
  }

  /**
   * What is unfinished: its bytes, and how many are missing as far as that is known: of the header while it is not whole.
   * Null between two messages.
   */
  unfinished(): { readonly bytes: Uint8Array; readonly missingBytes: number | null } | null {
    if (this.#kept === null || this.#refusal !== null) return null
    const bytes = this.#kept.toBytes()
    return { bytes, missingBytes: this.#missing(bytes) }
  }

  #missing(bytes: Uint8Array): number | null {
    if (this.#head !== null) return this.#head.headBytes + this.#head.contentBytes - bytes.length
    if (this.#framing.kind !== 'length-prefix') return null
    return Math.max(1, lengthFieldBytes[this.#framing.field] - bytes.length)
  }

  #line(bytes: Uint8Array, at: number, messages: Uint8Array[]): number {
    const end = bytes.indexOf(lineFeed, at)
    const part = bytes.subarray(at, end === -1 ? bytes.length : end)
    const length = (this.#kept?.length ?? 0) + part.length
    if (length > this.#maximumBytes) {
      this.#refuse({ kind: 'too-large', length })
      return bytes.length - at
    }
    if (end === -1) {
      this.#keep(part)
      return part.length
    }
    const line = this.#kept === null ? part : this.#takeWith(part)
    const content = line[line.length - 1] === carriageReturn ? line.subarray(0, -1) : line
    if (content.length > 0) messages.push(content)
    return part.length + 1
  }

  /** Messages whose length is known before their content. */
  #counted(bytes: Uint8Array, at: number, messages: Uint8Array[]): number {
    if (this.#kept === null) {
      const head = this.#readHead(bytes, at)
      if (head === null) {
        if (this.#refusal === null) this.#keep(bytes.subarray(at))
        return bytes.length - at
      }
      const end = at + head.headBytes + head.contentBytes
      if (end <= bytes.length) {
        messages.push(bytes.subarray(at + head.headBytes, end))
        return end - at
      }
      this.#head = head
      this.#keep(bytes.subarray(at))
      return bytes.length - at
    }
    return this.#goOn(bytes, at, messages, this.#kept)
  }

  /** The message began in an earlier chunk. */
  #goOn(bytes: Uint8Array, at: number, messages: Uint8Array[], kept: ByteBuilder): number {
    if (this.#head === null) {
      // Byte by byte: headers are short, and it is not known where this one ends.
      kept.append(bytes.subarray(at, at + 1))
      const begun = kept.toBytes()
      this.#head = this.#readHead(begun, 0)
      if (this.#head?.contentBytes === 0) this.#end(empty, messages)
      return 1
    }
    const { headBytes, contentBytes } = this.#head
    const part = bytes.subarray(at, at + headBytes + contentBytes - kept.length)
    if (kept.length + part.length < headBytes + contentBytes) kept.append(part)
    else this.#end(this.#takeWith(part).subarray(headBytes), messages)
    return part.length
  }

  #end(content: Uint8Array, messages: Uint8Array[]): void {
    messages.push(content)
    this.#kept = null
    this.#head = null
  }

  /** The header at `at`; null when it is not whole, or refused. */
  #readHead(bytes: Uint8Array, at: number): Head | null {
    const head =
      this.#framing.kind === 'length-prefix'
        ? this.#readLength(this.#framing.field, bytes, at)
        : this.#readHeaderFields(bytes, at)
    if (head === null || head.contentBytes <= this.#maximumBytes) return head
    this.#refuse({ kind: 'too-large', length: head.contentBytes })
    return null
  }

  #readLength(field: LengthFieldType, bytes: Uint8Array, at: number): Head | null {
    if (field !== 'varint') {
      const headBytes = lengthFieldBytes[field]
      if (at + headBytes > bytes.length) return null
      return { headBytes, contentBytes: readFixedField(field, bytes, at) }
    }
    const width = varintBytes(bytes, at, bytes.length)
    if (width > 0) return { headBytes: width, contentBytes: readVarint(bytes, at, width) }
    if (width < 0) this.#refuse({ kind: 'malformed', reason: `A length has at most ${longestVarintBytes} bytes.` })
    return null
  }

  #readHeaderFields(bytes: Uint8Array, at: number): Head | null {
    const end = endOfHeader(bytes, at)
    if ((end === -1 ? bytes.length : end) - at > maximumHeaderBytes) {
      this.#refuse({ kind: 'malformed', reason: `A header has at most ${maximumHeaderBytes} bytes.` })
      return null
    }
    if (end === -1) return null
    const contentBytes = contentLength(utf8Text(bytes.subarray(at, end)) ?? '')
    if (contentBytes === null) {
      this.#refuse({ kind: 'malformed', reason: 'The header has no Content-Length that is a whole number.' })
      return null
    }
    return { headBytes: end - at, contentBytes }
  }

  #keep(part: Uint8Array): void {
    this.#kept ??= new ByteBuilder(part.length)
    this.#kept.append(part)
  }

  /** What was kept and this part as one; nothing is kept any more. */
  #takeWith(part: Uint8Array): Uint8Array {
    this.#keep(part)
    const whole = this.#kept?.toBytes() ?? empty
    this.#kept = null
    this.#head = null
    return whole
  }

  #refuse(refusal: FrameRefusal): void {
    this.#refusal = refusal
    this.#kept = null
    this.#head = null
  }
}

/** Index after the empty line that ends header fields, or -1. Lines end with CR LF or LF. */
function endOfHeader(bytes: Uint8Array, at: number): number {
  let lineStart = at
  while (true) {
    const end = bytes.indexOf(lineFeed, lineStart)
    if (end === -1) return -1
    const length = end - lineStart
    if (length === 0 || (length === 1 && bytes[lineStart] === carriageReturn)) return end + 1
    lineStart = end + 1
  }
}

/** The value of `Content-Length`, whose name is written in any case; null when there is not exactly one number. */
function contentLength(header: string): number | null {
  const values = [...header.matchAll(/^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$/gim)]
  return values.length === 1 ? Number(values[0]?.[1]) : null
}
