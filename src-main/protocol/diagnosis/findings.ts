import type { ErrorShape } from '../../contract/errors.ts'
import type { SocketAddress } from '../../contract/schemas/common.ts'
import type { TlsCertificates, TlsSettings, TlsSummary, TlsVersion } from '../../contract/schemas/tls.ts'

/** What is to be diagnosed. */
export interface DiagnosisSubject {
  readonly host: string
  readonly port: number
  /** Null for plain TCP, also when the switch to TLS comes later and by hand. */
  readonly tls: TlsSettings | null
  /** TLS comes later and by hand: it is not looked at, and the report says so. */
  readonly switchesByHand: boolean
  /** For each step alone. */
  readonly timeoutMs: number
}

export interface ResolveFinding {
  /** The host was an address already. */
  readonly isAddress: boolean
  readonly addresses: readonly string[]
  readonly error: ErrorShape | null
  readonly elapsedMs: number
}

export interface ConnectFinding {
  /** Why it did not connect. */
  readonly error: ErrorShape | null
  readonly elapsedMs: number
}

/** What a server does when nothing is sent to it. */
export interface BannerFinding extends ConnectFinding {
  /** What it says by itself, its beginning. */
  readonly bytes: Uint8Array
  /** How it ended the connection; null when it did not. */
  readonly ended: 'fin' | 'rst' | null
}

export interface HandshakeFinding {
  /** What was negotiated; null when the handshake failed. */
  readonly secured: HandshakeResult | null
  /** Why the handshake failed, or how the server turned the client away after it. */
  readonly error: ErrorShape | null
  /** The server closed right after the handshake, and nobody knows why. */
  readonly isClosedAfterwards: boolean
  /** The server asked for a client certificate. Before TLS 1.2 nobody can tell. */
  readonly isCertificateRequested: boolean
  /** From the beginning of the handshake to its end. */
  readonly elapsedMs: number
}

export interface HandshakeResult {
  readonly summary: Omit<TlsSummary, 'handshakeMs'>
  readonly certificates: TlsCertificates
  /** Why the settings do not let the connection be used; null when they do. */
  readonly refusal: ErrorShape | null
  /** Whether the certificate is made for the name, checked or not; null when there is none. */
  readonly name: { readonly expected: string; readonly found: readonly string[]; readonly isRight: boolean } | null
}

/** Which versions a server agrees to when they are offered alone. */
export interface VersionsFinding {
  readonly offered: readonly TlsVersion[]
  readonly refused: readonly TlsVersion[]
  readonly elapsedMs: number
}

/** Everything that was found. What was not looked at is null or empty. */
export interface DiagnosisFindings {
  readonly subject: DiagnosisSubject
  /** Why the TLS settings cannot be used, whatever the server does. */
  readonly settingsError: ErrorShape | null
  readonly resolve: ResolveFinding | null
  readonly connects: readonly { readonly remote: SocketAddress; readonly finding: ConnectFinding }[]
  readonly banner: BannerFinding | null
  /** As the settings want it; for plain TCP a trial, to see whether the server speaks TLS. */
  readonly handshake: HandshakeFinding | null
  readonly versions: VersionsFinding | null
}

/** The cause `cancelled` is none: whoever cancels gets no report. */
export const isCancelled = (error: ErrorShape | null): boolean => error?.code === 'cancelled'
