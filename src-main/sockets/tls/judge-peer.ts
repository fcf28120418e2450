import type { X509Certificate } from 'node:crypto'
import type { PeerCertificate, DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { describeError, type ErrorData, type ErrorShape } from '../../contract/errors.ts'
import type { CertificateFault, ChainLink, TlsSummary, TlsVerdict } from '../../contract/schemas/tls.ts'
import type { SecuredConnection } from '../../engine/ports.ts'
import { certificateFactsOf, certificateName, curveName, fingerprintOf } from './certificate-facts.ts'
import { chainLinks, dateFault, walkChain } from './certificate-chain.ts'
import { certificateFrom } from './known-certificates.ts'
import { isCertificateRequested } from './handshake-watch.ts'
import { isMadeFor, namesOf } from './name-check.ts'
import { reasonOf, type NodePreparedTls } from './node-prepared-tls.ts'
import { TrustedCertificates } from './trusted-certificates.ts'

/** OpenSSL itself takes at most 100 KiB of certificates, which is some hundred small ones. */
const maximumSentCertificates = 32

/**
 * What was negotiated on a connection whose handshake is done, and whether the peer's certificate is good, enforced or not.
 * Call it in `secureConnect`, while the socket is whole.
 */
export function judgePeer(socket: TLSSocket, prepared: NodePreparedTls): SecuredConnection {
  const nowUnixMs = Date.now()
  const isResumed = socket.isSessionReused()
  const remembered = isResumed ? prepared.remembered : null
  const shown = peerCertificates(socket)
  const peer = shown.length === 0 ? (remembered?.peer ?? []) : shown
  const reason = peer.length === 0 ? null : isResumed ? (remembered?.reason ?? reasonOf(socket)) : reasonOf(socket)
  const { verdict, chain } = judge({ peer, reason, isResumed, prepared, nowUnixMs })
  const localName = isResumed ? (remembered?.localName ?? null) : localNameOf(socket, prepared)
  const leaf = peer[0] ?? null
  const summary: Omit<TlsSummary, 'handshakeMs'> = {
    version: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    keyExchange: keyExchangeOf(socket),
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
    serverName: prepared.serverName,
    isResumed,
    isVerified: prepared.settings.verification !== 'off',
    verdict,
    peerName: leaf === null ? null : certificateName(leaf),
    peerFingerprint: leaf === null ? null : fingerprintOf(leaf),
    peerValidToUnixMs: leaf === null ? null : certificateFactsOf(leaf).validToUnixMs,
    localName,
  }
  return {
    summary,
    certificates: { peerChain: chain, localChain: localName === null ? [] : localChain(socket, prepared, nowUnixMs) },
    sentByPeer: peer.filter((certificate) => !isAddedHere(certificate, prepared)).map(certificateFactsOf),
  }
}

/**
 * Why a connection is not to be used, by what its settings enforce: the error of the verdict, null when it is to be used.
 * Nothing is enforced while verification is off.
 */
export function refusalOf(secured: SecuredConnection, prepared: NodePreparedTls): ErrorShape | null {
  const { verification } = prepared.settings
  const { verdict } = secured.summary
  if (verification === 'off' || verdict.ok || verdict.fault === null) return null
  // Who trusts one certificate alone wants to see it.
  const mayBeAbsent = verification === 'optional' && prepared.settings.pinnedFingerprint === null
  if (mayBeAbsent && verdict.fault === 'certificate-absent') return null
  return faultError(verdict.fault, secured.certificates.peerChain, prepared.expectedName, verdict.reason)
}

/** A fault of a certificate chain as the error that says it, with what its sentence needs. */
export function faultError(
  fault: CertificateFault,
  chain: readonly ChainLink[],
  expectedName: string,
  reason: string | null,
): ErrorShape {
  const blamed = chain.find((link) => link.fault === fault) ?? chain[0]
  const leaf = chain[0]?.certificate ?? null
  const data: ErrorData = { reason: null, openSslReason: reason }
  switch (fault) {
    case 'certificate-expired':
      return describeError(fault, {
        ...data,
        until: dayOf(blamed?.certificate?.validToUnixMs),
        name: blamed?.name ?? null,
      })
    case 'certificate-not-yet-valid':
      return describeError(fault, {
        ...data,
        from: dayOf(blamed?.certificate?.validFromUnixMs),
        name: blamed?.name ?? null,
      })
    case 'certificate-self-signed':
      return describeError(fault, { ...data, subject: leaf?.name ?? null })
    case 'certificate-unknown-ca':
    case 'certificate-missing-intermediate':
      return describeError(fault, { ...data, issuer: blamed?.name ?? null })
    case 'certificate-name-mismatch':
      return describeError(fault, { ...data, expected: expectedName, found: foundNames(leaf) })
    case 'certificate-changed':
      return describeError(fault, { ...data, found: leaf?.fingerprintSha256 ?? null })
    case 'certificate-absent':
      return describeError(fault, data)
    case 'certificate-invalid':
      return describeError(fault, { ...data, reason: reason === null ? null : `${wordsOf(reason)}.` })
  }
}

interface Case {
  readonly peer: readonly X509Certificate[]
  readonly reason: string | null
  readonly isResumed: boolean
  readonly prepared: NodePreparedTls
  readonly nowUnixMs: number
}

function judge(given: Case): { verdict: TlsVerdict; chain: ChainLink[] } {
  const { peer, reason, prepared } = given
  const leaf = peer[0]
  if (leaf === undefined) return { verdict: refused('certificate-absent', [], given), chain: [] }
  const walked = chainLinks(walkChain(peer, prepared.trusted, given.nowUnixMs))
  const pin = prepared.settings.pinnedFingerprint
  if (pin !== null) {
    if (fingerprintOf(leaf) === pin) {
      return { verdict: { ok: true, fault: null, message: '', reason, isPinned: true }, chain: walked }
    }
    const chain = withLeafFault(walked, 'certificate-changed')
    return { verdict: refused('certificate-changed', chain, given), chain }
  }
  const isNameWrong = prepared.settings.checksName && !isMadeFor(leaf, prepared.expectedName)
  const chain = isNameWrong ? withLeafFault(walked, 'certificate-name-mismatch') : walked
  const fault = faultOfChain(leaf, walked, given) ?? (isNameWrong ? 'certificate-name-mismatch' : null)
  if (fault === null) return { verdict: { ok: true, fault, message: '', reason, isPinned: false }, chain }
  const blamed = chain.some((link) => link.fault === fault) ? chain : withLeafFault(chain, fault)
  return { verdict: refused(fault, blamed, given), chain: blamed }
}

/** Trust comes first, then dates: who is unknown may have written any date. */
const faultOrder: readonly CertificateFault[] = [
  'certificate-self-signed',
  'certificate-unknown-ca',
  'certificate-missing-intermediate',
  'certificate-expired',
  'certificate-not-yet-valid',
]

/** What is wrong with the chain besides the name. OpenSSL decides whether anything is; the walk says what. */
function faultOfChain(
  leaf: X509Certificate,
  chain: readonly ChainLink[],
  { reason, isResumed, nowUnixMs }: Case,
): CertificateFault | null {
  // A resumed session was verified when it was made; dates have gone on since.
  if (reason === null) return isResumed ? dateFault(leaf, nowUnixMs) : null
  const fault = faultOrder.find((candidate) => chain.some((link) => link.fault === candidate))
  return fault ?? 'certificate-invalid'
}

function refused(fault: CertificateFault, chain: readonly ChainLink[], { prepared, reason }: Case): TlsVerdict {
  const { message } = faultError(fault, chain, prepared.expectedName, reason)
  return { ok: false, fault, message, reason, isPinned: false }
}

/** A link keeps a fault that it has. */
function withLeafFault(chain: readonly ChainLink[], fault: CertificateFault): ChainLink[] {
  return chain.map((link, index) => (index === 0 && link.fault === null ? { ...link, fault } : link))
}

function foundNames(leaf: ChainLink['certificate']): string {
  if (leaf === null) return 'nothing'
  const names = namesOf(certificateFrom(Buffer.from(leaf.pem, 'latin1')))
  const shown = names.slice(0, 5).join(', ')
  if (names.length === 0) return 'no name at all'
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

const dayOf = (unixMs: number | undefined): string =>
  unixMs === undefined ? 'unknown' : new Date(unixMs).toISOString().replace('.000Z', 'Z')

/** `INVALID_PURPOSE` as `OpenSSL says: invalid purpose`. */
const wordsOf = (reason: string): string => `OpenSSL says: ${reason.toLowerCase().replaceAll('_', ' ')}`

/**
 * The peer's certificates, leaf first. Node tells them as links from issued to issuer, and ends with one of the trusted
 * ones where there is one; those that lead nowhere it does not tell.
 */
function peerCertificates(socket: TLSSocket): readonly X509Certificate[] {
  const found: X509Certificate[] = []
  const seen = new Set<string>()
  let next: PeerCertificate | DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (next?.raw !== undefined && found.length < maximumSentCertificates) {
    const certificate = certificateFrom(next.raw)
    if (seen.has(certificate.fingerprint256)) break
    seen.add(certificate.fingerprint256)
    found.push(certificate)
    next = 'issuerCertificate' in next ? next.issuerCertificate : undefined
  }
  return found
}

/** Node adds a trusted root to what the peer sent; a server need not send its root, and few do. */
function isAddedHere(certificate: X509Certificate, prepared: NodePreparedTls): boolean {
  return prepared.trusted.has(certificate) && certificate.ca && certificate.subject === certificate.issuer
}

function keyExchangeOf(socket: TLSSocket): string | null {
  const info = socket.getEphemeralKeyInfo()
  if (info === null || !('type' in info)) return null
  const name = 'name' in info && typeof info.name === 'string' ? info.name : null
  if (name !== null && /^X\d+$/.test(name)) return name
  return [info.type, name === null ? null : `${curveName(name)},`, `${info.size} bits`]
    .filter((part) => part !== null)
    .join(' ')
}

function localNameOf(socket: TLSSocket, prepared: NodePreparedTls): string | null {
  if (prepared.clientChain === null || !isCertificateRequested(socket)) return null
  const leaf = localCertificates(socket, prepared)[0]
  return leaf === undefined ? null : certificateName(leaf)
}

function localCertificates(socket: TLSSocket, prepared: NodePreparedTls): readonly X509Certificate[] {
  if (prepared.clientChain === null || prepared.clientChain.length > 0) return prepared.clientChain ?? []
  const own = socket.getX509Certificate()
  return own === undefined ? [] : [own]
}

/** Who trusts it is the peer's affair: no link has a fault but one out of its dates. */
function localChain(socket: TLSSocket, prepared: NodePreparedTls, nowUnixMs: number): ChainLink[] {
  const chain = localCertificates(socket, prepared)
  const untrusting = new TrustedCertificates(chain.slice(-1))
  return chainLinks(walkChain(chain, untrusting, nowUnixMs)).map((link) => ({
    ...link,
    source: 'sent',
    fault: link.fault === 'certificate-expired' || link.fault === 'certificate-not-yet-valid' ? link.fault : null,
  }))
}
