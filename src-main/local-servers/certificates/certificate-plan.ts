/** What a certificate is to say. Everything else follows from who signs it. */
export interface CertificatePlan {
  readonly commonName: string
  /** `authority` may sign other certificates. */
  readonly role: 'authority' | 'leaf'
  /**
   * Host names and IP addresses for the subject alternative names (RFC 5280, 4.2.1.6). Empty for a certificate that is
   * known by its common name alone.
   */
  readonly names: readonly string[]
  readonly validFromUnixMs: number
  readonly validToUnixMs: number
  /** What a leaf may be used for (extended key usage, RFC 5280, 4.2.1.12); nothing of it is in an authority. */
  readonly usages: readonly ('server' | 'client')[]
  readonly key: KeyKind
  /** 1 has no extensions at all: neither names nor usages nor whether it is an authority. */
  readonly version: 1 | 3
}

/** `ec`: EC P-256; `rsa`: RSA with 2048 bits. */
export type KeyKind = 'ec' | 'rsa'

/** A certificate with its private key and with who signed it. */
export interface Identity {
  /** Common name of the certificate. */
  readonly commonName: string
  readonly certificatePem: string
  /** PKCS #8, not encrypted. */
  readonly keyPem: string
  /** The certificates of those who signed it, the nearest first, the root included. Empty when it signed itself. */
  readonly issuerPems: readonly string[]
}

export const dayMs = 86_400_000

/** The certificate and those who signed it but for the root: what a server should send. */
export function sentChainPem({ certificatePem, issuerPems }: Identity): string {
  return [certificatePem, ...issuerPems.slice(0, -1)].join('')
}
