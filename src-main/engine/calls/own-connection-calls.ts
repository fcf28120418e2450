import { describeError, WirebenchError } from '../../contract/errors.ts'
import type { CallAnswer } from '../../contract/schemas/call.ts'
import type { ConnectionStateName } from '../../contract/schemas/connection.ts'
import type { CallDraft, NumberedCall } from '../../protocol/command-rpc/call-inputs.ts'
import { CallLane, type CallLaneOptions, type CallLine } from './call-lane.ts'
import { failureOf, type CallSession } from './call-session.ts'

/** A connection that was open lives in these; it comes back to `open` after a handshake in mid-stream. */
const livingStates: ReadonlySet<ConnectionStateName> = new Set([
  'open',
  'handshaking',
  'half-closed-local',
  'half-closed-remote',
])

/** What lanes are made with, but for their connection. */
export interface LaneParts extends Omit<CallLaneOptions, 'machine' | 'line'> {
  /** A machine for one new connection. */
  readonly makeMachine: () => CallLaneOptions['machine']
  /** Calls of the peer on this connection can no longer be answered. */
  onLaneEnded(connection: number): void
}

/** Calls over the session's own connection. Each connection begins anew with a machine of its own. */
export class OwnConnectionCalls {
  readonly #session: CallSession
  readonly #parts: LaneParts
  #lane: { readonly connection: number; readonly calls: CallLane } | null = null

  constructor(session: CallSession, parts: LaneParts) {
    this.#session = session
    this.#parts = parts
    this.look()
  }

  /** The session may be in another state. */
  look(): void {
    const { state, connectionNumber } = this.#session
    const lane = this.#lane
    if (lane !== null && (lane.connection !== connectionNumber || !livingStates.has(state))) {
      this.#lane = null
      lane.calls.closed(failureOf(this.#session.snapshot().ending))
      this.#parts.onLaneEnded(lane.connection)
    }
    if (state === 'half-closed-remote') this.#lane?.calls.peerEnded()
    if (state === 'open' && this.#lane === null) this.#lane = this.#newLane(connectionNumber)
  }

  received(bytes: Uint8Array): void {
    // The first bytes may come before the state is told.
    if (this.#lane === null) this.look()
    const { receivedBytes } = this.#session.capture.acceptedTotals()
    this.#lane?.calls.received(bytes, receivedBytes - bytes.length)
  }

  accepted(byteCount: number): void {
    const { sentBytes } = this.#session.capture.acceptedTotals()
    this.#lane?.calls.accepted(byteCount, sentBytes - byteCount)
  }

  /** `onTaken` is called before anything of the calls is told. Errors: `not-connected`, and those of the machine. */
  call(calls: readonly NumberedCall[], isBatch: boolean, onTaken: () => void): void {
    this.#openLane().call(calls, isBatch, onTaken)
  }

  /** What would go out now; null where there is no open connection. Errors: those of the machine. */
  preview(draft: CallDraft): { readonly bytes: Uint8Array; readonly text: string } | null {
    return this.#lane?.calls.preview(draft) ?? null
  }

  /** Returns how many bytes the answer has. Errors: `not-connected`, and those of the machine. */
  answer(correlation: string, answer: CallAnswer): number {
    return this.#openLane().answer(correlation, answer)
  }

  cancel(number: number): void {
    this.#lane?.calls.cancel(number)
  }

  /** Calls are made here no longer. */
  close(): void {
    const lane = this.#lane
    this.#lane = null
    if (lane === null) return
    lane.calls.closed(describeError('ended-before-reply'))
    this.#parts.onLaneEnded(lane.connection)
  }

  #openLane(): CallLane {
    if (this.#session.state !== 'open' || this.#lane === null) throw new WirebenchError('not-connected')
    return this.#lane.calls
  }

  #newLane(connection: number): { readonly connection: number; readonly calls: CallLane } {
    const session = this.#session
    const line: CallLine = {
      connection,
      get isOpen() {
        return session.state === 'open'
      },
      get unsentBytes() {
        return session.unsentBytes
      },
      send: (bytes) => session.send(bytes),
      end: () => {
        if (livingStates.has(session.state)) session.closeConnection()
      },
    }
    const { makeMachine, ...parts } = this.#parts
    return { connection, calls: new CallLane({ ...parts, machine: makeMachine(), line }) }
  }
}
