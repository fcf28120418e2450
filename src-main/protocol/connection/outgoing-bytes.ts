import { SendQueue } from './send-queue.ts'

/**
 * The bytes to be sent over all connections of one session: those of the present one, those that a lost one left, and those
 * that wait for the next.
 */
export class OutgoingBytes {
  #queue = new SendQueue()
  /** What a lost connection left and what does not go out again by itself. */
  #leftover: readonly Uint8Array[] = []
  /** Sent while the present connection is ending and another will follow. */
  #next: Uint8Array[] = []
  #acceptedBytes = 0
  #leftoverCounts = false

  /** Of the present connection, or of the next one while there is none. */
  get queue(): SendQueue {
    return this.#queue
  }
  /** Bytes accepted by the operating system over all connections. */
  get acceptedBytes(): number {
    return this.#acceptedBytes
  }
  /** Bytes queued and not accepted. What a lost connection left counts until the next one is open. */
  get unsentBytes(): number {
    return this.pendingBytes + (this.#leftoverCounts ? sizeOf(this.#leftover) : 0)
  }

  /** Bytes queued and not accepted of the present connection, and for the one after it. */
  get pendingBytes(): number {
    return this.#queue.unsentBytes + sizeOf(this.#next)
  }

  /** The first bytes of what was queued and never accepted, also of what a lost connection left, and how many there are. */
  unsent(maximumBytes: number): { readonly bytes: Uint8Array; readonly totalBytes: number } {
    const parts = [...this.#leftover, ...this.#queue.unsent(), ...this.#next]
    const totalBytes = sizeOf(parts)
    const bytes = new Uint8Array(Math.min(totalBytes, maximumBytes))
    let at = 0
    for (const part of parts) {
      if (at === bytes.length) break
      const piece = part.subarray(0, bytes.length - at)
      bytes.set(piece, at)
      at += piece.length
    }
    return { bytes, totalBytes }
  }

  /** Bytes of the present connection. */
  push(bytes: Uint8Array): void {
    this.#queue.push(bytes)
  }

  /** Bytes that go out on the connection after the present one. */
  pushForNext(bytes: Uint8Array): void {
    this.#next.push(bytes)
  }

  accept(byteCount: number): readonly Uint8Array[] {
    const accepted = this.#queue.accept(byteCount)
    this.#acceptedBytes += byteCount
    return accepted
  }

  /** A connection is open: what an earlier one left is history. */
  opened(): void {
    this.#leftoverCounts = false
  }

  /** A person connects anew. `keepsQueue`: nothing of it was meant for a connection that has ended. */
  renew({ keepsQueue, resendsUnsent }: { keepsQueue: boolean; resendsUnsent: boolean }): void {
    const leftover = resendsUnsent ? this.#leftover : []
    const queued = keepsQueue || resendsUnsent ? [...this.#queue.rest(), ...this.#next] : []
    this.#queue = new SendQueue([...leftover, ...queued])
    this.#leftover = []
    this.#next = []
  }

  /**
   * Another connection follows by itself. `keepsQueue`: what the present one left unsent goes out on it; else it is kept
   * aside, to be looked at.
   */
  follow({ keepsQueue }: { keepsQueue: boolean }): void {
    const rest = this.#queue.rest()
    if (!keepsQueue) {
      this.#leftover = rest
      this.#leftoverCounts = true
    }
    this.#queue = new SendQueue([...(keepsQueue ? rest : []), ...this.#next])
    this.#next = []
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0)
}
