import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import type { SocketDetails } from '../../src-main/contract/schemas/session.ts'
import type { CertificateFacts, TlsCertificates, TlsSummary } from '../../src-main/contract/schemas/tls.ts'

const dayMs = 86_400_000

/** A certificate that never existed; each serial number makes another fingerprint. */
export function fakeCertificate(
  name: string,
  issuer: string,
  change: Partial<CertificateFacts> = {},
): CertificateFacts {
  const digits = Array.from(new TextEncoder().encode(`${name}/${issuer}`), (byte) => byte.toString(16)).join('')
  return {
    subject: `CN=${name}`,
    issuer: `CN=${issuer}`,
    name,
    subjectAltNames: [`DNS:${name}`],
    validFromUnixMs: Date.now() - 30 * dayMs,
    validToUnixMs: Date.now() + 335 * dayMs,
    serialNumber: digits.slice(0, 16).toUpperCase(),
    key: 'EC P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    fingerprintSha256: digits.padEnd(64, '0').slice(0, 64),
    fingerprintSha1: digits.padEnd(40, '0').slice(0, 40),
    isCa: false,
    isSelfSigned: name === issuer,
    pem: `-----BEGIN CERTIFICATE-----\n${btoa(`${name} by ${issuer}`)}\n-----END CERTIFICATE-----\n`,
    ...change,
  }
}

/** A good TLS 1.3 connection. */
export function fakeTlsSummary(change: Partial<TlsSummary> = {}): TlsSummary {
  return {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    keyExchange: 'X25519',
    alpn: null,
    serverName: 'gateway.plant',
    isResumed: false,
    isVerified: true,
    verdict: { ok: true, fault: null, message: '', reason: null, isPinned: false },
    peerName: 'gateway.plant',
    peerFingerprint: fakeCertificate('gateway.plant', 'Plant Issuing 4').fingerprintSha256,
    peerValidToUnixMs: Date.now() + 335 * dayMs,
    localName: null,
    handshakeMs: 3.2,
    ...change,
  }
}

/** Sockets and certificates in memory, for component tests. */
export class FakeCertificates {
  readonly ofSession = new Map<string, TlsCertificates>()
  socketDetails: SocketDetails = { sendBufferBytes: 2_626_560, receiveBufferBytes: 131_072, reason: null }

  handlers() {
    return {
      'session.certificates': ({ sessionId }) => this.ofSession.get(sessionId) ?? { peerChain: [], localChain: [] },
      'session.socket-details': () => this.socketDetails,
    } satisfies Partial<CommandHandlers>
  }
}
