import { X509Certificate } from 'node:crypto'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import type { ConnectionEvent } from '../contract/schemas/connection.ts'
import type { TlsVerdict } from '../contract/schemas/tls.ts'

/**
 * What was negotiated with a client, as an event of its connection. `localName` is the name in the certificate of the server, the
 * peer's certificate is the client's, where it showed one.
 */
export function securedEvent(socket: TLSSocket, handshakeMs: number): ConnectionEvent {
  const shown = certificateOf(socket.getPeerCertificate())
  const own = certificateOf(socket.getCertificate())
  const serverName: unknown = Reflect.get(socket, 'servername')
  const tls = {
    version: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    // OpenSSL tells it to clients alone.
    keyExchange: null,
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
    serverName: typeof serverName === 'string' ? serverName : null,
    isResumed: socket.isSessionReused(),
    isVerified: socket.authorized,
    verdict: verdictOf(socket, shown !== null),
    peerName: shown === null ? null : nameOf(shown),
    peerFingerprint: shown === null ? null : fingerprintOf(shown),
    peerValidToUnixMs: shown === null ? null : Date.parse(shown.validTo),
    localName: own === null ? null : nameOf(own),
    handshakeMs,
  }
  const peerCertificates =
    shown === null ? [] : [{ name: nameOf(shown), fingerprintSha256: fingerprintOf(shown), pem: shown.toString() }]
  return { kind: 'secured', transition: null, tls, peerCertificates }
}

/** Only servers that ask for a certificate judge one; those that do let nobody in whose is not good. */
function verdictOf(socket: TLSSocket, hasShown: boolean): TlsVerdict {
  if (socket.authorized) return { ok: true, fault: null, message: '', reason: null, isPinned: false }
  const message = hasShown ? 'The certificate of the client was not checked.' : 'The client showed no certificate.'
  return { ok: false, fault: hasShown ? null : 'certificate-absent', message, reason: null, isPinned: false }
}

function certificateOf(certificate: PeerCertificate | object | null): X509Certificate | null {
  if (certificate === null || !('raw' in certificate) || !(certificate.raw instanceof Uint8Array)) return null
  return new X509Certificate(certificate.raw)
}

/** The common name, or the whole subject. */
function nameOf({ subject }: X509Certificate): string {
  const lines = (subject as string | undefined)?.split('\n') ?? []
  return lines.findLast((line) => line.startsWith('CN='))?.slice(3) ?? lines.join(', ')
}

const fingerprintOf = ({ fingerprint256 }: X509Certificate): string => fingerprint256.replaceAll(':', '').toLowerCase()
