import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { Clock } from '../ports.ts'

/** When the present connection was opened, and when the next attempt is due, as Unix time in microseconds. */
export class ConnectionTimes {
  readonly #clock: Clock
  #openedAtUnixUs: number | null = null
  #nextAttemptAtUnixUs: number | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Null before, until the next connection begins. */
  get openedAtUnixUs(): number | null {
    return this.#openedAtUnixUs
  }
  /** Null while none is waited for. */
  get nextAttemptAtUnixUs(): number | null {
    return this.#nextAttemptAtUnixUs
  }

  told(event: ConnectionEvent): void {
    const nowUnixUs = this.#clock.unixMicroseconds()
    if (beginsConnection(event)) this.#openedAtUnixUs = this.#nextAttemptAtUnixUs = null
    if (event.kind === 'connected') this.#openedAtUnixUs = nowUnixUs
    if (event.kind === 'retry-scheduled') this.#nextAttemptAtUnixUs = nowUnixUs + Math.round(event.delayMs * 1000)
    if (event.kind === 'retry-cancelled') this.#nextAttemptAtUnixUs = null
  }
}

/** A new connection begins with this event. */
export function beginsConnection(event: ConnectionEvent): boolean {
  const transition = 'transition' in event ? event.transition : null
  return (
    transition !== null &&
    (transition.to === 'resolving' || (transition.to === 'connecting' && transition.cause !== 'resolved'))
  )
}
