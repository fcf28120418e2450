import {
  tlsSettings,
  type TlsSettings,
  type TlsStart,
  type TlsVerification,
  type TlsVersion,
} from '../../../../src-main/contract/schemas/tls.ts'
import * as v from 'valibot'
import { optionalNumberOf, optionalTextOf } from './number-text.ts'

/** TLS as typed: what does not apply at the moment is kept too. */
export interface TlsDraft {
  isOn: boolean
  start: TlsStart['kind']
  send: string
  expect: string
  serverName: string
  verification: TlsVerification
  checksName: boolean
  caPath: string
  trustsBuiltInRoots: boolean
  extraCertificates: string[]
  /** Where the certificate of this side comes from. */
  identity: 'none' | 'pem' | 'pfx'
  certificatePath: string
  keyPath: string
  pfxPath: string
  passphraseVariable: string
  minimumVersion: TlsVersion | 'usual'
  maximumVersion: TlsVersion | 'usual'
  ciphers: string
  /** Names with commas between. */
  alpn: string
  resumesSession: boolean
  handshakeTimeoutMs: string
  pinnedFingerprint: string | null
}

const usualTls: TlsSettings = v.parse(tlsSettings, {})

export function tlsDraftOf(settings: TlsSettings | null): TlsDraft {
  const tls = settings ?? usualTls
  const exchange = tls.start.kind === 'after-text' ? tls.start : { send: '', expect: '' }
  return {
    isOn: settings !== null,
    start: tls.start.kind,
    send: exchange.send,
    expect: exchange.expect,
    serverName: tls.serverName ?? '',
    verification: tls.verification,
    checksName: tls.checksName,
    caPath: tls.caPath ?? '',
    trustsBuiltInRoots: tls.trustsBuiltInRoots,
    extraCertificates: [...tls.extraCertificates],
    identity: tls.pfxPath !== null ? 'pfx' : tls.certificatePath !== null || tls.keyPath !== null ? 'pem' : 'none',
    certificatePath: tls.certificatePath ?? '',
    keyPath: tls.keyPath ?? '',
    pfxPath: tls.pfxPath ?? '',
    passphraseVariable: tls.passphraseVariable ?? '',
    minimumVersion: tls.minimumVersion ?? 'usual',
    maximumVersion: tls.maximumVersion ?? 'usual',
    ciphers: tls.ciphers ?? '',
    alpn: tls.alpn.join(', '),
    resumesSession: tls.resumesSession,
    handshakeTimeoutMs: tls.handshakeTimeoutMs === null ? '' : String(tls.handshakeTimeoutMs),
    pinnedFingerprint: tls.pinnedFingerprint,
  }
}

/** What the draft says, to be checked by the contract; null when TLS is off. */
export function tlsContentOf(draft: TlsDraft): unknown {
  if (!draft.isOn) return null
  return {
    start: startOf(draft),
    caPath: optionalTextOf(draft.caPath),
    trustsBuiltInRoots: draft.trustsBuiltInRoots,
    extraCertificates: [...draft.extraCertificates],
    ...identityOf(draft),
    serverName: optionalTextOf(draft.serverName),
    verification: draft.verification,
    checksName: draft.checksName,
    minimumVersion: draft.minimumVersion === 'usual' ? null : draft.minimumVersion,
    maximumVersion: draft.maximumVersion === 'usual' ? null : draft.maximumVersion,
    ciphers: optionalTextOf(draft.ciphers),
    alpn: protocolsOf(draft.alpn),
    resumesSession: draft.resumesSession,
    pinnedFingerprint: draft.pinnedFingerprint,
    handshakeTimeoutMs: optionalNumberOf(draft.handshakeTimeoutMs),
  }
}

function startOf({ start, send, expect }: TlsDraft): unknown {
  return start === 'after-text' ? { kind: start, send, expect } : { kind: start }
}

function identityOf(draft: TlsDraft): Record<string, unknown> {
  const { identity } = draft
  return {
    certificatePath: identity === 'pem' ? optionalTextOf(draft.certificatePath) : null,
    keyPath: identity === 'pem' ? optionalTextOf(draft.keyPath) : null,
    pfxPath: identity === 'pfx' ? optionalTextOf(draft.pfxPath) : null,
    passphraseVariable: identity === 'none' ? null : optionalTextOf(draft.passphraseVariable),
  }
}

function protocolsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
}
