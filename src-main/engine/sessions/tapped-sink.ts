import type { ReceiveSink } from '../ports.ts'

/**
 * A sink that shows what arrives once it was taken. Nothing is copied: while nobody looks, it costs one call a chunk,
 * however large the chunk is.
 */
export class TappedSink implements ReceiveSink {
  readonly #inner: ReceiveSink
  readonly #tap: (bytes: Uint8Array) => void
  #reserved: Uint8Array | null = null

  constructor(inner: ReceiveSink, tap: (bytes: Uint8Array) => void) {
    this.#inner = inner
    this.#tap = tap
  }

  get onWritable(): (() => void) | null {
    return this.#inner.onWritable
  }

  set onWritable(listener: (() => void) | null) {
    this.#inner.onWritable = listener
  }

  reserve(maximumBytes?: number): Uint8Array {
    this.#reserved = this.#inner.reserve(maximumBytes)
    return this.#reserved
  }

  commit(byteCount: number): boolean {
    const arrived = this.#reserved?.subarray(0, byteCount)
    this.#reserved = null
    const goesOn = this.#inner.commit(byteCount)
    if (arrived !== undefined) this.#tap(arrived)
    return goesOn
  }

  append(bytes: Uint8Array): boolean {
    const goesOn = this.#inner.append(bytes)
    this.#tap(bytes)
    return goesOn
  }

  close(): void {
    this.#inner.close()
  }
}
