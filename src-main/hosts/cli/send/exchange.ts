import type { Link } from '../../../contract/connect.ts'
import { toErrorShape, WirebenchError } from '../../../contract/errors.ts'
import type {
  ConnectionEnding,
  ConnectionEvent,
  ConnectionSettingsInput,
} from '../../../contract/schemas/connection.ts'
import type { FramingSettings } from '../../../contract/schemas/framing.ts'
import type { SessionCounters } from '../../../contract/schemas/session.ts'
import type { TlsSummary } from '../../../contract/schemas/tls.ts'
import { Alarm } from './alarm.ts'
import { CaptureTail } from './capture-tail.ts'
import { isoTimeNs, type ConnectionEnds, type ExchangeReport } from './exchange-report.ts'
import { PayloadPump, type PumpSettings } from './payload-pump.ts'
import { ReceiveGoal, type GoalSettings } from './receive-goal.ts'
import { Receiver } from './receiver.ts'
import type { WireLogTarget } from './wire-log-target.ts'

export interface ExchangeSettings extends PumpSettings {
  readonly connection: ConnectionSettingsInput & { readonly host: string; readonly port: number }
  /** Of the client's key; null when there is none. */
  readonly passphrase: string | null
  readonly profileId: string | null
  readonly goal: GoalSettings
  readonly framing: FramingSettings | null
  /** For everything together; null for no limit. */
  readonly timeoutMs: number | null
  /** Where everything sent and received is logged; null for nowhere. */
  readonly wireLog: WireLogTarget | null
}

/** What an exchange came to. */
export interface ExchangeResult {
  readonly captureId: string
  readonly wasConnected: boolean
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly elapsedMs: number
  /** Why it is not what was wanted; null when it is. */
  readonly failure: WirebenchError | null
}

/**
 * One connection from dialling to its end: sends a payload, prints what comes and waits for the goal.
 *
 * Rules: everything received and every state is taken from the capture, in its order, so nothing is missed or comes
 * twice. Sending begins when the connection is open. The exchange is over when the goal is reached and the payload was
 * taken by the system, when the peer has closed before that, or when something failed. Then the connection is ended
 * with FIN, after a timeout with RST. A capture that cannot be written is such a failure, and its end is not waited for:
 * nobody would see it.
 */
export class Exchange {
  readonly #link: Link
  readonly #settings: ExchangeSettings
  readonly #report: ExchangeReport
  readonly #goal: ReceiveGoal
  readonly #receiver: Receiver
  readonly #pump: PayloadPump
  readonly #alarm = new Alarm()
  #counters: SessionCounters = { sentBytes: 0, receivedBytes: 0, unsentBytes: 0 }
  #recordCount = 0
  #startedAtUnixUs = 0
  #lastActivityMs = 0
  #lastTimeNs = 0
  #pumping: Promise<void> | null = null
  /** Ends of the connection that will be used once TLS is up; null for plain TCP and before. */
  #awaitedTls: ConnectionEnds | null = null
  /** The last end of a connection: the end of it all, unless another attempt follows. */
  #lastEnding: ConnectionEnding | null = null
  /** What the attempt that is waited for follows. */
  #retriedEnding: ConnectionEnding | null = null
  #ending: ConnectionEnding | null = null
  /** The capture cannot be written: it tells nothing more. */
  #isUntold = false
  #endAsked = false
  #timedOut = false
  #failure: WirebenchError | null = null

  constructor(link: Link, settings: ExchangeSettings, report: ExchangeReport) {
    this.#link = link
    this.#settings = settings
    this.#report = report
    this.#goal = new ReceiveGoal(settings.goal)
    this.#receiver = new Receiver(this.#goal, report, settings.framing)
    this.#pump = new PayloadPump(settings)
  }

  /** Ends the exchange because the user asked. */
  interrupt(): void {
    this.#fail(new WirebenchError('cancelled'))
  }

