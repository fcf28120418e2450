import type { Frame } from '../framing/frame.ts'

/** The part of a framer that rules need. */
export interface MessageFramer {
  /** The frames that ended with these bytes, in order, as offsets into the stream. */
  acceptChunk(bytes: Uint8Array, timeNs: number): readonly Frame[]
  end(): readonly Frame[]
  /** No message is found any more. */
  readonly isLost?: boolean
}

/** Longest header. What is longer is none. */
const mostHeaderBytes = 8192

/**
 * Messages behind a header of lines with `Content-Length: N`, as JSON-RPC is sent by language servers (Language Server Protocol, base
 * protocol): lines end with CR LF or LF, an empty line ends the header, names in any case. A header without a usable length, or of
 * more than 8 KiB, makes everything from it on one region that is never a message, since no one can tell where the next one begins.
 */
export class ContentLengthFramer implements MessageFramer {
  readonly #maximumFrameBytes: number
  #offset = 0
  #frameStart = 0
  /** The header so far, one character a byte. */
  #header = ''
  /** Where the content of the message begins and ends; null while the header is read. */
  #content: { readonly start: number; readonly end: number } | null = null
  #isLost = false

  constructor(maximumFrameBytes: number) {
    this.#maximumFrameBytes = maximumFrameBytes
  }

  acceptChunk(bytes: Uint8Array): readonly Frame[] {
    const frames: Frame[] = []
    let at = 0
    while (at < bytes.length && !this.#isLost) {
      if (this.#content === null) at = this.#readHeader(bytes, at)
      if (this.#content !== null) at = this.#readContent(this.#content, bytes.length, at, frames)
    }
    this.#offset += bytes.length
    return frames
  }

  end(): readonly Frame[] {
    return []
  }

  get isLost(): boolean {
    return this.#isLost
  }

  #readHeader(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      this.#header += String.fromCharCode(bytes[at] ?? 0)
      if (bytes[at] === 0x0a && isWholeHeader(this.#header)) return this.#headerEnded(at + 1)
      if (this.#header.length > mostHeaderBytes) {
        this.#isLost = true
        return bytes.length
      }
    }
    return bytes.length
  }

  #headerEnded(at: number): number {
    const digits = /^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$/im.exec(this.#header)?.[1]
    this.#header = ''
    const length = Number(digits ?? Number.NaN)
    if (!(length <= this.#maximumFrameBytes)) this.#isLost = true
    else this.#content = { start: this.#offset + at, end: this.#offset + at + length }
    return at
  }

  #readContent(content: { start: number; end: number }, chunkBytes: number, at: number, frames: Frame[]): number {
    const missing = content.end - (this.#offset + at)
    if (missing > chunkBytes - at) return chunkBytes
    frames.push({
      start: this.#frameStart,
      end: content.end,
      payloadStart: content.start,
      payloadEnd: content.end,
      problem: null,
    })
    this.#frameStart = content.end
    this.#content = null
    return at + missing
  }
}

function isWholeHeader(header: string): boolean {
  return header === '\n' || header === '\r\n' || header.endsWith('\n\n') || header.endsWith('\n\r\n')
}
