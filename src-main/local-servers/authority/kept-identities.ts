import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeptAuthority } from '../../engine/servers/authority-files.ts'
import type { Identity } from '../certificates/certificate-plan.ts'

/** What the kept files are good for. */
export interface KeptIdentities {
  /** Null when there is none that can be used. */
  readonly root: Identity | null
  /** Why the root cannot be used, as a sentence; null when it can, or when nothing is kept. */
  readonly problem: string | null
  /** The client that the root signed; null when there is none that can be used. */
  readonly client: Identity | null
}

/** Looks at the kept CA and its client: whether they can be read, belong together, and are valid now. */
export function readKeptIdentities(kept: KeptAuthority, nowUnixMs: number): KeptIdentities {
  const nothingKept = Object.values(kept).every((pem) => pem === null)
  if (nothingKept) return { root: null, problem: null, client: null }
  const root = readIdentity(kept.ca, kept.caKey)
  if (typeof root === 'string') return { root: null, problem: `Its files were damaged: ${root}`, client: null }
  const problem = rootProblem(root.certificate, nowUnixMs)
  if (problem !== null) return { root: null, problem, client: null }
  const client = readIdentity(kept.client, kept.clientKey)
  const isGood =
    typeof client !== 'string' &&
    isValidAt(client.certificate, nowUnixMs) &&
    client.certificate.checkIssued(root.certificate) &&
    client.certificate.verify(root.certificate.publicKey)
  return {
    root: root.identity,
    problem: null,
    client: isGood ? { ...client.identity, issuerPems: [root.identity.certificatePem] } : null,
  }
}

interface ReadIdentity {
  readonly identity: Identity
  readonly certificate: X509Certificate
}

/** The pair of certificate and key, or a sentence about what is wrong with it. */
function readIdentity(certificatePem: string | null, keyPem: string | null): ReadIdentity | string {
  if (certificatePem === null) return 'the certificate is missing.'
  if (keyPem === null) return 'the key is missing.'
  try {
    const certificate = new X509Certificate(certificatePem)
    if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) return 'the key does not belong to the certificate.'
    const commonName = certificate.toLegacyObject().subject.CN
    return {
      identity: { commonName: String(commonName), certificatePem: certificate.toString(), keyPem, issuerPems: [] },
      certificate,
    }
  } catch {
    // OpenSSL's own words say nothing to a person here, and could hold a part of the key.
    return 'the certificate or the key cannot be read.'
  }
}

function rootProblem(certificate: X509Certificate, nowUnixMs: number): string | null {
  if (!certificate.ca) return 'Its files were damaged: the certificate is not one of a CA.'
  if (isValidAt(certificate, nowUnixMs)) return null
  return `It was valid from ${certificate.validFrom} to ${certificate.validTo}.`
}

const isValidAt = ({ validFrom, validTo }: X509Certificate, nowUnixMs: number): boolean =>
  nowUnixMs >= Date.parse(validFrom) && nowUnixMs <= Date.parse(validTo)
