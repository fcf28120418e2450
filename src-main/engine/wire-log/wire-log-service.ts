import { WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { SessionSnapshot } from '../../contract/schemas/session.ts'
import type { WireLogSettings, WireLogText as TailsOfWireLog } from '../../contract/schemas/wire-log.ts'
import { parseWireLogTemplate, type WireLogTemplate } from '../../protocol/wire-log/wire-log-template.ts'
import type { Clock, WireLogFiles } from '../ports.ts'
import type { Pulse } from '../pulse.ts'
import type { SessionRegistry } from '../sessions/session-registry.ts'
import type { Session } from '../sessions/session.ts'
import { FileText, MemoryText, wireLogFileName, type WireLogText } from './wire-log-text.ts'
import { WireLog, type WireLogTexts } from './wire-log.ts'

export interface WireLogServiceOptions {
  readonly clock: Clock
  readonly events: EventHub
  readonly pulse: Pulse
  readonly sessions: SessionRegistry
  readonly files: WireLogFiles
}

/** The wire logs of the sessions, at most one each. They end with their sessions. */
export class WireLogService {
  readonly #options: WireLogServiceOptions
  readonly #logs = new Map<Session, WireLog>()
  /** Changes of one session's log go one after the other. */
  readonly #changes = new Map<Session, Promise<unknown>>()
  readonly #unsubscribe: () => void

  constructor(options: WireLogServiceOptions) {
    this.#options = options
    this.#unsubscribe = options.events.subscribe('capture.grew', null, ({ captureId }) => {
      for (const [session, log] of this.#logs) if (session.capture.captureId === captureId) log.wake()
    })
  }

  /**
   * Begins a log of everything from now on, or ends the present one with null, once all of it is written. Errors:
   * `session-not-found`, `wire-log-template-malformed`, `disk-full`, `file-unwritable`.
   */
  async set(sessionId: string, settings: WireLogSettings | null): Promise<SessionSnapshot> {
    const session = this.#options.sessions.get(sessionId)
    const template = settings === null ? null : templateOf(settings)
    // Before anything is waited for: what comes meanwhile is logged as well.
    const beginning = { position: session.capture.acceptedTotals().fileBytes, remote: remoteOf(session) }
    const before = this.#changes.get(session) ?? Promise.resolve()
    const change = before.then(async () => {
      await this.#endLog(session)
      if (settings !== null && template !== null) await this.#beginLog(session, settings, template, beginning)
    })
    const settled = change.catch(() => undefined)
    this.#changes.set(session, settled)
    try {
      await change
    } finally {
      if (this.#changes.get(session) === settled) this.#changes.delete(session)
      this.#tell(session)
    }
    return session.snapshot()
  }

  /** Errors: `session-not-found`, `wire-log-off`, `file-unreadable`. */
  tails(sessionId: string, maximumBytes: number): Promise<TailsOfWireLog> {
    const log = this.#logs.get(this.#options.sessions.get(sessionId))
    if (log === undefined) throw new WirebenchError('wire-log-off')
    return log.tails(maximumBytes)
  }

  /** No log is woken any more; those of open sessions end with them. */
  close(): void {
    this.#unsubscribe()
  }

  async #beginLog(
    session: Session,
    settings: WireLogSettings,
    template: WireLogTemplate,
    { position, remote }: { position: number; remote: ReturnType<typeof remoteOf> },
  ): Promise<void> {
    const { clock } = this.#options
    const { texts, closeTexts } = await this.#openTexts(settings)
    try {
      const follower = await session.capture.follow(position)
      if (this.#isClosed(session)) {
        await follower.close()
        throw new WirebenchError('session-not-found')
      }
      const onChanged = (): void => this.#tell(session)
      const log = new WireLog({ settings, template, texts, closeTexts, follower, clock, remote, onChanged })
      this.#logs.set(session, log)
      session.wireLog = { state: () => log.state(), finish: () => this.#finish(session, log, Number.POSITIVE_INFINITY) }
      log.wake()
    } catch (thrown) {
      await closeTexts()
      throw thrown
    }
  }

  async #openTexts(settings: WireLogSettings): Promise<{ texts: WireLogTexts; closeTexts: () => Promise<void> }> {
    const { name, folder, temporary, filed } = settings
    const directions = directionsOf(settings)
    if (!filed) {
      return { texts: textsOf(directions, () => new MemoryText()), closeTexts: () => Promise.resolve() }
    }
    const now = this.#options.clock.unixMicroseconds()
    const fileNames = directions.map((direction) => wireLogFileName(name, direction, now))
    const opened = await this.#options.files.open({ folder, temporary, fileNames })
    const texts = textsOf(directions, (at) => {
      const file = opened.files[at]
      if (file === undefined) throw new TypeError('A file of the wire log is missing')
      return new FileText(file)
    })
    return { texts, closeTexts: () => opened.close() }
  }

  /** Everything accepted so far is waited for, unless the session ends meanwhile: then its end does the rest. */
  async #endLog(session: Session): Promise<void> {
    const log = this.#logs.get(session)
    if (log === undefined) return
    const { capture } = session
    const endPosition = capture.acceptedTotals().fileBytes
    await capture.flush().catch(() => undefined)
    await this.#finish(session, log, endPosition)
  }

  async #finish(session: Session, log: WireLog, endPosition: number): Promise<void> {
    await log.end(endPosition)
    if (this.#logs.get(session) !== log) return
    this.#logs.delete(session)
    session.wireLog = null
    const { error } = log.state()
    const { captureId } = session.capture
    if (error !== null) {
      this.#options.events.publish('host.notice', { level: 'error', message: error.message, error, captureId })
    }
  }

  #isClosed(session: Session): boolean {
    return !this.#options.sessions.list().includes(session)
  }

  #tell(session: Session): void {
    this.#options.pulse.mark(`wire log ${session.sessionId}`, () => {
      if (!this.#isClosed(session)) this.#options.events.publish('session.changed', session.snapshot())
    })
  }
}

type LogDirection = keyof WireLogTexts

function directionsOf({ samed, rx, tx }: WireLogSettings): LogDirection[] {
  if (samed) return ['both']
  return [...(rx ? (['rx'] as const) : []), ...(tx ? (['tx'] as const) : [])]
}

function textsOf(directions: readonly LogDirection[], make: (at: number) => WireLogText): WireLogTexts {
  const texts: Record<LogDirection, WireLogText | null> = { both: null, rx: null, tx: null }
  for (const [at, direction] of directions.entries()) texts[direction] = make(at)
  return texts
}

/** Errors: `wire-log-template-malformed`. */
function templateOf({ template }: WireLogSettings): WireLogTemplate {
  const parsed = parseWireLogTemplate(template)
  if (parsed.ok) return parsed.template
  throw WirebenchError.fromShape(parsed.error)
}

function remoteOf(session: Session) {
  const { connectionNumber: connection, remote: address } = session.snapshot()
  return address === null ? null : { connection, address }
}
