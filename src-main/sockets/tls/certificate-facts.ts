import type { KeyObject, X509Certificate } from 'node:crypto'
import type { CertificateFacts } from '../../contract/schemas/tls.ts'
import { signatureAlgorithmOf } from './der.ts'

/** RFC 4055, RFC 5758, RFC 8410. Others are told by their number. */
const signatureAlgorithms = new Map([
  ['1.2.840.113549.1.1.4', 'MD5 with RSA'],
  ['1.2.840.113549.1.1.5', 'SHA-1 with RSA'],
  ['1.2.840.113549.1.1.10', 'RSA-PSS'],
  ['1.2.840.113549.1.1.11', 'SHA-256 with RSA'],
  ['1.2.840.113549.1.1.12', 'SHA-384 with RSA'],
  ['1.2.840.113549.1.1.13', 'SHA-512 with RSA'],
  ['1.2.840.10045.4.1', 'SHA-1 with ECDSA'],
  ['1.2.840.10045.4.3.2', 'SHA-256 with ECDSA'],
  ['1.2.840.10045.4.3.3', 'SHA-384 with ECDSA'],
  ['1.2.840.10045.4.3.4', 'SHA-512 with ECDSA'],
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
])

const curveNames = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
])

/** A curve as people name it. */
export const curveName = (name: string): string => curveNames.get(name) ?? name

const knownFacts = new WeakMap<X509Certificate, CertificateFacts>()

/** A certificate as plain data, for the border. Worked out once. */
export function certificateFactsOf(certificate: X509Certificate): CertificateFacts {
  const known = knownFacts.get(certificate)
  if (known !== undefined) return known
  const facts = workOutFacts(certificate)
  knownFacts.set(certificate, facts)
  return facts
}

function workOutFacts(certificate: X509Certificate): CertificateFacts {
  const algorithm = signatureAlgorithmOf(certificate.raw)
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    name: certificateName(certificate),
    subjectAltNames: [...subjectAltNames(certificate)],
    validFromUnixMs: timeOf(certificate.validFrom),
    validToUnixMs: timeOf(certificate.validTo),
    serialNumber: certificate.serialNumber,
    key: keyName(certificate),
    signatureAlgorithm: algorithm === null ? null : (signatureAlgorithms.get(algorithm) ?? algorithm),
    fingerprintSha256: plainFingerprint(certificate.fingerprint256),
    fingerprintSha1: plainFingerprint(certificate.fingerprint),
    isCa: certificate.ca,
    isSelfSigned: isSelfSigned(certificate),
    pem: certificate.toString(),
  }
}

/** SHA-256 of the DER as 64 hex digits in lower case. */
export const fingerprintOf = (certificate: X509Certificate): string => plainFingerprint(certificate.fingerprint256)

const plainFingerprint = (text: string): string => text.replaceAll(':', '').toLowerCase()

/** Node writes a distinguished name with a line for every part. A certificate may have none. */
export const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ')

/** What a distinguished name says first of all: its common name, else its organisation, else everything. */
export function shortName(name: string | undefined): string {
  const lines = (name ?? '').split('\n')
  const value = (part: string): string | undefined =>
    lines.findLast((line) => line.startsWith(`${part}=`))?.slice(part.length + 1)
  return value('CN') ?? value('O') ?? oneLine(name)
}

/** The common name, or what names a certificate best. */
export function certificateName(certificate: X509Certificate): string {
  const name = shortName(certificate.subject)
  if (name !== '') return name
  const [first = ''] = subjectAltNames(certificate)
  return first === '' ? `Serial number ${certificate.serialNumber}` : first.slice(first.indexOf(':') + 1)
}

/** Entries such as `DNS:localhost`. Node writes one with a comma in it in quotes, which are kept. */
export function subjectAltNames(certificate: X509Certificate): readonly string[] {
  const text = certificate.subjectAltName
  if (text === undefined || text === '') return []
  const names: string[] = []
  let start = 0
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (isQuoted && character === '\\') index++
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && character === ',') {
      names.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  return [...names, text.slice(start).trim()]
}

/** A date as Node writes it, `Nov 30 19:46:33 2026 GMT`; 0 for one that is none. */
export function timeOf(text: string): number {
  const time = Date.parse(text)
  return Number.isNaN(time) ? 0 : time
}

/** Its own name stands as the issuer's, and its own key has signed it. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && isSignedBy(certificate, certificate)
}

const knownSignatures = new WeakMap<X509Certificate, WeakMap<X509Certificate, boolean>>()

/**
 * Whether the issuer's key has signed the certificate. Keys that OpenSSL does not know have signed nothing. Worked out
 * once for two certificates.
 */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  const ofCertificate = knownSignatures.get(certificate) ?? new WeakMap<X509Certificate, boolean>()
  knownSignatures.set(certificate, ofCertificate)
  const known = ofCertificate.get(issuer)
  if (known !== undefined) return known
  const isSigned = hasSigned(certificate, issuer)
  ofCertificate.set(issuer, isSigned)
  return isSigned
}

function hasSigned(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}

function keyName(certificate: X509Certificate): string {
  let key: KeyObject
  try {
    key = certificate.publicKey
  } catch {
    return 'unknown'
  }
  const details = key.asymmetricKeyDetails
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return `RSA ${details?.modulusLength ?? ''}`.trim()
    case 'rsa-pss':
      return `RSA-PSS ${details?.modulusLength ?? ''}`.trim()
    case 'dsa':
      return `DSA ${details?.modulusLength ?? ''}`.trim()
    case 'ec':
      return `EC ${curveName(details?.namedCurve ?? '')}`.trim()
    case 'ed25519':
      return 'Ed25519'
    case 'ed448':
      return 'Ed448'
    default:
      return key.asymmetricKeyType ?? 'unknown'
  }
}
