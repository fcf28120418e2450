/**
 * One connection at a time of one session, without sockets and without a clock: inputs come in with the present
 * time, effects go out. Whoever drives it carries the effects out in order.
 *
 *   state               input                     next state          what happens
 *   idle, closed        connect to a name         resolving           look the name up, start the connect timeout
 *   idle, closed        connect to an IP address  connecting          dial it, start the connect timeout
 *   resolving           resolved                  connecting          dial the first address
 *   resolving           resolve-failed            closed
 *   connecting          dial-connected            open                abandon the other dials, write what is queued
 *   connecting          the last dial-failed      closed
 *   resolving,          cancel, disconnect,       closed              abandon every dial
 *   connecting          abort, connect-timeout
 *   open                end-sending, disconnect   half-closed-local   once the queue is empty: FIN
 *   open                peer-ended                half-closed-remote  the user may go on sending
 *   open, half-closed-* abort                     (waits for closed)  RST
 *   open, half-closed-* failed                    (waits for closed)  nothing more is written
 *   open, half-closed-* closed                    closed              tell the ending
 *
 * `handshaking` and `waiting-to-retry` are states of the contract for which nothing leads here.
 *
 * Rules:
 * - Every change of state is told with the event that brought it.
 * - Addresses are dialled in the order they came. The next one is started when one failed or when 250 ms passed
 *   without an answer (RFC 8305, section 5). The first to connect wins; the others are abandoned.
 * - The connect timeout runs from the connect request over everything until a connection is open.
 * - Bytes sent before the connection is open go out first, in order, once it is. What is never accepted by the
 *   operating system is counted in the ending, to the byte.
 * - A disconnect sends what is queued, then FIN, then waits for the peer to close. It gives up when nothing was
 *   accepted, or the peer did not close, for 2 s: with RST when bytes are unsent, so that the peer does not take a
 *   cut stream for a whole one.
 * - The ending says who came first: for FIN the side whose FIN was first, for RST the side that sent it.
 * - An answer to something given up is ignored. Nothing happens after `closed` until the next connect.
 * - What the user may not ask for now throws a coded error and changes nothing.
 */
