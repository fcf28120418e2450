import { WirebenchError } from '../../contract/errors.ts'
import type { Clock } from '../ports.ts'
import type { CallSession } from './call-session.ts'

/** What a heartbeat is on the wire, whatever the terminator of the session (seed-systems 3.1). */
const heartbeatBytes = new TextEncoder().encode('heartbeat\r\n')
/** While more is unsent the peer does not read, and heartbeats would only pile up. */
const holdBackBytes = 64 * 1024

/** Sends heartbeats on the session's own connection while it is open, the first one after the first interval. */
export class Heartbeat {
  readonly #session: CallSession
  readonly #clock: Clock
  readonly #everyMs: number
  #sentCount = 0
  #connection: number | null = null
  #isStopped = false
  #cancel: (() => void) | null = null

  constructor(session: CallSession, clock: Clock, everyMs: number) {
    this.#session = session
    this.#clock = clock
    this.#everyMs = everyMs
    this.look()
  }

  /** Sent on the present or last connection. */
  get sentCount(): number {
    return this.#sentCount
  }

  /** The session may be in another state. */
  look(): void {
    const { state, connectionNumber } = this.#session
    const connection = state === 'open' ? connectionNumber : null
    if (connection === this.#connection || this.#isStopped) return
    this.#cancel?.()
    this.#connection = connection
    if (connection === null) return
    this.#sentCount = 0
    this.#wait()
  }

  /** For good. */
  stop(): void {
    this.#isStopped = true
    this.#connection = null
    this.#cancel?.()
  }

  #wait(): void {
    this.#cancel = this.#clock.wakeAfter(this.#everyMs, () => {
      this.#beat()
      if (this.#connection !== null) this.#wait()
    })
  }

  #beat(): void {
    if (this.#session.state !== 'open' || this.#session.unsentBytes > holdBackBytes) return
    try {
      this.#session.send(heartbeatBytes)
      this.#sentCount += 1
    } catch (thrown) {
      // It is open until everything before its end is sent.
      if (!(thrown instanceof WirebenchError) || thrown.code !== 'sending-ended') throw thrown
    }
  }
}
