import type { DiagnosisRemedyAction, DiagnosisReport } from '../../../src-main/contract/schemas/diagnosis.ts'
import { versionName } from '../../../src-main/protocol/tls/tls-versions.ts'
import { reconnect } from '../../state/reconnect.svelte.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import { doctorWords as words } from '../../strings/doctor.ts'
import type { MenuAction } from '../../ui/menu-entry.ts'
import { chooseCertificates } from '../tls/certificate-actions.ts'
import { changeAndConnect, settingsOf, type ConnectionChange } from '../tls/change-connection.ts'
import { pinning, trustingCa } from '../tls/trust-changes.ts'
import { canServeLocally, startEchoServer } from './echo-remedy.ts'
import { chainOf } from './report-text.ts'
import {
  allowingCiphers,
  allowingVersion,
  rootSent,
  serverNamesFound,
  turningTlsOff,
  turningTlsOn,
  usingServerName,
  versionFound,
  withoutVerification,
} from './setting-remedies.ts'

/** One thing the workbench can do about a failed connection. */
export interface Remedy {
  readonly action: DiagnosisRemedyAction
  readonly label: string
  /** To choose from, where there are several; else empty. */
  readonly choices: readonly MenuAction[]
  readonly run: () => void
}

/** What the doctor's buttons do: each changes the profile or the session and connects again, or opens the form. */
export class Remedies {
  readonly #report: DiagnosisReport
  readonly #session: SessionState
  readonly #workbench: Workbench

  constructor(report: DiagnosisReport, session: SessionState, workbench: Workbench) {
    this.#report = report
    this.#session = session
    this.#workbench = workbench
  }

  /** In the order of the report. One that cannot be done here, or is done already, is left out. */
  list(): readonly Remedy[] {
    return this.#report.actions.map((action) => this.#remedy(action)).filter((remedy) => remedy !== null)
  }

  #remedy(action: DiagnosisRemedyAction): Remedy | null {
    const { steps } = this.#report
    const does = (run: () => void, label: string = words.actions[action]): Remedy => ({
      action,
      label,
      choices: [],
      run,
    })
    const changes = (change: ConnectionChange, label?: string): Remedy | null =>
      this.#hasEffect(change) ? does(() => this.#change(change), label) : null
    switch (action) {
      case 'edit-address':
        return does(() => this.#open('host'))
      case 'raise-timeout':
        return does(() => this.#open(this.#timeoutSetting))
      case 'turn-tls-on':
        return changes(turningTlsOn)
      case 'turn-tls-off':
        return changes(turningTlsOff)
      case 'trust-root': {
        const root = rootSent(this.#report)
        return root === null ? does(() => this.#addFromFile(), words.trustRootFile) : changes(trustingCa(root))
      }
      case 'add-missing-certificate':
        return does(() => this.#addFromFile())
      case 'trust-fingerprint': {
        const leaf = chainOf(steps)[0]?.certificate ?? null
        return leaf === null ? null : changes(pinning(leaf.fingerprintSha256))
      }
      case 'change-server-name':
        return this.#serverName()
      case 'choose-client-certificate':
        return does(() => this.#open('certificatePath'))
      case 'allow-version': {
        const version = versionFound(steps)
        return changes(
          allowingVersion(version),
          version === null ? undefined : words.allowVersion(versionName(version)),
        )
      }
      case 'allow-cipher':
        return changes(allowingCiphers)
      case 'connect-without-verification':
        return does(() => this.#askForNoVerification())
      case 'start-echo-server':
        return canServeLocally(settingsOf(this.#session, this.#workbench)) ? does(() => this.#startEcho()) : null
    }
  }

  /** What is set already mends nothing. */
  #hasEffect(change: ConnectionChange): boolean {
    const settings = settingsOf(this.#session, this.#workbench)
    return JSON.stringify(change.changed(settings)) !== JSON.stringify(settings)
  }

  /** The handshake has a time of its own where one is set. */
  get #timeoutSetting(): string {
    const { tls } = settingsOf(this.#session, this.#workbench)
    const hung = this.#report.cause === 'handshake-timeout' && tls?.handshakeTimeoutMs != null
    return hung ? 'handshakeTimeoutMs' : 'connectTimeoutMs'
  }

  #serverName(): Remedy {
    const action = 'change-server-name'
    const other = { label: words.otherServerName, run: () => this.#open('serverName') }
    const found = serverNamesFound(this.#report.steps).map((name) => ({
      label: words.useServerName(name),
      run: () => this.#change(usingServerName(name)),
    }))
    return { action, label: words.actions[action], choices: [...found, other], run: other.run }
  }

  #open(setting: string): void {
    this.#workbench.editSettings(this.#session, { setting })
  }

  #change(change: ConnectionChange): void {
    void this.#workbench.attempt(() => changeAndConnect(this.#session, this.#workbench, change))
  }

  #addFromFile(): void {
    void this.#workbench.attempt(async () => {
      const change = await chooseCertificates(this.#session, this.#workbench)
      if (change !== null) await changeAndConnect(this.#session, this.#workbench, change)
    })
  }

  #startEcho(): void {
    void this.#workbench.attempt(async () => {
      const settings = settingsOf(this.#session, this.#workbench)
      await startEchoServer(this.#workbench, settings)
      await reconnect(this.#session, settings)
    })
  }

  #askForNoVerification(): void {
    this.#workbench.dialogs.open({
      kind: 'confirm',
      confirmation: {
        title: words.unverifiedTitle,
        text: words.unverifiedText,
        confirmLabel: words.unverifiedConfirm,
        cancelLabel: words.keepVerification,
        run: () => this.#change(withoutVerification),
      },
    })
  }
}
