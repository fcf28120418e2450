import { createHash, type Hash } from 'node:crypto'
import type { ReceiveSink } from '../../engine/ports.ts'

/** A sink that hashes and counts what arrives, and can be told to stop. */
export class MemorySink implements ReceiveSink {
  onWritable: (() => void) | null = null
  receivedBytes = 0
  closed = false
  /** While true every read is answered with "stop". */
  full = false
  readonly #hash: Hash = createHash('sha256')
  readonly #kept: Uint8Array[] = []
  readonly #keeps: boolean
  #region = new Uint8Array(64 * 1024)

  constructor(keeps = false) {
    this.#keeps = keeps
  }

  reserve(maximumBytes = this.#region.length): Uint8Array {
    return this.#region.subarray(0, maximumBytes)
  }

  commit(byteCount: number): boolean {
    const arrived = this.#region.subarray(0, byteCount)
    this.#region = new Uint8Array(64 * 1024)
    return this.append(arrived)
  }

  append(bytes: Uint8Array): boolean {
    this.receivedBytes += bytes.length
    this.#hash.update(bytes)
    if (this.#keeps) this.#kept.push(bytes)
    return !this.full
  }

  close(): void {
    this.closed = true
  }

  goOn(): void {
    this.full = false
    this.onWritable?.()
  }

  digest(): string {
    return this.#hash.digest('hex')
  }

  text(): string {
    return Buffer.concat(this.#kept).toString('latin1')
  }
}
