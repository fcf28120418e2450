import { tlsVersion, type TlsSettings, type TlsVersion } from '../../contract/schemas/tls.ts'

/** Oldest first. */
export const tlsVersions: readonly TlsVersion[] = tlsVersion.options

/** Lowest version that is offered when nobody asks for another (RFC 8996: older ones must not be used). */
const lowestByDefault: TlsVersion = 'TLSv1.2'
const highestByDefault: TlsVersion = 'TLSv1.3'

export const isOlderVersion = (one: TlsVersion, other: TlsVersion): boolean =>
  tlsVersions.indexOf(one) < tlsVersions.indexOf(other)

/** The versions that settings allow. One that is asked for moves the other end when that was left to the default. */
export function versionRange(settings: Pick<TlsSettings, 'minimumVersion' | 'maximumVersion'>): {
  readonly minimum: TlsVersion
  readonly maximum: TlsVersion
} {
  const maximum = settings.maximumVersion ?? highestByDefault
  const lowest = isOlderVersion(maximum, lowestByDefault) ? maximum : lowestByDefault
  return { minimum: settings.minimumVersion ?? lowest, maximum }
}

/** `TLSv1.2` as people write it. */
export const versionName = (version: string): string =>
  version === 'TLSv1' ? 'TLS 1.0' : version.replace('TLSv', 'TLS ')
