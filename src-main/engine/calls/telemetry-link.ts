import { describeError } from '../../contract/errors.ts'
import type { CallsState } from '../../contract/schemas/call.ts'
import type { ConnectionEnding, ConnectionStateName } from '../../contract/schemas/connection.ts'
import type { Clock } from '../ports.ts'
import type { SideConnection } from '../sessions/side-connection.ts'
import type { CallSession } from './call-session.ts'

/** How long after its end the connection is tried again (seed-systems 3.7). */
const retryAfterMs = 1000

/** The command connection is there for its peer in these. */
const openStates: ReadonlySet<ConnectionStateName> = new Set(['open', 'half-closed-local', 'half-closed-remote'])

/**
 * The telemetry connection of M2: opens with the command connection, closes with it, and is tried again while that one is open. What it
 * receives is in the capture.
 */
export class TelemetryLink {
  readonly #session: CallSession
  readonly #clock: Clock
  readonly #port: number
  readonly #onChanged: () => void
  #side: SideConnection | null = null
  #refused: ConnectionEnding | null = null
  #cancelRetry: (() => void) | null = null
  #isWanted = false

  constructor(session: CallSession, clock: Clock, port: number, onChanged: () => void) {
    this.#session = session
    this.#clock = clock
    this.#port = port
    this.#onChanged = onChanged
    this.look()
  }

  /** The session may be in another state. */
  look(): void {
    const isWanted = openStates.has(this.#session.state)
    if (isWanted === this.#isWanted) return
    if (isWanted) {
      this.#isWanted = true
      this.#open()
    } else {
      this.stop()
    }
  }

  stop(): void {
    this.#isWanted = false
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#side?.close()
  }

  state(): NonNullable<CallsState['telemetry']> {
    const side = this.#side
    if (side === null) return { state: 'idle', connection: 0, remote: null, ending: this.#refused }
    const { connectionNumber, state, remote, ending, refusal } = side
    if (refusal === null) return { state, connection: connectionNumber, remote, ending }
    return { state: 'closed', connection: connectionNumber, remote, ending: notConnected(refusal) }
  }

  #open(): void {
    this.#refused = null
    // The command may have been dialled on a port that came from a variable.
    if (this.#session.snapshot().remote?.port === this.#port) {
      this.#refused = notConnected(describeError('telemetry-port-same', { port: this.#port }))
      this.#side = null
      this.#onChanged()
      return
    }
    const side = this.#session.openSide(
      {
        onChanged: () => this.#changed(side),
        onReceived: () => undefined,
        onSent: () => undefined,
      },
      { port: this.#port },
    )
    this.#side = side
    this.#onChanged()
  }

  #changed(side: SideConnection): void {
    if (side !== this.#side) return
    const isOver = side.ending !== null || side.refusal !== null
    if (isOver && this.#isWanted) {
      this.#cancelRetry ??= this.#clock.wakeAfter(retryAfterMs, () => {
        this.#cancelRetry = null
        this.#open()
      })
    } else if (side.state === 'half-closed-remote') {
      // Nothing more comes: it is lost, and tried again.
      side.close()
    }
    this.#onChanged()
  }
}

function notConnected(error: NonNullable<ConnectionEnding['error']>): ConnectionEnding {
  return { by: 'error', how: 'not-connected', unsentBytes: 0, error }
}
