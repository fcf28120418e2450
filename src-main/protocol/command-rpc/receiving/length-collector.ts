import { describeError, type ErrorShape } from '../../../contract/errors.ts'
import type { LengthFieldType } from '../../../contract/schemas/framing.ts'
import {
  lengthFieldBytes,
  longestVarintBytes,
  readFixedField,
  readVarint,
  varintBytes,
} from '../../framing/length-field.ts'
import { CarriedBytes } from './carried-bytes.ts'
import type { MessageCollector, MessageSink, UnfinishedMessage } from './message-collector.ts'

/**
 * Messages behind their length. Errors: `reply-too-large` for a length above the maximum, told before anything of the message is kept,
 * and `reply-malformed` for a varint without an end; nothing behind them is read.
 */
export class LengthCollector implements MessageCollector {
  readonly #field: LengthFieldType
  readonly #maximumBytes: number
  readonly #carried = new CarriedBytes()
  #frameOffset = 0
  /** Of the message being read, once its length is known. */
  #headerBytes = 0
  #contentBytes = -1
  #isUnreadable = false

  constructor(field: LengthFieldType, maximumBytes: number) {
    this.#field = field
    this.#maximumBytes = maximumBytes
  }

  get unfinished(): UnfinishedMessage | null {
    const receivedBytes = this.#carried.length
    if (receivedBytes === 0 || this.#isUnreadable) return null
    const isLengthKnown = this.#contentBytes >= 0
    const wholeBytes = isLengthKnown ? this.#headerBytes + this.#contentBytes : lengthFieldBytes[this.#field]
    return {
      offset: this.#frameOffset,
      receivedBytes,
      missingBytes: Math.max(1, wholeBytes - receivedBytes),
      isLengthKnown,
    }
  }

  accept(bytes: Uint8Array, streamOffset: number, sink: MessageSink): void {
    let at = 0
    while (at < bytes.length && !this.#isUnreadable) {
      if (this.#carried.length === 0) {
        this.#frameOffset = streamOffset + at
        this.#contentBytes = -1
      }
      at = this.#carried.length === 0 ? this.#fromChunk(bytes, at, sink) : this.#fromCarried(bytes, at, sink)
    }
  }

  /** A message that begins in this chunk: read in place when it is whole. */
  #fromChunk(bytes: Uint8Array, at: number, sink: MessageSink): number {
    if (!this.#readLength(bytes.subarray(at), sink)) return this.#carry(bytes, at, bytes.length)
    const end = at + this.#headerBytes + this.#contentBytes
    if (end > bytes.length) return this.#carry(bytes, at, bytes.length)
    this.#tell(bytes.subarray(at, end), sink)
    return end
  }

  #fromCarried(bytes: Uint8Array, at: number, sink: MessageSink): number {
    if (this.#contentBytes < 0) {
      const next = this.#carry(bytes, at, at + 1)
      if (!this.#readLength(this.#carried.view(), sink)) return next
      at = next
    }
    const missing = this.#headerBytes + this.#contentBytes - this.#carried.length
    const next = this.#carry(bytes, at, Math.min(bytes.length, at + missing))
    if (next - at === missing) {
      this.#tell(this.#carried.view(), sink)
      this.#carried.clear()
    }
    return next
  }

  #carry(bytes: Uint8Array, from: number, to: number): number {
    if (!this.#isUnreadable) this.#carried.append(bytes.subarray(from, to))
    return to
  }

  /** True once the length is known and allowed. */
  #readLength(bytes: Uint8Array, sink: MessageSink): boolean {
    const isVarint = this.#field === 'varint'
    const headerBytes = isVarint ? varintBytes(bytes, 0, bytes.length) : lengthFieldBytes[this.#field]
    if (headerBytes < 0) {
      const reason = 'Its length is a varint of more than ten bytes.'
      return this.#giveUp(describeError('reply-malformed', { reason }), longestVarintBytes, sink)
    }
    if (headerBytes === 0 || headerBytes > bytes.length) return false
    const length = isVarint ? readVarint(bytes, 0, headerBytes) : readFixedField(this.#field, bytes, 0)
    if (length > this.#maximumBytes) {
      const error = describeError('reply-too-large', { length, maximumBytes: this.#maximumBytes })
      return this.#giveUp(error, headerBytes, sink)
    }
    this.#headerBytes = headerBytes
    this.#contentBytes = length
    return true
  }

  #giveUp(error: ErrorShape, byteCount: number, sink: MessageSink): false {
    this.#isUnreadable = true
    this.#carried.clear()
    sink.unreadable(error, this.#frameOffset, byteCount)
    return false
  }

  #tell(frame: Uint8Array, sink: MessageSink): void {
    const { length } = frame
    sink.message(frame.subarray(this.#headerBytes), this.#frameOffset + this.#headerBytes, this.#frameOffset, length)
  }
}
