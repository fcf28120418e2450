import type { Socket } from 'node:net'
import type { ReceiveSink } from '../engine/ports.ts'
import type { HandReadEvents, HandReads, ReadWish } from './hand-reads.ts'
import { setReadMemory } from './socket-handle.ts'

/**
 * Single reads of plain TCP.
 *
 * Node reads whenever a socket is not paused, into memory that it asks for when the read before is done (`onread`). So a
 * single read is: go on, and pause in the callback of the first chunk; libuv then reads no further. The size of a read
 * is the size of that memory, which was chosen before anybody knew how much the next read may take. That is why the
 * memory is set anew, on the handle, as Node itself does it when a socket is made: only so a read of 16 bytes is one of
 * the system too, and the rest stays in the kernel, where the peer feels it. Each change of the size costs some 30 bytes
 * in the handle until it is closed. Reading by itself takes none of these ways.
 *
 * Whether there is something to read is known after one turn of the loop: libuv asks the system in its poll phase,
 * without waiting since an immediate is due, and what is there has come when the immediates run.
 */
export class ReadsOnDemand implements HandReads {
  /** Nothing is met here that was not asked for. */
  readonly keepsEnd = false
  readonly #socket: Socket
  readonly #events: Pick<HandReadEvents, 'onNothing'>
  #wish: ReadWish | null = null
  /** What the next read goes into; kept here since the handle knows only its address. */
  #armed: Uint8Array | null = null
  #armedBytes = 0

  constructor(socket: Socket, events: Pick<HandReadEvents, 'onNothing'>) {
    this.#socket = socket
    this.#events = events
  }

  get wish(): ReadWish | null {
    return this.#wish
  }

  ask(wish: ReadWish): void {
    this.#wish = wish
  }

  forget(): void {
    this.#wish = null
  }

  begin(sink: ReceiveSink): void {
    const wish = this.#wish
    if (wish === null) return
    if (wish.waits) {
      this.#start(wish, sink)
      return
    }
    // The immediates of this turn come before the next poll phase, so two of them enclose a whole one.
    setImmediate(() => {
      if (this.#wish !== wish) return
      this.#start(wish, sink)
      setImmediate(() => {
        if (this.#wish !== wish) return
        this.#wish = null
        this.#socket.pause()
        this.#events.onNothing()
      })
    })
  }

  /** For the read after the one that is done: that of the read asked for meanwhile, or as before. */
  room(sink: ReceiveSink): Uint8Array {
    this.#armedBytes = this.#wish?.maximumBytes ?? this.#armedBytes
    this.#armed = this.#armedBytes === 0 ? sink.reserve() : sink.reserve(this.#armedBytes)
    return this.#armed
  }

  arrived(byteCount: number, _memory: Uint8Array, sink: ReceiveSink): boolean {
    this.#wish = null
    return sink.commit(byteCount)
  }

  ended(): boolean {
    this.#wish = null
    return true
  }

  takeKept(): readonly Uint8Array[] {
    return []
  }

  #start({ maximumBytes }: ReadWish, sink: ReceiveSink): void {
    if (this.#socket.destroyed) return
    if (this.#armedBytes !== maximumBytes) {
      this.#armed = sink.reserve(maximumBytes)
      this.#armedBytes = maximumBytes
      setReadMemory(this.#socket, this.#armed)
    }
    this.#socket.resume()
  }
}