import { describeError, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type {
  ConnectionEnding,
  ConnectionEvent,
  ConnectionStateName,
  ConnectionTransition,
  TransitionCause,
} from '../../contract/schemas/connection.ts'
import type {
  ConnectionAddress,
  ConnectionEffect,
  ConnectionFacts,
  ConnectionInput,
  ConnectionTimer,
  PlainConnectionSettings,
} from './connection-inputs.ts'
import {
  causeOfEnd,
  verdictOfClose,
  verdictOfDials,
  verdictOfFailure,
  verdictOfOtherFamily,
  verdictOfTimeout,
  type ConnectionVerdict,
} from './connection-verdict.ts'
import { DialAttempts } from './dial-attempts.ts'
import { FinOrder } from './fin-order.ts'
import { ipLiteral } from './ip-literal.ts'
import { SendQueue } from './send-queue.ts'

/** RFC 8305, section 8: the recommended Connection Attempt Delay. */
const nextAddressDelayMs = 250
const disconnectTimeoutMs = 2000

export class ConnectionMachine {
  #state: ConnectionStateName = 'idle'
  #connectionNumber = 0
  #lastAttempt = 0
  #settings: PlainConnectionSettings | null = null
  #queue = new SendQueue()
  #acceptedBytes = 0

  #requestedAtMs = 0
  #dialledAtMs = 0
  #dials = new DialAttempts([], 0)

  /** The attempt that connected. */
  #openAttempt: number | null = null
  #local: SocketAddress | null = null
  #remote: SocketAddress | null = null
  #resolveMs: number | null = null
  #connectMs: number | null = null
  #ending: ConnectionEnding | null = null

  #endRequested: 'local-end' | 'local-close' | null = null
  #fins = new FinOrder()
  /** Set once the connection cannot live on; the ending follows with `closed`. */
  #verdict: ConnectionVerdict | null = null

  readonly #timers = new Set<ConnectionTimer>()
  #effects: ConnectionEffect[] = []

  get state(): ConnectionStateName {
    return this.#state
  }
  /** Number of the present or last connection, from 1; 0 before the first. */
  get connectionNumber(): number {
    return this.#connectionNumber
  }
  /** The attempt that connected, while its connection is open. */
  get openAttempt(): number | null {
    return this.#openAttempt
  }
  /** What is known of the present or last connection. */
  get facts(): ConnectionFacts {
    return {
      resolvedAddresses: [...this.#dials.addresses],
      local: this.#local,
      remote: this.#remote,
      resolveMs: this.#resolveMs,
      connectMs: this.#connectMs,
      ending: this.#ending,
    }
  }
  /** Bytes accepted by the operating system over all connections. */
  get acceptedBytes(): number {
    return this.#acceptedBytes
  }
  /** Bytes queued and not accepted; after the end what was never sent, until the next connect. */
  get unsentBytes(): number {
    return this.#queue.unsentBytes
  }
  /** A connection is being made or alive: it will end. */
  get isActive(): boolean {
    return this.#state !== 'idle' && this.#state !== 'closed'
  }

  /** Takes one input at the monotonic time `nowMs` and returns what has to be done, in order. */
  accept(input: ConnectionInput, nowMs: number): readonly ConnectionEffect[] {
    this.#effects = []
    switch (input.kind) {
      case 'connect':
        this.#connect(input.settings, nowMs)
        break
      case 'send':
        this.#send(input.bytes)
        break
      case 'end-sending':
        if (!this.isActive) throw new WirebenchError('not-connected')
        this.#requestEnd('local-end')
        break
      case 'disconnect':
      case 'abort':
      case 'cancel':
        this.#endBy(input.kind)
        break
      case 'resolved':
        if (this.#isLookingUp(input.connection)) this.#resolved(input.addresses, nowMs)
        break
      case 'resolve-failed':
        if (this.#isLookingUp(input.connection)) this.#lookupFailed(input.error)
        break
      case 'dial-connected':
        this.#dialConnected(input.attempt, input.local, input.remote, nowMs)
        break
      case 'dial-failed':
        this.#dialFailed(input.attempt, input.error, nowMs)
        break
      case 'accepted-bytes':
        if (input.attempt === this.#openAttempt) this.#accepted(input.byteCount)
        break
      case 'peer-ended':
        if (input.attempt === this.#openAttempt) this.#peerEnded()
        break
      case 'failed':
        if (input.attempt === this.#openAttempt) this.#failed(input.error)
        break
      case 'closed':
        if (input.attempt === this.#openAttempt) this.#closed()
        break
      case 'timer-fired':
        if (this.#timers.delete(input.timer)) this.#timerFired(input.timer, nowMs)
        break
      default:
        return input satisfies never
    }
    return this.#effects
  }

  #connect(settings: PlainConnectionSettings, nowMs: number): void {
    if (this.isActive) throw new WirebenchError('already-connected')
    if (this.#state === 'closed') this.#queue = new SendQueue()
    this.#connectionNumber += 1
    this.#settings = settings
    this.#requestedAtMs = nowMs
    this.#dials = new DialAttempts([], settings.port)
    this.#local = this.#remote = this.#resolveMs = this.#connectMs = null
    this.#ending = this.#verdict = this.#endRequested = null
    this.#fins = new FinOrder()
    const { host, addressFamily: family, connectTimeoutMs } = settings
    const literal = ipLiteral(host)
    if (literal !== null && family !== 'any' && family !== literal.family) {
      this.#finish(verdictOfOtherFamily(host, literal.family))
      return
    }
    this.#wakeAfter('connect-timeout', connectTimeoutMs)
    if (literal === null) {
      this.#tell({ kind: 'resolving', transition: this.#move('resolving', 'requested'), host })
      this.#do({ kind: 'resolve', connection: this.#connectionNumber, host, family })
    } else {
      this.#dials = new DialAttempts([literal], settings.port)
      this.#dialledAtMs = nowMs
      this.#dialNext(nowMs, this.#move('connecting', 'requested'))
    }
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length === 0) throw new WirebenchError('nothing-to-send')
    if (this.#state === 'closed' || this.#verdict !== null) throw new WirebenchError('not-connected')
    if (this.#endRequested !== null) throw new WirebenchError('sending-ended')
    this.#queue.push(bytes)
    this.#writeOn()
  }

  #requestEnd(cause: 'local-end' | 'local-close'): void {
    if (this.#verdict !== null || this.#endRequested === 'local-close') return
    if (cause === 'local-close') this.#wakeAfter('disconnect-timeout', disconnectTimeoutMs)
    this.#endRequested = cause
    this.#writeOn()
  }

  /** Before the connection is open all three give the attempt up. */
  #endBy(request: 'disconnect' | 'abort' | 'cancel'): void {
    if (this.#openAttempt === null) {
      if (this.isActive) this.#finish({ by: 'local', how: 'cancelled', error: null })
    } else if (request === 'disconnect') {
      this.#requestEnd('local-close')
    } else if (request === 'abort') {
      this.#destroy(true, { by: 'local', how: 'rst', error: null })
    }
  }

  #isLookingUp(connection: number): boolean {
    return this.#state === 'resolving' && connection === this.#connectionNumber
  }

  #lookupFailed(error: ErrorShape): void {
    this.#finish({ by: 'error', how: 'not-connected', error })
  }

  #resolved(addresses: readonly ConnectionAddress[], nowMs: number): void {
    const { host, port } = this.#settingsInUse()
    const elapsedMs = (this.#resolveMs = nowMs - this.#requestedAtMs)
    this.#dials = new DialAttempts(addresses, port)
    const found = { host, addresses: [...this.#dials.addresses], elapsedMs }
    if (addresses.length === 0) {
      this.#tell({ kind: 'resolved', transition: null, ...found })
      this.#lookupFailed(describeError('name-not-found', { host }))
      return
    }
    this.#tell({ kind: 'resolved', transition: this.#move('connecting', 'resolved'), ...found })
    this.#dialledAtMs = nowMs
    this.#dialNext(nowMs)
  }

  #dialNext(nowMs: number, transition: ConnectionTransition | null = null): void {
    const attempt = this.#lastAttempt + 1
    const remote = this.#dials.start(attempt, nowMs)
    if (remote === null) return
    this.#lastAttempt = attempt
    this.#tell({ kind: 'dialling', transition, remote })
    this.#do({ kind: 'dial', attempt, remote })
    if (this.#dials.hasMore) this.#wakeAfter('next-address', nextAddressDelayMs)
  }

  #dialConnected(attempt: number, local: SocketAddress, remote: SocketAddress, nowMs: number): void {
    if (!this.#dials.connected(attempt)) return
    this.#openAttempt = attempt
    this.#local = local
    this.#remote = remote
    this.#connectMs = nowMs - this.#dialledAtMs
    this.#abandonPending()
    this.#forget('next-address')
    this.#forget('connect-timeout')
    const transition = this.#move('open', 'connected')
    this.#tell({ kind: 'connected', transition, local, remote, elapsedMs: this.#connectMs })
    this.#writeOn()
  }

  #dialFailed(attempt: number, error: ErrorShape, nowMs: number): void {
    const dial = this.#dials.failed(attempt, error, nowMs)
    if (dial === null) return
    this.#tell({ kind: 'dial-failed', ...dial, error })
    if (this.#dials.hasMore) {
      this.#forget('next-address')
      this.#dialNext(nowMs)
    } else if (this.#dials.isExhausted) {
      this.#finish(verdictOfDials(this.#dials.errors))
    }
  }

  #accepted(byteCount: number): void {
    for (const bytes of this.#queue.accept(byteCount)) this.#do({ kind: 'record-sent', bytes })
    this.#acceptedBytes += byteCount
    if (this.#timers.has('disconnect-timeout') && !this.#fins.has('local')) {
      this.#forget('disconnect-timeout')
      this.#wakeAfter('disconnect-timeout', disconnectTimeoutMs)
    }
    this.#writeOn()
  }

  #peerEnded(): void {
    if (this.#verdict !== null || !this.#fins.add('peer')) return
    const transition = this.#state === 'open' ? this.#move('half-closed-remote', 'peer-closed') : null
    this.#tell({ kind: 'peer-ended', transition })
  }

  #failed(error: ErrorShape): void {
    if (this.#verdict !== null) return
    this.#verdict = verdictOfFailure(error)
  }

  #closed(): void {
    this.#finish(this.#verdict ?? verdictOfClose(this.#fins.first, this.#fins.isWhole))
  }

  #timerFired(timer: ConnectionTimer, nowMs: number): void {
    switch (timer) {
      case 'next-address':
        this.#dialNext(nowMs)
        break
      case 'connect-timeout':
        this.#finish(verdictOfTimeout(this.#settingsInUse()))
        break
      case 'disconnect-timeout':
        this.#destroy(this.unsentBytes > 0, { by: 'local', how: 'timeout', error: null })
        break
      default:
        timer satisfies never
    }
  }

  /** Writes as much as may be in flight; sends FIN once it was asked for and everything was accepted. */
  #writeOn(): void {
    const attempt = this.#openAttempt
    if (attempt === null || this.#verdict !== null) return
    for (let piece = this.#queue.takePiece(); piece !== null; piece = this.#queue.takePiece()) {
      this.#do({ kind: 'write', attempt, bytes: piece })
    }
    if (this.#endRequested === null || this.unsentBytes > 0 || !this.#fins.add('local')) return
    this.#do({ kind: 'end-sending', attempt })
    const transition = this.#state === 'open' ? this.#move('half-closed-local', this.#endRequested) : null
    this.#tell({ kind: 'local-ended', transition })
  }

  #destroy(reset: boolean, verdict: ConnectionVerdict): void {
    if (this.#openAttempt === null || this.#verdict !== null) return
    this.#verdict = verdict
    this.#forget('disconnect-timeout')
    this.#do({ kind: 'destroy', attempt: this.#openAttempt, reset })
  }

  #finish(verdict: ConnectionVerdict): void {
    this.#abandonPending()
    for (const timer of [...this.#timers]) this.#forget(timer)
    this.#openAttempt = null
    this.#ending = { ...verdict, unsentBytes: this.unsentBytes }
    const transition = this.#state === 'closed' ? null : this.#move('closed', causeOfEnd(verdict))
    this.#tell({ kind: 'ended', transition, dialledAddresses: this.#dials.dialledCount, ending: this.#ending })
  }

  #abandonPending(): void {
    for (const attempt of this.#dials.giveUp()) this.#do({ kind: 'abandon', attempt })
  }

  #settingsInUse(): PlainConnectionSettings {
    if (this.#settings === null) throw new TypeError('There is no connection yet')
    return this.#settings
  }

  #move(to: ConnectionStateName, cause: TransitionCause): ConnectionTransition {
    const from = this.#state
    this.#state = to
    return { from, to, cause }
  }

  #tell(event: ConnectionEvent): void {
    this.#do({ kind: 'tell', event })
  }

  #wakeAfter(timer: ConnectionTimer, delayMs: number): void {
    this.#timers.add(timer)
    this.#do({ kind: 'wake-after', timer, delayMs })
  }

  #forget(timer: ConnectionTimer): void {
    if (this.#timers.delete(timer)) this.#do({ kind: 'forget-timer', timer })
  }

  #do(effect: ConnectionEffect): void {
    this.#effects.push(effect)
  }
}
