import { Socket } from 'node:net'
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ProbeRequest } from '../../engine/ports.ts'
import { connectPlain } from '../connect-plain.ts'
import { describeDialError } from '../socket-errors.ts'

/** One connection of a probe with its time limit and its signal. Ends once, in whatever way comes first. */
export class ProbeConnection {
  readonly socket: Socket
  readonly #request: ProbeRequest
  readonly #onEnd: (error: ErrorShape | null) => void
  #timer: ReturnType<typeof setTimeout> | null = null
  #startedMs = performance.now()
  #isDone = false
  readonly #onAbort = (): void => this.end(describeError('cancelled'))

  /** `onEnd` is told the error it ended with, null when it had found what it was to find. */
  constructor(request: ProbeRequest, onEnd: (error: ErrorShape | null) => void) {
    this.#request = request
    this.#onEnd = onEnd
    const { remote, localAddress, signal, timeoutMs } = request
    this.socket = new Socket()
    connectPlain(this.socket, remote, { noDelay: true, keepAliveDelayMs: null, localAddress, localPort: 0 })
    const { address, port } = remote
    this.endAfter(timeoutMs, () => describeError('connect-timeout', { address, port, timeoutMs }))
    signal.addEventListener('abort', this.#onAbort)
    if (signal.aborted) queueMicrotask(this.#onAbort)
  }

  /** `IP:PORT`, for messages. */
  get address(): string {
    const { address, port } = this.#request.remote
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  }

  /** Since the last `restartClock`, or since it was made. */
  get elapsedMs(): number {
    return performance.now() - this.#startedMs
  }

  get isDone(): boolean {
    return this.#isDone
  }

  restartClock(): void {
    this.#startedMs = performance.now()
  }

  /** Ends it after this time, in place of the limit set before. */
  endAfter(waitMs: number, error: () => ErrorShape | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (!this.#isDone) this.#timer = setTimeout(() => this.end(error()), waitMs)
  }

  /** Ends it with what the system said of a connection that was not made. */
  dialFailed(error: Error): void {
    const { remote, localAddress } = this.#request
    this.end(describeDialError(error, remote, { address: localAddress, port: 0 }))
  }

  /** Tells the end, then closes the connection. Only the first end counts. */
  end(error: ErrorShape | null): void {
    if (this.#isDone) return
    this.#isDone = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#request.signal.removeEventListener('abort', this.#onAbort)
    this.#onEnd(error)
    this.socket.destroy()
  }
}
