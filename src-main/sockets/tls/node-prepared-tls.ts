import type { X509Certificate } from 'node:crypto'
import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls'
import type { TlsSettings } from '../../contract/schemas/tls.ts'
import type { PreparedTls, SecuredConnection } from '../../engine/ports.ts'
import { certificateFrom } from './known-certificates.ts'
import type { SessionMemory } from './session-memory.ts'
import { sniOf } from './name-check.ts'
import type { TrustedCertificates } from './trusted-certificates.ts'

export interface NodePreparedTlsParts {
  readonly settings: TlsSettings
  /** The dialled name or address. */
  readonly host: string
  readonly secureContext: SecureContext
  readonly trusted: TrustedCertificates
  /** The client's chain, leaf first; null when it has no certificate. Empty when it comes from a PFX file. */
  readonly clientChain: readonly X509Certificate[] | null
  readonly sessions: SessionMemory
  /** Tells connections with other settings, files or hosts apart. */
  readonly sessionKey: string
}

/** What a handshake of Node needs, made by `NodeTlsProvider`. */
export class NodePreparedTls implements PreparedTls {
  readonly settings: TlsSettings
  readonly serverName: string | null
  /** What the certificate has to be made for: the server name of the settings, else the dialled host. */
  readonly expectedName: string
  readonly trusted: TrustedCertificates
  readonly clientChain: readonly X509Certificate[] | null
  readonly #secureContext: SecureContext
  readonly #sessions: SessionMemory
  readonly #sessionKey: string

  constructor(parts: NodePreparedTlsParts) {
    this.settings = parts.settings
    this.expectedName = parts.settings.serverName ?? parts.host
    this.serverName = sniOf(this.expectedName)
    this.trusted = parts.trusted
    this.clientChain = parts.clientChain
    this.#secureContext = parts.secureContext
    this.#sessions = parts.sessions
    this.#sessionKey = parts.sessionKey
  }

  /**
   * For `tls.connect`, together with `socket`. Node enforces nothing: `judgePeer` and `refusalOf` do. Each reading takes the
   * newest session that is remembered.
   */
  get options(): ConnectionOptions {
    const session = this.remembered?.session
    return {
      secureContext: this.#secureContext,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(this.serverName === null ? {} : { servername: this.serverName }),
      ...(this.settings.alpn.length === 0 ? {} : { ALPNProtocols: [...this.settings.alpn] }),
      ...(session === undefined ? {} : { session }),
    }
  }

  /** The last session of these settings with this host, and what the server had shown when it was made. */
  get remembered(): ReturnType<SessionMemory['recall']> {
    return this.settings.resumesSession ? this.#sessions.recall(this.#sessionKey) : null
  }

  /**
   * Keeps the sessions that the server hands out on this connection, to be resumed by the next one. Call it once the
   * peer was judged and not refused.
   */
  remember(socket: TLSSocket, secured: SecuredConnection): void {
    if (!this.settings.resumesSession) return
    const { summary, sentByPeer } = secured
    const facts = {
      peer: sentByPeer.map(({ pem }) => certificateFrom(Buffer.from(pem, 'latin1'))),
      reason: summary.verdict.reason,
      localName: summary.localName,
    }
    const keep = (session: Buffer): void => this.#sessions.keep(this.#sessionKey, { session, ...facts })
    socket.on('session', keep)
    // Before TLS 1.3 it is there already, and its event may be over.
    const session = socket.getProtocol() === 'TLSv1.3' ? undefined : socket.getSession()
    if (session !== undefined) keep(session)
  }
}

/** What OpenSSL says against the peer's certificate, such as `CERT_HAS_EXPIRED`; null when nothing. */
export function reasonOf(socket: TLSSocket): string | null {
  const reason: unknown = socket.authorizationError
  if (reason === null || reason === undefined) return null
  return reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : null
}
