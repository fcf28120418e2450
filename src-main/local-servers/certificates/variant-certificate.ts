import type { ServerTlsVariant } from '../../contract/schemas/server.ts'
import { leafPlan, makeAuthority } from './authority-certificates.ts'
import { dayMs, sentChainPem, type CertificatePlan, type Identity, type KeyKind } from './certificate-plan.ts'
import { makeCertificate } from './make-certificate.ts'

export interface VariantCertificateOptions {
  /** The first is the common name. */
  readonly names: readonly [string, ...string[]]
  readonly validDays: number
  readonly nowUnixMs: number
  readonly key?: KeyKind
}

/** What a server shows: its own certificate and key, and the chain as it is sent. */
export interface ShownCertificate {
  readonly identity: Identity
  readonly sentPem: string
}

/** The name that a certificate for the wrong server is made for: reserved for examples (RFC 2606). */
export const wrongName = 'wrong.example'

/** Makes the certificate that a server of this variant shows, signed by the root but for those that must not be. */
export async function makeVariantCertificate(
  variant: Exclude<ServerTlsVariant, 'plain-text'>,
  root: Identity,
  options: VariantCertificateOptions,
): Promise<ShownCertificate> {
  const { nowUnixMs, validDays } = options
  const plan = leafPlan({ ...options, usages: ['server'] })
  switch (variant) {
    case 'valid':
    case 'mutual':
    case 'old-protocol':
      return shown(await makeCertificate(plan, root))
    case 'expired':
      return shown(await makeCertificate(between(plan, nowUnixMs - dayMs - validDays * dayMs, nowUnixMs - dayMs), root))
    case 'not-yet-valid':
      return shown(await makeCertificate(between(plan, nowUnixMs + dayMs, nowUnixMs + dayMs + validDays * dayMs), root))
    case 'self-signed':
      return shown(await makeCertificate(plan, null))
    case 'wrong-name':
      return shown(await makeCertificate({ ...plan, commonName: wrongName, names: [wrongName] }, root))
    case 'missing-intermediate': {
      const commonName = 'Wirebench intermediate CA that is not sent'
      const intermediate = await makeAuthority({ commonName, nowUnixMs }, root)
      const identity = await makeCertificate(plan, intermediate)
      return { identity, sentPem: identity.certificatePem }
    }
    case 'unknown-ca': {
      const unknown = await makeAuthority({ commonName: 'Wirebench CA that nobody trusts', nowUnixMs }, null)
      const identity = await makeCertificate(plan, unknown)
      // With its root, so that a client sees that it is no missing link.
      return { identity, sentPem: identity.certificatePem + unknown.certificatePem }
    }
  }
}

const shown = (identity: Identity): ShownCertificate => ({ identity, sentPem: sentChainPem(identity) })

const between = (plan: CertificatePlan, validFromUnixMs: number, validToUnixMs: number): CertificatePlan => ({
  ...plan,
  validFromUnixMs,
  validToUnixMs,
})
