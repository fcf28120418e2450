import type { Socket } from 'node:net'
import { handleCounter } from './socket-handle.ts'

/** What a connection sends, and what the system has accepted of it. */
export class Outgoing {
  readonly #onAccepted: (byteCount: number) => void
  #socket: Socket
  #acceptedBytes = 0
  #pendingWrites = 0
  /** Writes that wait for TLS; null while there is nothing to wait for. */
  #waiting: Uint8Array[] | null = null
  #isTls = false
  #hasEnded = false
  #hasStopped = false
  #whenAccepted: (() => void) | null = null

  constructor(socket: Socket, waitsForTls: boolean, onAccepted: (byteCount: number) => void) {
    this.#socket = socket
    this.#onAccepted = onAccepted
    if (waitsForTls) this.#waiting = []
  }

  /** FIN was asked for. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Nothing waits here or in Node. */
  get isEmpty(): boolean {
    return this.#waiting === null && this.#socket.writableLength === 0
  }

  write(bytes: Uint8Array): void {
    if (this.#waiting !== null) {
      this.#waiting.push(bytes)
      return
    }
    const { length } = bytes
    this.#pendingWrites += 1
    this.#socket.write(bytes, (error) => {
      this.#pendingWrites -= 1
      // After `stop` Node calls back for writes the system never took: those were counted there.
      if (this.#hasStopped || (error !== undefined && error !== null)) return
      this.#accepted(length)
      this.#tellAccepted()
    })
  }

  /** FIN after everything written; with TLS close_notify before it. */
  end(): void {
    this.#hasEnded = true
    if (this.#waiting === null) this.#socket.end()
  }

  /** Everything from here on waits for TLS. Calls back when what was written before is with the system. */
  waitForTls(then: () => void): void {
    this.#waiting = []
    this.#whenAccepted = then
    this.#tellAccepted()
  }

  /** TLS is in use: sends what waited for it. */
  overTls(socket: Socket): void {
    this.#socket = socket
    this.#isTls = true
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const bytes of waiting) this.write(bytes)
    if (this.#hasEnded) socket.end()
  }

  /**
   * Before the socket is destroyed. Counts what the system has accepted of writes that are not done: libuv knows what is
   * left in its queue. Where Node does not tell, with TLS, and after a write that failed, only whole writes are counted.
   */
  stop(hasFailed: boolean): void {
    if (this.#hasStopped) return
    this.#hasStopped = true
    // What failed counts as handed over and as left no more.
    if (hasFailed || this.#isTls) return
    const handedOver = handleCounter(this.#socket, 'bytesWritten')
    const left = handleCounter(this.#socket, 'writeQueueSize')
    // A handshake that has begun has written besides.
    if (handedOver === null || left === null || this.#pendingWrites === 0) return
    this.#accepted(Math.max(0, handedOver - left - this.#acceptedBytes))
  }

  #accepted(byteCount: number): void {
    if (byteCount === 0) return
    this.#acceptedBytes += byteCount
    this.#onAccepted(byteCount)
  }

  #tellAccepted(): void {
    if (this.#pendingWrites > 0 || this.#whenAccepted === null) return
    const then = this.#whenAccepted
    this.#whenAccepted = null
    then()
  }
}
