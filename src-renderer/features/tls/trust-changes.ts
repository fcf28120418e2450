import { tlsSettings, type CertificateFacts, type TlsSettings } from '../../../src-main/contract/schemas/tls.ts'
import * as v from 'valibot'
import type { ConnectionSettings, ConnectionSettingsInput } from '../../../src-main/contract/schemas/connection.ts'
import { tlsChangeWords as words } from '../../strings/tls.ts'
import { isSamePem } from './certificate-words.ts'
import type { ConnectionChange } from './change-connection.ts'

/** As many as the contract takes. */
export const maximumExtraCertificates = 32

/** The settings with other TLS settings; TLS is turned on where it was off. */
export function withTls(settings: ConnectionSettings, change: Partial<TlsSettings>): ConnectionSettingsInput {
  return { ...settings, tls: { ...(settings.tls ?? v.parse(tlsSettings, {})), ...change } }
}

/** Trust on first use: this very certificate and no other. */
export function pinning(fingerprintSha256: string): ConnectionChange {
  return {
    changed: (settings) => withTls(settings, { pinnedFingerprint: fingerprintSha256 }),
    told: words.pinned,
  }
}

export const removingPin: ConnectionChange = {
  changed: (settings) => withTls(settings, { pinnedFingerprint: null }),
  told: words.pinRemoved,
}

/** Trusts a CA that the server sent. */
export function trustingCa(certificate: CertificateFacts): ConnectionChange {
  return { ...adding([certificate.pem]), told: words.caAdded(certificate.name) }
}

/** Adds certificates out of a file. Those that are there already are not added twice. */
export function adding(pems: readonly string[]): ConnectionChange {
  return {
    changed: (settings) =>
      withTls(settings, { extraCertificates: united(settings.tls?.extraCertificates ?? [], pems) }),
    told: words.certificatesAdded(pems.length),
  }
}

/** True where so many more still fit. */
export function hasRoomFor(settings: ConnectionSettings, pems: readonly string[]): boolean {
  return united(settings.tls?.extraCertificates ?? [], pems).length <= maximumExtraCertificates
}

function united(present: readonly string[], more: readonly string[]): string[] {
  return more.reduce<string[]>(
    (all, pem) => (all.some((known) => isSamePem(known, pem)) ? all : [...all, pem]),
    [...present],
  )
}
