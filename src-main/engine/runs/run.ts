import { randomUUID } from 'node:crypto'
import { describeError, toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { ConnectionStateName } from '../../contract/schemas/connection.ts'
import type { MessageSource } from '../../contract/schemas/message.ts'
import type { RunSnapshot } from '../../contract/schemas/sequence.ts'
import type { MessageKnowledge } from '../messages/message-knowledge.ts'
import type { MessageService } from '../messages/message-service.ts'
import type { Clock } from '../ports.ts'
import type { Session } from '../sessions/session.ts'

/** While more is unsent, runs hold back, so that a peer that does not read costs no memory. */
export const holdBackBytes = 4 * 1024 * 1024
/** So many messages may go out before everything else of the engine has its turn. */
const messagesPerTurn = 64

/** A run lives with the connection it was started on; the next one, of a retry, is none of its business. */
const livingStates: ReadonlySet<ConnectionStateName> = new Set([
  'open',
  'handshaking',
  'half-closed-local',
  'half-closed-remote',
])

/** What runs work with. */
export interface RunTools {
  readonly clock: Clock
  readonly messages: MessageService
  readonly knowledge: MessageKnowledge
  /** From −1 to 1. */
  readonly chance: () => number
  /** Something of the snapshot changed. */
  readonly onChanged: (run: Run) => void
}

/** What waits until less is unsent. */
interface RoomWait {
  /** Goes on once no more than this is unsent. */
  readonly unsentBytes: number
  /** The peer is to blame, and that is told. */
  readonly isHeldBack: boolean
  readonly act: () => void
}

/** What all kinds of run have in common: a session, a beginning and an end, and sending without flooding. */
export abstract class Run {
  readonly runId = randomUUID()
  readonly session: Session
  readonly #title: string
  protected readonly tools: RunTools
  readonly #startedAtUnixUs: number
  readonly #startedMs: number
  #endedMs: number | null = null
  #unwatch: (() => void) | null = null
  #cancelTimer: (() => void) | null = null
  #roomWait: RoomWait | null = null
  readonly #connectionNumber: number
  #messagesInTurn = 0

  constructor(session: Session, title: string, tools: RunTools) {
    this.session = session
    this.#title = title
    this.tools = tools
    this.#startedAtUnixUs = tools.clock.unixMicroseconds()
    this.#startedMs = this.nowMs
    this.#connectionNumber = session.snapshot().connectionNumber
  }

  /** Begins working. Called once. */
  start(): void {
    this.#unwatch = this.session.watch({
      onReceived: (bytes) => this.guarded(() => this.received(bytes)),
      onChanged: () => this.guarded(() => this.#sessionChanged()),
    })
    this.begin()
  }

  /** Ends the run because it was asked for. Does nothing when it is over. */
  abstract stop(): void
  protected abstract begin(): void
  /** Ends the run with a failure. Does nothing when it is over. */
  protected abstract fail(error: ErrorShape): void
  protected abstract received(bytes: Uint8Array): void
  protected abstract peerEnded(): void
  protected abstract facts(): Omit<
    RunSnapshot,
    'runId' | 'sessionId' | 'title' | 'startedAtUnixUs' | 'elapsedMs' | 'error'
  > & { readonly error: ErrorShape | null }

  get isOver(): boolean {
    return this.#endedMs !== null
  }

  snapshot(): RunSnapshot {
    const facts = this.facts()
    return {
      runId: this.runId,
      sessionId: this.session.sessionId,
      title: this.#title,
      startedAtUnixUs: this.#startedAtUnixUs,
      elapsedMs: (this.#endedMs ?? this.nowMs) - this.#startedMs,
      ...facts,
      error: facts.error ?? (this.#roomWait?.isHeldBack === true ? this.#heldBack() : null),
    }
  }

  protected get nowMs(): number {
    return this.tools.clock.monotonicNs() / 1e6
  }

  /** Everything is given back; the snapshot stands still. */
  protected finish(): void {
    if (this.isOver) return
    this.#endedMs = this.nowMs
    this.#unwatch?.()
    this.forgetTimer()
    this.#roomWait = null
    this.tools.onChanged(this)
  }

  /** One timer at a time. */
  protected wakeAfter(delayMs: number, act: () => void): void {
    this.forgetTimer()
    this.#cancelTimer = this.tools.clock.wakeAfter(delayMs, () => {
      this.#cancelTimer = null
      this.guarded(act)
    })
  }

  protected forgetTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  /**
   * Sends a message as soon as there is room for it. `onSent` is called at once, `after` as well, or in a later turn when
   * many went out in this one.
   */
  protected send(message: () => Promise<MessageSource>, after: () => void, onSent: () => void): void {
    if (this.holdsBack(() => this.send(message, after, onSent))) return
    const { messages } = this.tools
    const { sessionId } = this.session
    message()
      .then((source) => (this.isOver ? null : messages.send(sessionId, source, () => !this.isOver)))
      .then(
        () => {
          if (this.isOver) return
          this.guarded(onSent)
          if (this.turnIsOver()) this.wakeAfter(0, after)
          else this.guarded(after)
        },
        (thrown: unknown) => this.fail(toErrorShape(thrown)),
      )
  }

  /** True when too much is unsent: `act` is then called once there is room. */
  protected holdsBack(act: () => void): boolean {
    if (this.session.counters().unsentBytes <= holdBackBytes) return false
    this.#roomWait = { unsentBytes: holdBackBytes / 2, isHeldBack: true, act }
    this.tools.onChanged(this)
    return true
  }

  /** Calls `act` once the system has taken everything that was queued. */
  protected whenAllIsTaken(act: () => void): void {
    this.#roomWait = { unsentBytes: 0, isHeldBack: false, act }
    this.#goOnWithRoom()
  }

  /** Counts what goes out: true when everything else of the engine should have its turn before the next. */
  protected turnIsOver(): boolean {
    this.#messagesInTurn = (this.#messagesInTurn + 1) % messagesPerTurn
    return this.#messagesInTurn === 0
  }

  /** What goes wrong in here is the run's failure, never the session's. */
  protected guarded(act: () => void): void {
    if (this.isOver) return
    try {
      act()
    } catch (thrown) {
      this.fail(toErrorShape(thrown))
    }
  }

  #sessionChanged(): void {
    const { state, connectionNumber, ending } = this.session.snapshot()
    if (connectionNumber !== this.#connectionNumber || !livingStates.has(state)) {
      this.peerEnded()
      const early = describeError(ending?.by === 'peer' ? 'closed-early' : 'not-connected')
      if (!this.isOver) this.fail(ending?.error ?? early)
    } else if (state === 'half-closed-remote') this.peerEnded()
    this.#goOnWithRoom()
  }

  #goOnWithRoom(): void {
    const wait = this.#roomWait
    if (this.isOver || wait === null || this.session.counters().unsentBytes > wait.unsentBytes) return
    this.#roomWait = null
    wait.act()
  }

  #heldBack(): ErrorShape {
    return describeError('peer-not-reading', { unsentBytes: this.session.counters().unsentBytes })
  }
}

/** Errors: `not-connected`, `sending-ended`. */
export function refuseUnlessOpen(session: Session): void {
  const { state } = session.snapshot()
  if (state === 'half-closed-local') throw new WirebenchError('sending-ended')
  if (state !== 'open' && state !== 'half-closed-remote') throw new WirebenchError('not-connected')
}
