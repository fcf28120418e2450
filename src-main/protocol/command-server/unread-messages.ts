import type { FrameReader } from './frame-reader.ts'

/** What is cut into messages at a time: the shortest ones cost much more than their bytes. */
const sliceBytes = 4096
const mostChunks = 64
const mostBytes = 64 * 1024

/**
 * What a client sent and nobody has looked at yet. It is kept as it came and cut into messages as they are taken: a chunk of line
 * endings alone would otherwise be tens of thousands of objects.
 */
export class UnreadMessages {
  readonly #reader: FrameReader
  #chunks: Uint8Array[] = []
  #messages: Uint8Array[] = []
  #taken = 0

  constructor(reader: FrameReader) {
    this.#reader = reader
  }

  /** True: so much was not cut yet that nothing more should be read from the client. */
  get isFull(): boolean {
    return this.#chunks.length > mostChunks || this.#chunks.reduce((sum, { length }) => sum + length, 0) > mostBytes
  }

  /** Bytes of the client, which must not be changed afterwards. */
  add(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#chunks.push(bytes)
  }

  /** A message that its framing has no end for, behind all others. Nothing may come after it. */
  addMessage(message: Uint8Array): void {
    this.#messages.push(message)
  }

  /** True: no message is whole. Then the reader has had everything, or has refused. */
  isEmpty(): boolean {
    while (this.#taken === this.#messages.length) {
      const [chunk] = this.#chunks
      if (chunk === undefined) return true
      this.#taken = 0
      this.#messages = this.#reader.accept(chunk.subarray(0, sliceBytes))
      if (this.#reader.refusal !== null) this.#chunks = []
      else if (chunk.length > sliceBytes) this.#chunks[0] = chunk.subarray(sliceBytes)
      else this.#chunks.shift()
    }
    return false
  }

  take(): Uint8Array | undefined {
    return this.isEmpty() ? undefined : this.#messages[this.#taken++]
  }

  /** Passes over all messages, so that the reader knows what is unfinished. */
  skipAll(): void {
    while (!this.isEmpty()) this.#taken = this.#messages.length
  }

  drop(): void {
    this.#chunks = []
    this.#messages = []
    this.#taken = 0
  }
}
