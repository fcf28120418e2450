import { dayMs, type CertificatePlan, type Identity, type KeyKind } from './certificate-plan.ts'
import { commonNameOf } from './certificate-names.ts'
import { makeCertificate } from './make-certificate.ts'

/** How long an authority made here is good for. */
const authorityDays = 3650

/** Clocks differ: what is valid from now on would not be valid yet for a client whose clock is a little slow. */
const clockToleranceMs = dayMs

export interface AuthorityOptions {
  readonly commonName: string
  readonly nowUnixMs: number
  readonly key?: KeyKind
}

/** A root, or with an issuer an intermediate authority. */
export function makeAuthority(options: AuthorityOptions, issuer: Identity | null = null): Promise<Identity> {
  const plan: CertificatePlan = {
    commonName: options.commonName,
    role: 'authority',
    names: [],
    validFromUnixMs: options.nowUnixMs - clockToleranceMs,
    validToUnixMs: options.nowUnixMs + authorityDays * dayMs,
    usages: [],
    key: options.key ?? 'ec',
    version: 3,
  }
  return makeCertificate(plan, issuer)
}

export interface LeafOptions {
  /** The first is the common name. */
  readonly names: readonly [string, ...string[]]
  readonly nowUnixMs: number
  readonly validDays: number
  readonly usages: CertificatePlan['usages']
  readonly key?: KeyKind
}

/** The plan of a certificate that is good from now on, for a server or a client. */
export function leafPlan({ names, nowUnixMs, validDays, usages, key = 'ec' }: LeafOptions): CertificatePlan {
  return {
    commonName: commonNameOf(names[0]),
    role: 'leaf',
    names,
    validFromUnixMs: nowUnixMs - clockToleranceMs,
    validToUnixMs: nowUnixMs + validDays * dayMs,
    usages,
    key,
    version: 3,
  }
}

/** A client's certificate: it is known by its common name alone, as people are. */
export function makeClientCertificate(
  options: { readonly commonName: string; readonly nowUnixMs: number; readonly validDays: number },
  issuer: Identity,
): Promise<Identity> {
  const { commonName, ...times } = options
  return makeCertificate({ ...leafPlan({ names: [commonName], usages: ['client'], ...times }), names: [] }, issuer)
}
