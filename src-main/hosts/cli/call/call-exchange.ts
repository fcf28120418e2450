import type { CommandReply } from '../../../contract/commands.ts'
import type { Link } from '../../../contract/connect.ts'
import { toErrorShape, WirebenchError } from '../../../contract/errors.ts'
import type { CallEntry } from '../../../contract/schemas/call.ts'
import type { CallRequestInput, CallSettingsInput } from '../../../contract/schemas/call-settings.ts'
import type { ConnectionSettingsInput } from '../../../contract/schemas/connection.ts'
import type { SessionSnapshot } from '../../../contract/schemas/session.ts'
import type { CallReport } from './call-report.ts'
import { InterimWatch } from './interim-watch.ts'
import { untilSent } from './until-sent.ts'

type FinishedCall = CommandReply<'call.run'>

export interface CallExchangeSettings {
  readonly connection: ConnectionSettingsInput
  readonly passphrase: string | null
  readonly profileId: string | null
  readonly calls: CallSettingsInput
  /** One after the other, each when the one before was answered. */
  readonly requests: readonly CallRequestInput[]
  /** For everything together; null for no limit but those of the settings. */
  readonly timeoutMs: number | null
}

/** What came of it. */
export interface CallOutcome {
  readonly captureId: string
  /** Every call was answered, and none with an error. */
  readonly ok: boolean
}

/**
 * Calls over one connection: connects, calls, prints the answers, closes. A call that is refused before anything is dialled is told
 * first. The first answer that is an error ends it; a call without an answer is thrown with its error.
 */
export class CallExchange {
  readonly #link: Link
  readonly #settings: CallExchangeSettings
  readonly #report: CallReport
  readonly #startMs = performance.now()
  readonly #interruption = new AbortController()

  constructor(link: Link, settings: CallExchangeSettings, report: CallReport) {
    this.#link = link
    this.#settings = settings
    this.#report = report
  }

  /** Ends the exchange because the user asked. */
  interrupt(): void {
    this.#interruption.abort()
  }

  /** Errors: those of opening, connecting and calling; `cancelled` when it was interrupted. */
  async run(): Promise<CallOutcome> {
    const { connection, profileId, calls, requests } = this.#settings
    const { sessionId, captureId } = await this.#link.call('session.open', { settings: connection, profileId })
    try {
      await this.#link.call('call.configure', { sessionId, settings: calls })
      for (const request of requests) await this.#link.call('call.preview', { sessionId, request })
      await this.#connect(sessionId)
      return { captureId, ok: await this.#callAll(sessionId) }
    } finally {
      await this.#close(sessionId)
    }
  }

  async #connect(sessionId: string): Promise<void> {
    const { passphrase, timeoutMs } = this.#settings
    const { signal } = this.#interruption
    let unsubscribe = (): void => undefined
    let interrupt = (): void => undefined
    let timer: NodeJS.Timeout | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        if (timeoutMs !== null) timer = setTimeout(() => reject(this.#connectTimeout(timeoutMs)), timeoutMs)
        interrupt = () => reject(new WirebenchError('cancelled'))
        signal.addEventListener('abort', interrupt)
        if (signal.aborted) interrupt()
        const look = ({ state, ending }: SessionSnapshot): void => {
          if (state === 'open' || state === 'half-closed-remote') resolve()
          else if (state === 'closed') reject(endOf(ending?.error ?? null))
        }
        unsubscribe = this.#link.subscribe('session.changed', sessionId, look)
        this.#link.call('session.connect', { sessionId, passphrase }).then(look, reject)
      })
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupt)
      unsubscribe()
    }
  }

  /** A handshake has a time of its own, which may be longer. */
  #connectTimeout(timeoutMs: number): WirebenchError {
    const { host, port } = this.#settings.connection
    return new WirebenchError('connect-timeout', { address: `${host}:${port}`, timeoutMs })
  }

  async #callAll(sessionId: string): Promise<boolean> {
    const watch = new InterimWatch(this.#link, sessionId, this.#report)
    try {
      for (const request of this.#settings.requests) {
        if (!(await this.#call(sessionId, request, watch))) return false
      }
      return true
    } finally {
      watch.stop()
    }
  }

  async #call(sessionId: string, request: CallRequestInput, watch: InterimWatch): Promise<boolean> {
    const { entry, answerText } = await this.#run(sessionId, { ...request, ...this.#limit() })
    await watch.finish(entry)
    if (entry.error !== null) throw this.#failure(entry)
    if (entry.state === 'sent') {
      const { timeoutMs } = this.#settings
      const limits = { timeoutMs, leftMs: this.#limit().timeoutMs ?? null, signal: this.#interruption.signal }
      await untilSent(this.#link, sessionId, limits)
      await this.#report.sent(entry.sentBytes)
      return true
    }
    const answer = entry.replies.findLast(({ mark, kind }) => mark === null && kind !== 'ack' && kind !== 'message')
    if (answer === undefined) throw new WirebenchError('closed-before-reply')
    await this.#report.answer(answer, answerText ?? answer.text)
    return !answer.isError
  }

  /** The time that is left of all together. */
  #limit(): { timeoutMs?: number } {
    const { timeoutMs } = this.#settings
    if (timeoutMs === null) return {}
    return { timeoutMs: Math.max(1, Math.ceil(timeoutMs - (performance.now() - this.#startMs))) }
  }

  #failure({ error }: CallEntry): WirebenchError {
    const { timeoutMs } = this.#settings
    if (error === null || (error.code === 'call-timeout' && timeoutMs !== null)) {
      return new WirebenchError('call-timeout', { timeoutMs })
    }
    return WirebenchError.fromShape(error)
  }

  /**
   * Runs the call. The connection may have ended while the answer before was printed: that is told as the end that it was. Errors: those of
   * `call.run`, and how the connection ended.
   */
  async #run(sessionId: string, request: CallRequestInput): Promise<FinishedCall> {
    const { signal } = this.#interruption
    try {
      return await this.#link.call('call.run', { sessionId, request }, { signal })
    } catch (thrown) {
      if (toErrorShape(thrown).code !== 'not-connected') throw thrown
      const session = (await this.#link.call('session.list', {})).find((one) => one.sessionId === sessionId)
      throw endOf(session?.ending?.error ?? null)
    }
  }

  /** Servers may keep their side open for good: nothing is waited for. */
  async #close(sessionId: string): Promise<void> {
    if (this.#link.gone) return
    try {
      await this.#link.call('session.close-connection', { sessionId })
    } catch (thrown) {
      if (toErrorShape(thrown).code !== 'not-connected') throw thrown
    }
    await this.#link.call('session.close', { sessionId })
  }
}

function endOf(error: Parameters<typeof WirebenchError.fromShape>[0] | null): WirebenchError {
  return error === null ? new WirebenchError('closed-before-reply') : WirebenchError.fromShape(error)
}
