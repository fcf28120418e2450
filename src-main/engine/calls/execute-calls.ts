import { describeError, toErrorShape } from '../../contract/errors.ts'
import type { ConnectionStateName } from '../../contract/schemas/connection.ts'
import type { NumberedCall } from '../../protocol/command-rpc/call-inputs.ts'
import type { SideConnection } from '../sessions/side-connection.ts'
import { CallLane, type CallLine } from './call-lane.ts'
import { failureOf, type CallSession } from './call-session.ts'
import type { LaneParts } from './own-connection-calls.ts'

/**
 * How long a connection is looked at after its reply, for the end that the peer may have sent right behind it (seed-systems 6.1,
 * row 13). Its place is taken meanwhile.
 */
const lookAfterReplyMs = 20

const unopenedStates: ReadonlySet<ConnectionStateName> = new Set(['idle', 'resolving', 'connecting', 'handshaking'])

/**
 * Calls that have a connection each: connect, one request, one reply, close (seed-systems 1.4). So many live at once, the others
 * wait their turn in order.
 */
export class ExecuteCalls {
  readonly #session: CallSession
  readonly #parts: LaneParts
  readonly #maximumInFlight: number
  readonly #queue = new Map<number, NumberedCall>()
  readonly #living = new Map<number, ExecutedCall>()
  #isClosed = false

  constructor(session: CallSession, parts: LaneParts, maximumInFlight: number) {
    this.#session = session
    this.#parts = parts
    this.#maximumInFlight = maximumInFlight
  }

  call(calls: readonly NumberedCall[]): void {
    for (const call of calls) this.#queue.set(call.number, call)
    this.#startNext()
  }

  cancel(number: number): void {
    if (this.#queue.delete(number)) return
    this.#living.get(number)?.cancel()
  }

  /** Ends every connection; nothing more is started. */
  close(): void {
    this.#isClosed = true
    this.#queue.clear()
    for (const executed of [...this.#living.values()]) executed.end()
  }

  #startNext(): void {
    for (const [number, call] of this.#queue) {
      if (this.#isClosed || this.#living.size >= this.#maximumInFlight) return
      this.#queue.delete(number)
      const executed = new ExecutedCall(this.#session, this.#parts, call, () => {
        this.#living.delete(number)
        this.#startNext()
      })
      this.#living.set(number, executed)
      executed.begin()
    }
  }
}

/** One call on a connection of its own. */
class ExecutedCall {
  readonly #session: CallSession
  readonly #parts: LaneParts
  readonly #call: NumberedCall
  readonly #onOver: () => void
  readonly #lane: CallLane
  #side: SideConnection | null = null
  #unsentBytes = 0
  #initialBytesSent = 0
  #isOpened = false
  #endWanted = false
  #isOver = false
  #cancelLook: (() => void) | null = null

  constructor(session: CallSession, parts: LaneParts, call: NumberedCall, onOver: () => void) {
    this.#session = session
    this.#parts = parts
    this.#call = call
    this.#onOver = onOver
    const { makeMachine, ...laneParts } = parts
    const machine = makeMachine()
    const line = this.#line()
    this.#lane = new CallLane({ ...laneParts, machine, line, onRest: () => this.#atRest() })
  }

  /** The call goes out as soon as the connection is open; its time runs from now on. */
  begin(): void {
    this.#side = this.#session.openSide({
      onChanged: () => this.#look(),
      onReceived: (bytes, streamOffset) => {
        this.#look()
        // What comes before that belongs to the switch to TLS.
        if (this.#isOpened) this.#lane.received(bytes, streamOffset)
      },
      onSent: (byteCount, streamOffset) => this.#sent(byteCount, streamOffset),
    })
    try {
      this.#lane.call([this.#call], false)
    } catch (thrown) {
      this.#parts.book.failed(this.#call.number, toErrorShape(thrown))
      this.end()
    }
  }

  cancel(): void {
    this.#lane.cancel(this.#call.number)
    this.end()
  }

  /** Closes the connection at once. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#cancelLook?.()
    this.#lane.closed(describeError('ended-before-reply'))
    this.#side?.close()
    this.#onOver()
  }

  #line(): CallLine {
    const sideOf = (): SideConnection | null => this.#side
    const unsentBytes = (): number => this.#unsentBytes
    return {
      get connection() {
        return sideOf()?.connectionNumber ?? 0
      },
      get isOpen() {
        return sideOf()?.state === 'open'
      },
      get unsentBytes() {
        return unsentBytes()
      },
      send: (bytes) => {
        this.#side?.send(bytes)
        this.#unsentBytes += bytes.length
      },
      end: () => (this.#endWanted = true),
    }
  }

  /** The text before the switch to TLS and the initial message go out before the request. */
  #sent(byteCount: number, streamOffset: number): void {
    const side = this.#side
    if (side === null || unopenedStates.has(side.state)) return
    const initialBytes = Math.min(byteCount, side.initialByteCount - this.#initialBytesSent)
    this.#initialBytesSent += initialBytes
    const ownBytes = byteCount - initialBytes
    if (ownBytes === 0) return
    this.#unsentBytes -= ownBytes
    this.#lane.accepted(ownBytes, streamOffset + initialBytes)
  }

  /** The connection may be in another state. */
  #look(): void {
    const side = this.#side
    if (side === null || this.#isOver) return
    const record = this.#parts.ledger.get(this.#call.number)
    if (record !== undefined && side.connectionNumber > 0) record.connection = side.connectionNumber
    if (side.state === 'open' && !this.#isOpened) {
      this.#isOpened = true
      if (record !== undefined) {
        if (record.state === 'queued') record.state = 'waiting'
        record.sentAtMs ??= this.#parts.ledger.nowMs()
        this.#parts.ledger.changed(record)
      }
    }
    if (side.state === 'half-closed-remote') this.#lane.peerEnded()
    if (side.refusal !== null || side.ending !== null) this.#lane.closed(side.refusal ?? failureOf(side.ending))
    this.#atRest()
  }

  #atRest(): void {
    if (!this.#isOver) this.#endWhenDone()
    this.#parts.onRest()
  }

  #endWhenDone(): void {
    const side = this.#side
    const hasReply = this.#parts.ledger.get(this.#call.number)?.answer != null
    const isPeerGone = side?.state === 'half-closed-remote' || side?.ending != null
    if (hasReply && isPeerGone) {
      this.#parts.book.noted(this.#call.number, 'The peer closed the connection after its reply.')
      this.end()
    } else if (this.#lane.isClosed || (this.#endWanted && !hasReply)) {
      this.end()
    } else if (this.#endWanted) {
      this.#cancelLook ??= this.#parts.clock.wakeAfter(lookAfterReplyMs, () => this.end())
    }
  }
}