  async run(): Promise<ExchangeResult> {
    const startMs = performance.now()
    const { connection, passphrase, profileId, timeoutMs } = this.#settings
    const { sessionId, captureId } = await this.#link.call('session.open', { settings: connection, profileId })
    const subscriptions = [
      this.#link.subscribe('session.changed', sessionId, ({ counters }) => this.#count(counters)),
      this.#link.subscribe('session.progress', sessionId, ({ counters }) => this.#count(counters)),
      this.#link.subscribe('capture.grew', captureId, ({ totals }) => {
        this.#recordCount = totals.recordCount
        this.#alarm.ring()
      }),
      this.#link.subscribe('host.notice', null, ({ error, captureId: about }) => {
        if (error !== null && about === captureId && !this.#isOver()) this.#storyBroke(WirebenchError.fromShape(error))
      }),
      this.#link.onGone((reason) => this.#fail(WirebenchError.fromShape(reason))),
    ]
    const timer = timeoutMs === null ? undefined : setTimeout(() => this.#timeOut(timeoutMs), timeoutMs)
    try {
      this.#startedAtUnixUs = (await this.#link.call('capture.open', { captureId })).startedAtUnixUs
      await this.#settings.wireLog?.begin(this.#link, sessionId)
      await this.#link.call('session.connect', { sessionId, passphrase })
      await this.#follow(new CaptureTail(this.#link, captureId), sessionId)
      this.#pump.stop()
      await this.#pumping
      if (!this.#link.gone) await this.#close(sessionId)
    } finally {
      clearTimeout(timer)
      this.#alarm.stop()
      this.#pump.stop()
      for (const unsubscribe of subscriptions) unsubscribe()
    }
    return {
      captureId,
      wasConnected: this.#pumping !== null,
      sentBytes: this.#counters.sentBytes,
      receivedBytes: this.#receiver.receivedBytes,
      elapsedMs: performance.now() - startMs,
      failure: this.#failure,
    }
  }

  async #follow(tail: CaptureTail, sessionId: string): Promise<void> {
    while (!this.#isOver()) {
      await this.#alarm.wait()
      await this.#readOn(tail, sessionId)
      if (!this.#isOver()) await this.#decide(sessionId)
    }
  }

  #isOver(): boolean {
    return this.#ending !== null || this.#isUntold || this.#link.gone
  }

  #storyBroke(failure: WirebenchError): void {
    this.#isUntold = true
    this.#fail(failure)
  }

  /** The capture is whole now; what of it could not be kept is a failure. */
  async #close(sessionId: string): Promise<void> {
    try {
      await this.#link.call('session.close', { sessionId })
    } catch (thrown) {
      this.#fail(WirebenchError.fromShape(toErrorShape(thrown)))
    }
  }

  async #readOn(tail: CaptureTail, sessionId: string): Promise<void> {
    for await (const entry of tail.read(this.#recordCount)) {
      this.#lastTimeNs = entry.timeNs
      if (entry.kind === 'event') await this.#acceptEvent(entry.event, sessionId)
      // What comes before TLS is the talk about TLS, which is in the capture.
      else if (this.#pumping !== null)
        await this.#print(() => this.#receiver.accept(entry.bytes, entry.timeNs, this.#at(entry.timeNs)))
      if (entry.kind === 'received') this.#lastActivityMs = performance.now()
    }
    // An attempt that follows stands right behind the end in the capture.
    if (this.#lastEnding !== null) await this.#conclude(this.#lastEnding)
    const deadlineMs = this.#receiver.frameDeadlineMs
    if (deadlineMs === null || this.#isOver()) return
    if (performance.now() < deadlineMs) this.#alarm.ringAt(deadlineMs)
    else await this.#print(() => this.#receiver.acceptSilence(this.#at(this.#lastTimeNs)))
  }

  async #acceptEvent(event: ConnectionEvent, sessionId: string): Promise<void> {
    switch (event.kind) {
      case 'connected':
        if (this.#securesFirst) this.#awaitedTls = event
        else await this.#begin(event, null, sessionId)
        break
      case 'secured':
        if (this.#awaitedTls !== null) await this.#begin(this.#awaitedTls, event.tls, sessionId)
        this.#awaitedTls = null
        break
      case 'peer-ended':
        if (this.#pumping === null) break
        await this.#print(async () => {
          const failure = await this.#receiver.acceptEnd(this.#at(this.#lastTimeNs))
          if (failure !== null) this.#fail(failure)
        })
        break
      case 'ended':
        this.#lastEnding = event.ending
        break
      case 'retry-scheduled': {
        const why = this.#lastEnding?.error?.message ?? ''
        this.#retriedEnding = this.#lastEnding
        this.#lastEnding = null
        this.#awaitedTls = null
        await this.#print(() => this.#report.retry(event, why))
        break
      }
      case 'retry-cancelled':
        this.#lastEnding = this.#retriedEnding
        break
      default:
      // The other events tell how it came about, which the capture keeps.
    }
  }

  /** With TLS the connection is used once its handshake is done; a switch by hand nobody makes here. */
  get #securesFirst(): boolean {
    const { tls } = this.#settings.connection
    return tls !== null && tls !== undefined && tls.start?.kind !== 'by-hand'
  }

  async #begin(ends: ConnectionEnds, tls: Omit<TlsSummary, 'handshakeMs'> | null, sessionId: string): Promise<void> {
    this.#lastActivityMs = performance.now()
    await this.#print(() => this.#report.connected(ends, tls))
    this.#pumping = this.#startPump(sessionId)
  }

  async #conclude(ending: ConnectionEnding): Promise<void> {
    this.#ending = ending
    if (ending.error !== null) this.#fail(WirebenchError.fromShape(ending.error))
    else if (ending.unsentBytes > 0) this.#fail(unsentFailure(ending.unsentBytes))
    if (this.#pumping !== null) await this.#print(() => this.#report.closed(ending))
  }

  async #startPump(sessionId: string): Promise<void> {
    const failure = await this.#pump.run(this.#link, sessionId)
    if (failure !== null) this.#fail(failure)
    this.#lastActivityMs = performance.now()
    this.#alarm.ring()
  }

  /** Ends the connection when there is nothing more to do. */
  async #decide(sessionId: string): Promise<void> {
    if (this.#endAsked) return
    if (this.#failure === null) {
      this.#watchSilence()
      if (!this.#goal.satisfied || !this.#pump.idle) return
    }
    this.#endAsked = true
    try {
      await this.#link.call(this.#timedOut ? 'session.abort' : 'session.disconnect', { sessionId })
    } catch (thrown) {
      // It has just ended by itself; the capture will tell.
      if (toErrorShape(thrown).code !== 'not-connected') throw thrown
    }
  }

  /** Nothing counts as silence before everything was sent. */
  #watchSilence(): void {
    const { goal } = this.#settings
    if (goal.kind !== 'quiet' || this.#goal.satisfied || !this.#pump.done || this.#counters.unsentBytes > 0) return
    const deadlineMs = this.#lastActivityMs + goal.idleMs
    if (performance.now() < deadlineMs) this.#alarm.ringAt(deadlineMs)
    else this.#goal.acceptSilence()
  }

  #count(counters: SessionCounters): void {
    if (counters.sentBytes !== this.#counters.sentBytes) this.#lastActivityMs = performance.now()
    this.#counters = counters
    this.#pump.setUnsentBytes(counters.unsentBytes)
    this.#alarm.ring()
  }

  #timeOut(timeoutMs: number): void {
    this.#timedOut = true
    const { host, port } = this.#settings.connection
    this.#fail(
      this.#pumping === null
        ? new WirebenchError('connect-timeout', { address: `${host}:${port}`, timeoutMs, ...this.#lastAttempt() })
        : new WirebenchError('wait-timeout', { timeoutMs, progress: this.#goal.progress() }),
    )
  }

  /** Why the attempt before failed, where there was one: else the time alone would seem to be the reason. */
  #lastAttempt(): { lastReason?: string } {
    const error = this.#retriedEnding?.error ?? null
    return error === null ? {} : { lastReason: error.message }
  }

  /** The first failure is the reason; what follows from it is not. */
  #fail(failure: WirebenchError): void {
    this.#failure ??= failure
    this.#receiver.mute()
    this.#alarm.ring()
  }

  /** Output that cannot be written is a failure like any other, told once. */
  async #print(print: () => Promise<void>): Promise<void> {
    if (this.#failure?.code === 'file-unwritable') return
    try {
      await print()
    } catch (thrown) {
      this.#fail(WirebenchError.fromShape(toErrorShape(thrown)))
    }
  }

  #at(timeNs: number): string {
    return isoTimeNs(this.#startedAtUnixUs, timeNs)
  }
}

function unsentFailure(unsentBytes: number): WirebenchError {
  return new WirebenchError('connection-failed', { reason: `${unsentBytes} bytes were not sent.` })
}
