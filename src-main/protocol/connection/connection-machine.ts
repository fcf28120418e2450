/**
 * One connection at a time of one session, without sockets and without a clock: inputs come in with the present
 * time, effects go out. Whoever drives it carries the effects out in order.
 *
 *   state               input                     next state          what happens
 *   idle, closed        connect to a name         resolving           look the name up, start the connect timeout
 *   idle, closed        connect to an IP address  connecting          dial it, start the connect timeout
 *   resolving           resolved                  connecting          dial the first address, after the connect delay
 *   resolving           resolve-failed            closed *
 *   connecting          dial-connected, plain     open                abandon the other dials, write what is queued
 *   connecting          dial-connected, TLS       handshaking         nothing of the queue goes out yet
 *   connecting          the last dial-failed      closed *
 *   resolving,          connect-timeout           closed *            abandon every dial
 *   connecting          cancel, disconnect,       closed              abandon every dial
 *                       close, abort
 *   open                start-tls                 handshaking         once what was queued before has gone out in plain
 *   handshaking         received (after-text)     handshaking         the awaited text came: the handshake begins
 *   handshaking         secured                   open                write the initial message, then what is queued
 *   handshaking         handshake-timeout,        (waits for closed)  tell handshake-failed, close
 *                       connect-timeout,
 *                       peer-ended, failed
 *   handshaking         cancel, disconnect, close (waits for closed)  close
 *   open                end-sending, disconnect   half-closed-local   once the queue is empty: FIN
 *   open                peer-ended                half-closed-remote  the user may go on sending
 *   open, half-closed-* close                     (waits for closed)  FIN at once, without waiting for anything
 *   handshaking,        abort                     (waits for closed)  RST
 *   open, half-closed-*
 *   open, half-closed-* end-receiving             the same            nothing is read any more
 *   open, half-closed-* loss-noticed              the same            tell it
 *   open, half-closed-* failed                    (waits for closed)  nothing more is written
 *   handshaking,        closed                    closed *            tell the ending
 *   open, half-closed-*
 *   waiting-to-retry    retry (timer)             resolving,          a new connection with a new number
 *                                                 connecting
 *   waiting-to-retry    cancel, disconnect,       closed              tell retry-cancelled
 *                       close, abort
 *   waiting-to-retry    connect                   resolving,          as the timer, at once and with new settings; through closed
 *                                                 connecting
 *
 *   closed *: when the retry policy wants another attempt, on to waiting-to-retry with `retry-scheduled`.
 *
 * Rules:
 * - Every change of state is told with the event that brought it.
 * - Addresses are dialled in the order they came. The next one is started when one failed or when 250 ms passed
 *   without an answer (RFC 8305, section 5). The first to connect wins; the others are abandoned.
 * - The connect timeout runs from the connect request over everything until the connection is open, also over the handshake.
 *   TLS by hand has the handshake timeout, or else as long as the connect timeout is.
 * - Bytes sent before the connection is open go out once it is, in order, after the initial message. What is never
 *   accepted by the operating system is counted in the ending, to the byte.
 * - From the moment TLS is asked for nothing that is queued goes out in plain text; only what was queued before a switch by
 *   hand and the text that asks the peer for TLS do.
 * - A disconnect sends what is queued, then FIN, then waits for the peer to close. It gives up when nothing was
 *   accepted, or the peer did not close, for 2 s: with RST when bytes are unsent, so that the peer does not take a
 *   cut stream for a whole one.
 * - With `sendsAfterPeerEnd` off nothing is written after the peer's FIN; an end then comes at once, and what is queued stays.
 * - After the end of receiving nobody sees the peer's end: a disconnect then closes with its FIN.
 * - The ending says who came first: for FIN the side whose FIN was first, for RST the side that sent it.
 * - A retry policy follows what this side did not ask for. With `afterLoss` the peer's FIN on an open connection is such a
 *   loss: this side sends what is queued and closes as well; what is sent meanwhile waits for the next connection. After an
 *   open connection its unsent bytes go out again only with `resendsUnsent`; of one that was never open all are kept. A
 *   connection that was switched to TLS by hand is not made again: nobody would switch the next one.
 * - An answer to something given up is ignored. Nothing happens after `closed` until the next connect.
 * - What the user may not ask for now throws a coded error and changes nothing.
 */
