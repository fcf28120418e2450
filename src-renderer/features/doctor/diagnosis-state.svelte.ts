import * as v from 'valibot'
import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { DiagnosisReport, DiagnosisStep } from '../../../src-main/contract/schemas/diagnosis.ts'
import type { ConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import { tlsSettings } from '../../../src-main/contract/schemas/tls.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { settingsOf } from '../tls/change-connection.ts'

/** The diagnosis of one session: the one under way, or the last. Every getter is reactive. */
export class DiagnosisState {
  readonly #link: Link
  readonly #settingsNow: () => ConnectionSettings
  readonly #connectionNow: () => number
  #steps = $state.raw<readonly DiagnosisStep[]>([])
  #report = $state.raw<DiagnosisReport | null>(null)
  #failure = $state.raw<ErrorShape | null>(null)
  #settings = $state.raw<ConnectionSettings | null>(null)
  #connection = $state(0)
  #isShown = $state(false)
  #running = $state.raw<AbortController | null>(null)

  constructor(link: Link, settingsNow: () => ConnectionSettings, connectionNow: () => number) {
    this.#link = link
    this.#settingsNow = settingsNow
    this.#connectionNow = connectionNow
  }

  /** In the order they were taken, also while the diagnosis goes on. */
  get steps(): readonly DiagnosisStep[] {
    return this.#steps
  }

  /** Null while it goes on, and when it was cancelled or could not be made. */
  get report(): DiagnosisReport | null {
    return this.#report
  }

  /** Why there is no report; `cancelled` when a person cancelled it. */
  get failure(): ErrorShape | null {
    return this.#failure
  }

  /** What was diagnosed; null before the first. */
  get settings(): ConnectionSettings | null {
    return this.#settings
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  get isShown(): boolean {
    return this.#isShown
  }

  /** The session has made another connection since. */
  get isOld(): boolean {
    return this.#connection !== this.#connectionNow()
  }

  hide(): void {
    this.cancel()
    this.#isShown = false
  }

  cancel(): void {
    this.#running?.abort()
  }

  /** Begins a diagnosis of the settings that the next connection is made with; one under way is given up. Never rejects. */
  async run(passphrase: string | null = null): Promise<void> {
    this.cancel()
    const running = new AbortController()
    const diagnosisId = newDiagnosisId()
    const settings = this.#settingsNow()
    this.#running = running
    this.#settings = settings
    this.#connection = this.#connectionNow()
    this.#steps = []
    this.#report = this.#failure = null
    this.#isShown = true
    const stop = this.#link.subscribe('diagnosis.progress', null, (progress) => {
      if (progress.diagnosisId === diagnosisId && this.#running === running) {
        this.#steps = [...this.#steps, progress.step]
      }
    })
    try {
      const { signal } = running
      const report = await this.#link.call('diagnosis.run', { diagnosisId, settings, passphrase }, { signal })
      if (this.#running !== running) return
      this.#report = report
      this.#steps = report.steps
    } catch (thrown) {
      if (this.#running === running) this.#failure = toErrorShape(thrown)
    } finally {
      stop()
      if (this.#running === running) this.#running = null
    }
  }
}

const kept = new WeakMap<SessionState, DiagnosisState>()

/** The diagnosis of a session, made on first sight. */
export function diagnosisOf(session: SessionState, workbench: Workbench): DiagnosisState {
  const known = kept.get(session)
  if (known !== undefined) return known
  const made = new DiagnosisState(
    workbench.link,
    () => diagnosedSettings(session, workbench),
    () => session.snapshot.connectionNumber,
  )
  kept.set(session, made)
  return made
}

/**
 * Those of the next connection. Where TLS was begun by hand on a connection that has no settings of it, and failed, they say
 * so: a report on the plain connection alone must not look as if it were all.
 */
function diagnosedSettings(session: SessionState, workbench: Workbench): ConnectionSettings {
  const settings = settingsOf(session, workbench)
  if (settings.tls !== null || session.snapshot.ending?.how !== 'tls') return settings
  return { ...settings, tls: v.parse(tlsSettings, { start: { kind: 'by-hand' } }) }
}

/** Unlike those of any other window: progress of all diagnoses goes to all. */
function newDiagnosisId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `diagnosis-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
