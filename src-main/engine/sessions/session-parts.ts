import type { LiveCapture } from '../../capture/live-capture.ts'
import type { ConnectionSettings } from '../../contract/schemas/connection.ts'
import type { WireLogState } from '../../contract/schemas/wire-log.ts'
import type { Clock, Dialer, KeyLogFiles, NameResolver, TlsProvider, VariableResolver } from '../ports.ts'

/** What a session needs from outside. */
export interface SessionPorts {
  readonly clock: Clock
  readonly resolver: NameResolver
  readonly dialer: Dialer
  readonly tls: TlsProvider
  readonly keyLogFiles: KeyLogFiles
  /** From 0 to below 1, to spread the delays of retrying; `Math.random` when left out. */
  readonly random?: () => number
}

/** What a session knows from the outset, besides its identity. */
export interface SessionStart {
  readonly settings: ConnectionSettings
  readonly capture: LiveCapture
  /** Variables that may stand in host, port and initial message, and hold passphrases. */
  readonly variables: VariableResolver
}

/** Who looks at a session for a while, as runs do. Neither may throw. */
export interface SessionWatcher {
  /** Bytes arrived and are the last ones received in the capture. They change afterwards: copy what is kept. */
  onReceived(bytes: Uint8Array): void
  /** The system accepted so many bytes; they are the last ones sent in the capture. */
  onSent?(byteCount: number): void
  /** State or counters may have changed. */
  onChanged(): void
}

/** What follows the capture of a session into a log of its own. Whoever put it there ends it with the session. */
export interface SessionWireLog {
  state(): WireLogState
  /** The capture has ended: what is on disk of it is logged, and the log closed. Never fails. */
  finish(): Promise<void>
}

/** How to connect, beside the settings. */
export interface ConnectRequest {
  /** Those of the session when left out. */
  readonly settings?: ConnectionSettings | undefined
  /** For the key or the PFX file. */
  readonly passphrase?: string | null
  /** What the last connection left unsent goes out after the initial message. */
  readonly resendUnsent?: boolean
}

/** The facts a session begins with. */
export interface SessionIdentity {
  readonly sessionId: string
  readonly title: string
  readonly profileId: string | null
}
