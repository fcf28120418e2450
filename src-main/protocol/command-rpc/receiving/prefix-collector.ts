import { CarriedBytes } from './carried-bytes.ts'
import type { LengthReader } from './length-readers.ts'
import type { MessageCollector, MessageSink, UnfinishedMessage } from './message-collector.ts'

/**
 * Messages behind their length. A length that cannot be used is told before anything of the message is kept; nothing behind it is read.
 */
export class PrefixCollector implements MessageCollector {
  readonly #reader: LengthReader
  readonly #carried = new CarriedBytes()
  #frameOffset = 0
  /** Of the message being read, once its length is known; -1 before. */
  #headerBytes = 0
  #contentBytes = -1
  #isUnreadable = false

  constructor(reader: LengthReader) {
    this.#reader = reader
  }

  get unfinished(): UnfinishedMessage | null {
    const receivedBytes = this.#carried.length
    if (receivedBytes === 0) return null
    const isLengthKnown = this.#contentBytes >= 0
    const missingBytes = isLengthKnown
      ? this.#headerBytes + this.#contentBytes - receivedBytes
      : this.#reader.missingBytes(receivedBytes)
    return { offset: this.#frameOffset, receivedBytes, missingBytes, isLengthKnown }
  }

  accept(bytes: Uint8Array, streamOffset: number, sink: MessageSink): void {
    let at = 0
    while (at < bytes.length && !this.#isUnreadable) {
      if (this.#carried.length > 0) at = this.#fromCarried(bytes, at, sink)
      else {
        this.#frameOffset = streamOffset + at
        this.#contentBytes = -1
        this.#reader.begin()
        at = this.#fromChunk(bytes, at, sink)
      }
    }
  }

  /** A message that begins in this chunk: read in place when it is whole. */
  #fromChunk(bytes: Uint8Array, at: number, sink: MessageSink): number {
    const rest = bytes.subarray(at)
    const frameBytes = this.#readLength(rest, sink) ? this.#headerBytes + this.#contentBytes : Infinity
    if (frameBytes <= rest.length) {
      this.#tell(rest.subarray(0, frameBytes), sink)
      return at + frameBytes
    }
    if (!this.#isUnreadable) this.#carried.append(rest)
    return bytes.length
  }

  /** Byte by byte until the length is whole, so that what follows the message is not taken. */
  #fromCarried(bytes: Uint8Array, from: number, sink: MessageSink): number {
    let at = from
    if (this.#contentBytes < 0) {
      this.#carried.append(bytes.subarray(at, ++at))
      if (!this.#readLength(this.#carried.view(), sink)) return at
    }
    const missing = this.#headerBytes + this.#contentBytes - this.#carried.length
    const end = Math.min(bytes.length, at + missing)
    this.#carried.append(bytes.subarray(at, end))
    if (end - at === missing) {
      this.#tell(this.#carried.view(), sink)
      this.#carried.clear()
    }
    return end
  }

  /** True once the length is known and allowed. */
  #readLength(bytes: Uint8Array, sink: MessageSink): boolean {
    const reading = this.#reader.read(bytes)
    if (reading === null) return false
    if (reading.ok) {
      this.#headerBytes = reading.headerBytes
      this.#contentBytes = reading.contentBytes
      return true
    }
    this.#isUnreadable = true
    this.#carried.clear()
    sink.unreadable(reading.error, this.#frameOffset, reading.byteCount)
    return false
  }

  #tell(frame: Uint8Array, sink: MessageSink): void {
    const content = frame.subarray(this.#headerBytes)
    sink.message(content, this.#frameOffset + this.#headerBytes, this.#frameOffset, frame.length)
  }
}
