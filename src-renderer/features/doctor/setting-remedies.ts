import * as v from 'valibot'
import type { ConnectionSettings, ConnectionSettingsInput } from '../../../src-main/contract/schemas/connection.ts'
import type { DiagnosisReport, DiagnosisStep } from '../../../src-main/contract/schemas/diagnosis.ts'
import { tlsSettings, tlsVersion, type TlsVersion } from '../../../src-main/contract/schemas/tls.ts'
import { versionName } from '../../../src-main/protocol/tls/tls-versions.ts'
import { doctorWords } from '../../strings/doctor.ts'
import type { ConnectionChange } from '../tls/change-connection.ts'
import { withTls } from '../tls/trust-changes.ts'

const { done } = doctorWords

/** What Node speaks at least where nothing is set (`tls.DEFAULT_MIN_VERSION`). */
const defaultMinimumVersion: TlsVersion = 'TLSv1.2'

/** OpenSSL's name for everything that encrypts, also what is too weak for its defaults. */
const allCiphers = 'ALL:@SECLEVEL=0'

export const turningTlsOn: ConnectionChange = {
  changed: (settings) => ({ ...settings, tls: settings.tls ?? v.parse(tlsSettings, {}) }),
  told: done.tlsOn,
}

export const turningTlsOff: ConnectionChange = {
  changed: (settings) => ({ ...settings, tls: null }),
  told: done.tlsOff,
}

/** Nothing is enforced any more; a name cannot be checked then (see `checksName`). */
export const withoutVerification: ConnectionChange = {
  changed: (settings) => withTls(settings, { verification: 'off', checksName: false }),
  told: done.unverified,
}

export function usingServerName(name: string): ConnectionChange {
  return { changed: (settings) => withTls(settings, { serverName: name }), told: done.serverName(name) }
}

/** The names of a certificate that can be dialled: no patterns. */
export function serverNamesFound(steps: readonly DiagnosisStep[]): readonly string[] {
  const found = steps.findLast((step) => step.step === 'name')?.found ?? []
  const names = found.map((name) => name.replace(/^(DNS|IP Address|IP):/i, ''))
  return [...new Set(names)].filter((name) => name !== '' && !name.includes('*'))
}

/** The best version that the server speaks; null when none was found. */
export function versionFound(steps: readonly DiagnosisStep[]): TlsVersion | null {
  const offered = steps.findLast((step) => step.step === 'versions')?.offered ?? []
  return tlsVersion.options.findLast((version) => offered.includes(version)) ?? null
}

/** Widens the allowed versions so that this one is among them; without one, everything is allowed. */
export function allowingVersion(version: TlsVersion | null): ConnectionChange {
  const lowest = tlsVersion.options[0]
  const wanted = version ?? lowest
  const widened = (settings: ConnectionSettings): ConnectionSettingsInput => {
    const { minimumVersion = null, maximumVersion = null } = settings.tls ?? {}
    const isBelow = orderOf(wanted) < orderOf(minimumVersion ?? defaultMinimumVersion)
    const isAbove = version === null || (maximumVersion !== null && orderOf(wanted) > orderOf(maximumVersion))
    return withTls(settings, {
      minimumVersion: isBelow ? wanted : minimumVersion,
      maximumVersion: isAbove ? null : maximumVersion,
    })
  }
  return { changed: widened, told: done.version(versionName(wanted)) }
}

/** First the defaults; where those are in use already, everything that OpenSSL has. */
export const allowingCiphers: ConnectionChange = {
  changed: (settings) => withTls(settings, { ciphers: settings.tls?.ciphers == null ? allCiphers : null }),
  told: done.ciphers,
}

const orderOf = (version: TlsVersion): number => tlsVersion.options.indexOf(version)

/** The last link that the server sent itself: the root to be trusted; null when it sent none. */
export function rootSent({ steps }: DiagnosisReport) {
  const chain = steps.findLast((step) => step.step === 'certificate')?.chain ?? []
  const last = chain.at(-1)
  return last?.source === 'sent' ? last.certificate : null
}
