import type { ErrorShape } from '../../../contract/errors.ts'
import { CarriedBytes } from './carried-bytes.ts'
import type { MessageCollector, MessageSink, UnfinishedMessage } from './message-collector.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d

export interface LineRules {
  /** `lf`: a CR before the LF does not belong to the line. `crlf`: LF alone does not end a line. */
  readonly ending: 'lf' | 'crlf'
  readonly maximumBytes: number
  /** What is told, at its end, of a line of so many bytes, which are above the maximum. */
  readonly overlong: (byteCount: number) => ErrorShape
}

/** Messages that are a line each. Of a line that is too long nothing is kept but its length; the next one is read. */
export class LineCollector implements MessageCollector {
  readonly #rules: LineRules
  readonly #carried = new CarriedBytes()
  #frameOffset = 0
  /** Bytes of the line so far, those that were given up included. */
  #lineBytes = 0
  #lastByte = -1

  constructor(rules: LineRules) {
    this.#rules = rules
  }

  get unfinished(): UnfinishedMessage | null {
    if (this.#lineBytes === 0) return null
    return { offset: this.#frameOffset, receivedBytes: this.#lineBytes, missingBytes: null, isLengthKnown: false }
  }

  accept(bytes: Uint8Array, streamOffset: number, sink: MessageSink): void {
    let start = 0
    let end = bytes.indexOf(lineFeed)
    while (end >= 0) {
      const before = end > start ? bytes[end - 1] : this.#lastByte
      if (this.#rules.ending === 'lf' || before === carriageReturn) {
        if (this.#lineBytes === 0) this.#frameOffset = streamOffset + start
        this.#endLine(bytes, start, end + 1, before === carriageReturn ? 2 : 1, sink)
        start = end + 1
      }
      end = bytes.indexOf(lineFeed, end + 1)
    }
    if (start === bytes.length) return
    if (this.#lineBytes === 0) this.#frameOffset = streamOffset + start
    this.#carry(bytes.subarray(start))
  }

  #endLine(bytes: Uint8Array, start: number, end: number, endingBytes: number, sink: MessageSink): void {
    const frameBytes = this.#lineBytes + end - start
    const contentBytes = frameBytes - endingBytes
    const offset = this.#frameOffset
    if (contentBytes > this.#rules.maximumBytes) sink.skipped(this.#rules.overlong(contentBytes), offset, frameBytes)
    else if (this.#lineBytes === 0) {
      sink.message(bytes.subarray(start, start + contentBytes), offset, offset, frameBytes)
    } else {
      this.#carried.append(bytes.subarray(start, end))
      sink.message(this.#carried.view().subarray(0, contentBytes), offset, offset, frameBytes)
    }
    this.#carried.clear()
    this.#lineBytes = 0
    this.#lastByte = -1
  }

  #carry(rest: Uint8Array): void {
    this.#lineBytes += rest.length
    this.#lastByte = rest[rest.length - 1] ?? -1
    // A CR more may belong to the end of the line.
    if (this.#lineBytes > this.#rules.maximumBytes + 1) this.#carried.clear()
    else this.#carried.append(rest)
  }
}
