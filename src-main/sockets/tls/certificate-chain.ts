/**
 * The walk from a leaf to a root. OpenSSL says whether a chain is good; this says what it looks like and which link
 * is to blame.
 *
 * - An issuer is a certificate with the right name whose key has signed; of several, one that is valid now goes first,
 *   then one that is trusted here.
 * - A certificate that is trusted ends the search, whether or not it is a root (as with X509_V_FLAG_PARTIAL_CHAIN);
 *   what is above it is drawn as far as it is known here.
 * - Chains are followed over at most 16 links, and of the certificates with one name at most 32 are tried: what a hostile
 *   server sends costs no more than that.
 */
import type { X509Certificate } from 'node:crypto'
import type { CertificateFault, ChainLink } from '../../contract/schemas/tls.ts'
import {
  certificateFactsOf,
  certificateName,
  isSelfSigned,
  isSignedBy,
  shortName,
  timeOf,
} from './certificate-facts.ts'
import type { TrustedCertificates } from './trusted-certificates.ts'

const maximumLinks = 16
const maximumCandidates = 32

interface Link {
  /** Null for the one that is missing at the end. */
  readonly certificate: X509Certificate | null
  readonly source: ChainLink['source']
  readonly name: string
  readonly fault: CertificateFault | null
}

export interface CertificateChain {
  readonly links: readonly Link[]
  /** The walk came to a certificate that is trusted. */
  readonly isTrusted: boolean
}

/** Walks up from `sent[0]`, the leaf. */
export function walkChain(
  sent: readonly X509Certificate[],
  trusted: TrustedCertificates,
  nowUnixMs: number,
): CertificateChain {
  const leaf = sent[0]
  if (leaf === undefined) return { links: [], isTrusted: false }
  const found = [leaf]
  let anchor: number | null = null
  for (;;) {
    const last = found.at(-1) ?? leaf
    if (anchor === null && trusted.has(last)) anchor = found.length - 1
    if (found.length >= maximumLinks || isSelfSigned(last)) break
    const issuer = issuerOf(last, sent, trusted, nowUnixMs)
    if (issuer === null || found.some((known) => known.fingerprint256 === issuer.fingerprint256)) break
    found.push(issuer)
  }
  const links = found.map((certificate): Link => ({
    certificate,
    source: trusted.has(certificate) ? 'trusted' : 'sent',
    name: certificateName(certificate),
    fault: dateFault(certificate, nowUnixMs),
  }))
  if (anchor !== null) return { links, isTrusted: true }
  return { links: withUntrustedEnd(links), isTrusted: false }
}

/** Marks the last link of a chain that leads to nothing trusted, or adds the missing one. */
function withUntrustedEnd(links: readonly Link[]): readonly Link[] {
  const last = links.at(-1)?.certificate ?? null
  if (last === null) return links
  if (isSelfSigned(last)) {
    const fault = links.length === 1 ? 'certificate-self-signed' : 'certificate-unknown-ca'
    return links.map((link, index) => (index === links.length - 1 ? { ...link, fault } : link))
  }
  // A leaf alone: most often the server keeps the certificate that links it to a root. A chain without its root: most
  // often the root, which servers need not send, is unknown here.
  const fault = links.length === 1 ? 'certificate-missing-intermediate' : 'certificate-unknown-ca'
  return [...links, { certificate: null, source: 'missing', name: shortName(last.issuer), fault }]
}

function issuerOf(
  certificate: X509Certificate,
  sent: readonly X509Certificate[],
  trusted: TrustedCertificates,
  nowUnixMs: number,
): X509Certificate | null {
  const sameName = sent.filter((candidate) => candidate.subject === certificate.issuer)
  const candidates = [...trusted.named(certificate.issuer), ...sameName].slice(0, maximumCandidates)
  const issuers = candidates.filter(
    (candidate) => certificate.checkIssued(candidate) && isSignedBy(certificate, candidate),
  )
  return issuers.find((issuer) => dateFault(issuer, nowUnixMs) === null) ?? issuers[0] ?? null
}

/** Whether a certificate is out of its dates. */
export function dateFault(
  certificate: X509Certificate,
  nowUnixMs: number,
): 'certificate-expired' | 'certificate-not-yet-valid' | null {
  if (nowUnixMs > timeOf(certificate.validTo)) return 'certificate-expired'
  return nowUnixMs < timeOf(certificate.validFrom) ? 'certificate-not-yet-valid' : null
}

/** The chain as plain data, for the border. */
export function chainLinks({ links }: Pick<CertificateChain, 'links'>): ChainLink[] {
  return links.map(({ certificate, ...facts }) => ({
    certificate: certificate === null ? null : certificateFactsOf(certificate),
    ...facts,
  }))
}
