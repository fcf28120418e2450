import type { TlsOptions } from 'node:tls'
import { WirebenchError } from '../contract/errors.ts'
import type { ServerTls } from '../contract/schemas/server.ts'
import { tlsVersion, type TlsVersion } from '../contract/schemas/tls.ts'
import type { Identity } from './certificates/certificate-plan.ts'
import { makeVariantCertificate } from './certificates/variant-certificate.ts'

/** TLS 1.1 and older are taken by OpenSSL at this level of security alone, at both ends. */
const oldProtocolCiphers = 'DEFAULT@SECLEVEL=0'
const oldProtocol = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: oldProtocolCiphers } as const

const rank = (version: TlsVersion): number => tlsVersion.options.indexOf(version)

/**
 * What Node's TLS server needs for a variant; null for plain text. The certificate is made now, so that a server that is
 * started again is valid again. Errors: `tls-settings-impossible`, `host-malformed`, and what `root` fails with.
 */
export async function variantSecurity(
  tls: ServerTls,
  root: () => Promise<Identity>,
  nowUnixMs: number,
): Promise<TlsOptions | null> {
  const { variant, names, validDays, alpn } = tls
  if (variant === 'plain-text') return null
  const versions = variant === 'old-protocol' ? oldProtocol : versionOptions(tls)
  const [first, ...others] = names
  if (first === undefined) throw impossible('A certificate needs at least one name.')
  const authority = await root()
  const options = { names: [first, ...others] as const, validDays, nowUnixMs }
  const { identity, sentPem } = await makeVariantCertificate(variant, authority, options)
  return {
    cert: sentPem,
    key: identity.keyPem,
    ...versions,
    ...(alpn.length === 0 ? {} : { ALPNProtocols: alpn }),
    ...(variant === 'mutual' ? { ca: authority.certificatePem, requestCert: true, rejectUnauthorized: true } : {}),
  }
}

export interface VersionRange {
  readonly minimumVersion: TlsVersion | null
  readonly maximumVersion: TlsVersion | null
}

/** The versions that a server speaks. Errors: `tls-settings-impossible`. */
export function versionOptions({ minimumVersion, maximumVersion }: VersionRange): TlsOptions {
  const maxVersion = maximumVersion ?? 'TLSv1.3'
  const lowestByDefault = rank(maxVersion) < rank('TLSv1.2') ? 'TLSv1' : 'TLSv1.2'
  const minVersion = minimumVersion ?? lowestByDefault
  if (rank(minVersion) > rank(maxVersion)) {
    throw impossible(`The lowest version, ${minVersion}, is above the highest, ${maxVersion}.`)
  }
  return {
    minVersion,
    maxVersion,
    ...(rank(minVersion) < rank('TLSv1.2') ? { ciphers: oldProtocolCiphers } : {}),
  }
}

const impossible = (reason: string): WirebenchError => new WirebenchError('tls-settings-impossible', { reason })
