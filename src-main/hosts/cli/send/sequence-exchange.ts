import type { Link } from '../../../contract/connect.ts'
import { toErrorShape, WirebenchError } from '../../../contract/errors.ts'
import type { ConnectionSettingsInput } from '../../../contract/schemas/connection.ts'
import type { FramingSettings } from '../../../contract/schemas/framing.ts'
import type { RunSnapshot, SequenceStep } from '../../../contract/schemas/sequence.ts'
import type { SessionSnapshot } from '../../../contract/schemas/session.ts'
import { Alarm } from './alarm.ts'
import type { ExchangeResult } from './exchange.ts'
import type { ExchangeReport } from './exchange-report.ts'
import type { GivenVariables } from './saved-item.ts'
import type { WireLogTarget } from './wire-log-target.ts'

export interface SequenceSettings {
  readonly connection: ConnectionSettingsInput & { readonly host: string; readonly port: number }
  readonly passphrase: string | null
  readonly profileId: string | null
  readonly steps: readonly SequenceStep[]
  readonly variables: GivenVariables
  /** Cuts what is received, and goes around what is sent; null for chunks as they come. */
  readonly framing: FramingSettings | null
  /** For everything together; null for no limit. */
  readonly timeoutMs: number | null
  /** Where everything sent and received is logged; null for nowhere. */
  readonly wireLog: WireLogTarget | null
}

/** One connection on which a sequence is gone through once. Every step is told as soon as it is over. */
export class SequenceExchange {
  readonly #link: Link
  readonly #settings: SequenceSettings
  readonly #report: ExchangeReport
  readonly #alarm = new Alarm()
  #session: SessionSnapshot | null = null
  #run: RunSnapshot | null = null
  #toldResults = 0
  #failure: WirebenchError | null = null

  constructor(link: Link, settings: SequenceSettings, report: ExchangeReport) {
    this.#link = link
    this.#settings = settings
    this.#report = report
  }

  /** Ends it because the user asked. */
  interrupt(): void {
    this.#fail(new WirebenchError('cancelled'))
  }

  async run(): Promise<ExchangeResult> {
    const startMs = performance.now()
    const { connection, passphrase, profileId, timeoutMs, framing } = this.#settings
    await this.#giveVariables()
    const opened = await this.#link.call('session.open', { settings: connection, profileId })
    const { sessionId, captureId } = opened
    this.#see(opened, null)
    const subscriptions = [
      this.#link.subscribe('session.changed', sessionId, (session) => this.#see(session, null)),
      this.#link.subscribe('run.changed', sessionId, (run) => this.#see(null, run)),
      this.#link.onGone((reason) => this.#fail(WirebenchError.fromShape(reason))),
    ]
    const timer = timeoutMs === null ? undefined : setTimeout(() => this.#timeOut(timeoutMs), timeoutMs)
    let wasConnected: boolean
    try {
      if (framing !== null) {
        const interpretation = { sent: { framing }, received: { framing } }
        await this.#link.call('capture.interpret', { captureId, interpretation })
      }
      await this.#settings.wireLog?.begin(this.#link, sessionId)
      await this.#link.call('session.connect', { sessionId, passphrase })
      await this.#until(() => this.#session?.state === 'open' || this.#isClosed())
      wasConnected = isWholeConnection(this.#session ?? opened)
      if (wasConnected && this.#failure === null) await this.#goThrough(sessionId)
      await this.#end(sessionId)
      const { ending } = this.#session ?? opened
      if (wasConnected && ending !== null) await this.#report.closed(ending)
      if (!this.#link.gone) await this.#link.call('session.close', { sessionId })
    } finally {
      clearTimeout(timer)
      this.#alarm.stop()
      for (const unsubscribe of subscriptions) unsubscribe()
    }
    const { sentBytes, receivedBytes } = (this.#session ?? opened).counters
    const elapsedMs = performance.now() - startMs
    return { captureId, wasConnected, sentBytes, receivedBytes, elapsedMs, failure: this.#failure }
  }

  async #goThrough(sessionId: string): Promise<void> {
    const { local, remote, tls } = this.#session ?? {}
    if (local && remote) await this.#report.connected({ local, remote }, tls ?? null)
    try {
      const plan = { kind: 'sequence' as const, steps: [...this.#settings.steps], rounds: 1 }
      this.#see(null, await this.#link.call('run.start', { sessionId, title: 'wirebench send', plan }))
    } catch (thrown) {
      this.#fail(WirebenchError.fromShape(toErrorShape(thrown)))
    }
    while (!this.#failure) {
      for (const result of this.#run?.results.slice(this.#toldResults) ?? []) {
        this.#toldResults++
        await this.#report.step(result)
      }
      if (this.#run !== null && this.#run.state !== 'running') break
      await this.#alarm.wait()
    }
    const error = this.#run?.error
    if (this.#run?.state === 'failed' && error) this.#fail(WirebenchError.fromShape(error))
  }

  async #end(sessionId: string): Promise<void> {
    if (this.#link.gone || this.#isClosed()) return
    const timedOut = this.#failure?.code === 'wait-timeout' || this.#failure?.code === 'connect-timeout'
    this.#session = await this.#link.call(timedOut ? 'session.abort' : 'session.disconnect', { sessionId })
    await this.#until(() => this.#isClosed(), true)
  }

  async #until(condition: () => boolean, evenAfterFailure = false): Promise<void> {
    while (!condition() && !this.#link.gone && (evenAfterFailure || this.#failure === null)) await this.#alarm.wait()
    const ending = this.#session?.ending
    if (!evenAfterFailure && ending?.error) this.#fail(WirebenchError.fromShape(ending.error))
  }

  #isClosed(): boolean {
    return this.#session?.state === 'closed'
  }

  /** The engine is this command's own, unless everything is recorded: then nothing of it is changed. */
  async #giveVariables(): Promise<void> {
    const { variables } = this.#settings
    if (variables.size === 0) return
    const present = await this.#link.call('environment.list', {})
    const shared = [...variables].map(([name, value]) => ({ name, value }))
    await this.#link.call('environment.write', { environments: { ...present, shared } })
  }

  #see(session: SessionSnapshot | null, run: RunSnapshot | null): void {
    this.#session = session ?? this.#session
    this.#run = run ?? this.#run
    this.#alarm.ring()
  }

  #timeOut(timeoutMs: number): void {
    const { host, port } = this.#settings.connection
    const progress = `Step ${(this.#run?.step ?? 0) + 1} was at work`
    this.#fail(
      this.#run === null
        ? new WirebenchError('connect-timeout', { address: `${host}:${port}`, timeoutMs })
        : new WirebenchError('wait-timeout', { timeoutMs, progress }),
    )
  }

  /** The first failure is the reason. */
  #fail(failure: WirebenchError): void {
    this.#failure ??= failure
    this.#alarm.ring()
  }
}

/** With TLS a connection counts once its handshake is done, but for a switch by hand that nobody makes here. */
function isWholeConnection({ connectMs, handshakeMs, settings }: SessionSnapshot): boolean {
  const isSecuredFirst = settings.tls !== null && settings.tls.start.kind !== 'by-hand'
  return connectMs !== null && (!isSecuredFirst || handshakeMs !== null)
}
