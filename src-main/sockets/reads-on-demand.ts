import type { ReceiveSink } from '../engine/ports.ts'
import type { ReadingOnSocket } from './reading-on-socket.ts'

/** One read that was asked for. */
interface Wish {
  readonly maximumBytes: number
  readonly waits: boolean
}

/**
 * Reads of a socket one by one, as they are asked for, while reading by itself is held.
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
export class ReadsOnDemand {
  readonly #socket: ReadingOnSocket
  readonly #onNothing: () => void
  #wish: Wish | null = null
  /** What the next read goes into; kept here since the handle knows only its address. */
  #armed: Uint8Array | null = null
  #armedBytes = 0

  constructor(socket: ReadingOnSocket, onNothing: () => void) {
    this.#socket = socket
    this.#onNothing = onNothing
  }

  get isAskedFor(): boolean {
    return this.#wish !== null
  }

  ask(maximumBytes: number, waits: boolean): void {
    this.#wish = { maximumBytes, waits }
  }

  /** The read is done, or taken back. */
  forget(): void {
    this.#wish = null
  }

  /** Begins the read that was asked for. Not to be called from within a read. */
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
        this.#onNothing()
      })
    })
  }

  /** Memory for the read after the one that is done: that of the read asked for meanwhile, or as before. */
  room(sink: ReceiveSink): Uint8Array {
    this.#armedBytes = this.#wish?.maximumBytes ?? this.#armedBytes
    this.#armed = this.#armedBytes === 0 ? sink.reserve() : sink.reserve(this.#armedBytes)
    return this.#armed
  }

  #start({ maximumBytes }: Wish, sink: ReceiveSink): void {
    if (this.#socket.destroyed) return
    if (this.#armedBytes !== maximumBytes) this.#arm(maximumBytes, sink)
    this.#socket.resume()
  }

  #arm(maximumBytes: number, sink: ReceiveSink): void {
    const handle: unknown = Reflect.get(this.#socket, '_handle')
    if (typeof handle !== 'object' || handle === null) return
    const useUserBuffer: unknown = Reflect.get(handle, 'useUserBuffer')
    if (typeof useUserBuffer !== 'function') throw new TypeError('This Node cannot set the memory of a socket')
    this.#armed = sink.reserve(maximumBytes)
    this.#armedBytes = maximumBytes
    useUserBuffer.call(handle, this.#armed)
  }
}