import { WirebenchError } from '../../contract/errors.ts'
import type { ConnectionEnding, ConnectionStateName } from '../../contract/schemas/connection.ts'
import { flagsOf } from './connection-flags.ts'
import type {
  ConnectionEffect,
  ConnectionFacts,
  ConnectionInput,
  ConnectionPlan,
  ConnectionTimer,
} from './connection-inputs.ts'
import { ConnectionOutput } from './connection-output.ts'
import { cancelled, verdictOfTimeout, type ConnectionVerdict } from './connection-verdict.ts'
import { LiveConnection } from './live-connection.ts'
import { OutgoingBytes } from './outgoing-bytes.ts'
import { Reaching } from './reaching.ts'
import { RetryPlan } from './retry-plan.ts'

export class ConnectionMachine {
  readonly #output = new ConnectionOutput()
  readonly #reaching = new Reaching(this.#output)
  readonly #outgoing = new OutgoingBytes()
  readonly #retry: RetryPlan
  #connectionNumber = 0
  #plan: ConnectionPlan | null = null
  /** The present or last one, from the moment TCP was connected; null before. */
  #live: LiveConnection | null = null
  #ending: ConnectionEnding | null = null
  /** Asked for before there was a connection: it ends its sending when it has sent what is queued. */
  #endsSending = false
  /** A connection was open, and this side has not ended it. */
  #isWanted = false
  /** What ended or ends the connection was asked for here: no retry policy follows it. */
  #endedByUser = false

  readonly #nextConnectionNumber: () => number

  /**
   * `random` spreads the delays of retrying: from 0 to below 1. `nextConnectionNumber` gives each connection its number, where
   * several machines count together; left out, they are 1, 2, 3 ….
   */
  constructor(random: () => number, nextConnectionNumber?: () => number) {
    this.#retry = new RetryPlan(random)
    this.#nextConnectionNumber = nextConnectionNumber ?? (() => this.#connectionNumber + 1)
  }

