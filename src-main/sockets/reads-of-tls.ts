import type { Socket } from 'node:net'
import type { ReceiveSink } from '../engine/ports.ts'
import type { HandReadEvents, HandReads, ReadWish } from './hand-reads.ts'

/**
 * Single reads of TLS.
 *
 * One read of the socket may bring many records of up to 16 KiB, and all of them are decrypted before reading stops. What
 * nobody asked for is kept here, at most what one read of the socket brings (64 KiB encrypted), and the socket is not
 * read again before it is used up: so the peer feels it as with plain TCP.
 */
export class ReadsOfTls implements HandReads {
  readonly #socket: Socket
  readonly #events: HandReadEvents
  #wish: ReadWish | null = null
  #kept: Uint8Array[] = []
  #keepsEnd = false

  constructor(socket: Socket, events: HandReadEvents) {
    this.#socket = socket
    this.#events = events
  }

  get wish(): ReadWish | null {
    return this.#wish
  }

  get keepsEnd(): boolean {
    return this.#keepsEnd
  }

  ask(wish: ReadWish): void {
    this.#wish = wish
  }

  forget(): void {
    this.#wish = null
  }

  begin(): void {
    const wish = this.#wish
    if (wish === null) return
    // Never answered within the call, as it is with reads of the system.
    setImmediate(() => {
      if (this.#wish !== wish) return
      if (this.#kept.length > 0) this.#giveKept(wish)
      else if (this.#keepsEnd) {
        this.#wish = null
        this.#keepsEnd = false
        this.#events.onEnd()
      } else this.#read(wish)
    })
  }

  room(sink: ReceiveSink): Uint8Array {
    return sink.reserve()
  }

  arrived(byteCount: number, memory: Uint8Array): boolean {
    // The next record lands in the same memory: it is the sink's only once somebody wants what is in it.
    this.#kept.push(memory.slice(0, byteCount))
    if (this.#wish !== null) this.#giveKept(this.#wish)
    return true
  }

  ended(): boolean {
    this.#keepsEnd = this.#wish === null || this.#kept.length > 0
    if (!this.#keepsEnd) this.#wish = null
    return !this.#keepsEnd
  }

  takeKept(): readonly Uint8Array[] {
    return this.#kept.splice(0)
  }

  #read(wish: ReadWish): void {
    this.#socket.resume()
    if (wish.waits) return
    // What is there has come when the next immediates run, see `ReadsOnDemand`.
    setImmediate(() => {
      if (this.#wish !== wish) return
      this.#wish = null
      this.#socket.pause()
      this.#events.onNothing()
    })
  }

  #giveKept({ maximumBytes }: ReadWish): void {
    this.#wish = null
    const [first] = this.#kept
    if (first === undefined) return
    const taken = first.subarray(0, maximumBytes)
    if (taken.length === first.length) this.#kept.shift()
    else this.#kept[0] = first.subarray(taken.length)
    this.#events.onKept(taken)
  }
}