  get state(): ConnectionStateName {
    return this.#output.state
  }
  /** Number of the present or last connection, from 1; 0 before the first. */
  get connectionNumber(): number {
    return this.#connectionNumber
  }
  /** The attempt that connected, while its connection is open. */
  get openAttempt(): number | null {
    return this.#live?.isAlive === true ? this.#live.attempt : null
  }
  /** What is known of the present or last connection. */
  get facts(): ConnectionFacts {
    const live = this.#live
    const isAccepted = live?.isAlive === true
    return {
      resolvedAddresses: [...this.#reaching.resolvedAddresses],
      local: live?.local ?? null,
      remote: live?.remote ?? null,
      resolveMs: this.#reaching.resolveMs,
      connectMs: this.#reaching.connectMs,
      handshakeMs: live?.tls.handshakeMs ?? null,
      flags: flagsOf({
        isDialling: this.#reaching.isDialling,
        isAccepted,
        isSecuring: live?.tls.isUnderWay === true,
        cutOff: live?.cutOff === true,
        isWanted: this.#isWanted,
      }),
      receivingEnded: live?.receivingEnded === true,
      retry: this.#retry.state,
      tls: live?.tls.summary ?? null,
      ending: this.#ending,
    }
  }
  /** Bytes accepted by the operating system over all connections. */
  get acceptedBytes(): number {
    return this.#outgoing.acceptedBytes
  }
  /** Bytes queued and not accepted; after the end what was never sent, until the next connection. */
  get unsentBytes(): number {
    return this.#outgoing.unsentBytes
  }
  /** A connection is being made, alive, or waited for: it will end. */
  get isActive(): boolean {
    return this.state !== 'idle' && this.state !== 'closed'
  }
  /** Nothing is under way, or a retry is waited for, which a connecting comes before. */
  mayConnect(): boolean {
    return !this.isActive || this.state === 'waiting-to-retry'
  }
  /** What is received has to be shown to the machine: it waits for a text before TLS, or will once it is connected. */
  get expectsText(): boolean {
    if (this.#live !== null) return this.#live.expectsText
    return this.isActive && this.#plan?.tls?.start === 'after-text' && this.#plan.tls.expect.length > 0
  }

  /** The first bytes of what was queued and never accepted, and how many there are. */
  unsent(maximumBytes: number): { readonly bytes: Uint8Array; readonly totalBytes: number } {
    return this.#outgoing.unsent(maximumBytes)
  }

  /** Takes one input at the monotonic time `nowMs` and returns what has to be done, in order. */
  accept(input: ConnectionInput, nowMs: number): readonly ConnectionEffect[] {
    this.#output.nowMs = nowMs
    switch (input.kind) {
      case 'connect':
        this.#connect(input.plan)
        break
      case 'send':
        this.#send(input.bytes)
        break
      case 'start-tls':
        this.#alive().startTls(input.serverName)
        break
      case 'end-sending':
        this.#endSending()
        break
      case 'end-receiving':
        this.#alive().endReceiving()
        break
      case 'disconnect':
      case 'close':
      case 'abort':
      case 'cancel':
        this.#endBy(input.kind)
        break
      case 'resolved':
        this.#conclude(this.#reaching.resolved(input.connection, input.addresses))
        break
      case 'resolve-failed':
        this.#conclude(this.#reaching.resolveFailed(input.connection, input.error))
        break
      case 'dial-connected':
        if (this.#reaching.connected(input.attempt)) this.#dialConnected(input)
        break
      case 'dial-failed':
        this.#conclude(this.#reaching.dialFailed(input.attempt, input.error))
        break
      case 'closed':
        if (input.attempt === this.openAttempt && this.#live !== null) this.#finish(this.#live.end())
        break
      case 'timer-fired':
        if (this.#output.fired(input.timer)) this.#timerFired(input.timer)
        break
      default:
        if (input.attempt === this.openAttempt) this.#live?.told(input)
    }
    return this.#output.take()
  }

  #connect(plan: ConnectionPlan): void {
    const { state } = this
    if (!this.mayConnect()) throw new WirebenchError('already-connected')
    if (state === 'waiting-to-retry') this.#cancelRetry()
    this.#outgoing.renew({ keepsQueue: state !== 'closed', resendsUnsent: plan.resendsUnsent })
    this.#retry.begin(plan.settings.retry)
    this.#plan = plan
    this.#endsSending = this.#endedByUser = this.#isWanted = false
    this.#begin('requested', plan.settings.connectDelayMs)
  }

  #begin(cause: 'requested' | 'retry', delayMs: number): void {
    this.#connectionNumber = this.#nextConnectionNumber()
    this.#live = this.#ending = null
    const { settings } = this.#planInUse()
    this.#conclude(this.#reaching.begin({ connection: this.#connectionNumber, settings, delayMs, cause }))
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length === 0) throw new WirebenchError('nothing-to-send')
    if (this.state === 'closed') throw new WirebenchError('not-connected')
    if (this.#live?.isAlive === true) {
      this.#live.send(bytes)
    } else {
      if (this.#endsSending) throw new WirebenchError('sending-ended')
      this.#outgoing.push(bytes)
    }
  }

  #endSending(): void {
    if (!this.isActive) throw new WirebenchError('not-connected')
    if (this.#live?.isAlive !== true) {
      this.#endsSending = true
      return
    }
    if (this.#live.stage === 'open') this.#endedByUser = true
    this.#live.requestEnd('local-end')
  }

  /** Before there is a connection all of them give the attempt up. */
  #endBy(request: 'disconnect' | 'close' | 'abort' | 'cancel'): void {
    const live = this.#live?.isAlive === true ? this.#live : null
    if (!this.isActive || (request === 'cancel' && live?.isUsable === true)) return
    this.#endedByUser = true
    this.#isWanted = false
    if (this.state === 'waiting-to-retry') this.#cancelRetry()
    else if (live === null) this.#finish(cancelled)
    else live.endBy(request)
  }

  #cancelRetry(): void {
    this.#retry.reset()
    this.#output.forget('retry')
    this.#output.tell({ kind: 'retry-cancelled', transition: this.#output.move('closed', 'cancelled') })
  }

  #dialConnected({ attempt, local, remote }: Extract<ConnectionInput, { kind: 'dial-connected' }>): void {
    this.#live = new LiveConnection({
      attempt,
      local,
      remote,
      plan: this.#planInUse(),
      output: this.#output,
      outgoing: this.#outgoing,
      endsSending: this.#endsSending,
      followsLoss: this.#retry.followsLoss,
      onOpen: () => this.#opened(),
    })
    this.#live.begin(this.#reaching.connectMs ?? 0)
  }

  #opened(): void {
    this.#isWanted = true
    this.#endedByUser ||= this.#endsSending
    this.#retry.reset()
    this.#outgoing.opened()
  }

  #timerFired(timer: ConnectionTimer): void {
    switch (timer) {
      case 'connect-delay':
      case 'next-address':
        this.#reaching.timerFired(timer)
        break
      case 'connect-timeout':
        if (this.openAttempt === null) this.#finish(verdictOfTimeout(this.#planInUse().settings))
        else this.#live?.timerFired(timer)
        break
      case 'handshake-timeout':
      case 'disconnect-timeout':
        this.#live?.timerFired(timer)
        break
      case 'retry':
        this.#begin('retry', 0)
        break
      default:
        timer satisfies never
    }
  }

  #conclude(verdict: ConnectionVerdict | null): void {
    if (verdict !== null) this.#finish(verdict)
  }

  #finish(verdict: ConnectionVerdict): void {
    const { by, how, error, cause } = verdict
    this.#reaching.abandonDials()
    this.#output.forgetTimers()
    this.#isWanted &&= by !== 'local'
    this.#ending = { by, how, error, unsentBytes: this.#outgoing.pendingBytes }
    const transition = this.state === 'closed' ? null : this.#output.move('closed', cause)
    const dialledAddresses = this.#reaching.dialledCount
    this.#output.tell({ kind: 'ended', transition, dialledAddresses, ending: this.#ending })
    this.#retryAfter(verdict)
  }

  #retryAfter(verdict: ConnectionVerdict): void {
    const stage = this.#live?.stage ?? 'dialling'
    const isAllowed = !this.#endedByUser && this.#live?.isSwitchedByHand !== true
    const delayMs = isAllowed ? this.#retry.next(verdict, stage) : null
    const retry = this.#retry.state
    if (delayMs === null || retry === null) {
      this.#retry.reset()
      return
    }
    this.#outgoing.follow({ keepsQueue: stage !== 'open' || this.#retry.policy.resendsUnsent })
    const transition = this.#output.move('waiting-to-retry', 'retry')
    this.#output.tell({ kind: 'retry-scheduled', transition, ...retry, delayMs })
    this.#output.wakeAfter('retry', delayMs)
  }

  /** Errors: `not-connected`. */
  #alive(): LiveConnection {
    if (this.#live?.isAlive !== true) throw new WirebenchError('not-connected')
    return this.#live
  }

  #planInUse(): ConnectionPlan {
    if (this.#plan === null) throw new TypeError('There is no connection yet')
    return this.#plan
  }
}
