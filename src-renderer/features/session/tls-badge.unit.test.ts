import { expect, it } from 'vitest'
import { completeConnectionSettings } from '../../../src-main/contract/schemas/connection.ts'
import type { TlsSummary, TlsVerdict } from '../../../src-main/contract/schemas/tls.ts'
import { tlsBadgeOf } from './tls-badge.ts'

const now = Date.UTC(2027, 0, 1)
const days = (count: number): number => now + count * 86_400_000
const good: TlsVerdict = { ok: true, fault: null, message: '', reason: null, isPinned: false }
const expired: TlsVerdict = { ...good, ok: false, fault: 'certificate-expired', message: 'It has expired.' }
const summary: TlsSummary = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  keyExchange: null,
  alpn: null,
  serverName: 'localhost',
  isResumed: false,
  isVerified: true,
  verdict: good,
  peerName: 'localhost',
  peerFingerprint: null,
  peerValidToUnixMs: days(400),
  localName: null,
  handshakeMs: 1,
}

function badge(tls: Partial<TlsSummary> | null, wanted = true, state: 'open' | 'closed' = 'open'): unknown {
  const settings = completeConnectionSettings({ host: 'a', port: 1, tls: wanted ? {} : null })
  const { kind, text, marks, warning } = tlsBadgeOf(
    { settings, state, tls: tls === null ? null : { ...summary, ...tls } },
    now,
  )
  return [kind, [text, ...marks].join(' · '), warning]
}

it('tells whether a connection is secured, by whom, and what is wrong with that', () => {
  expect([
    badge(null, false),
    badge(null, true, 'closed'),
    badge(null),
    badge({}),
    badge({ isResumed: true, verdict: { ...good, isPinned: true } }),
    badge({ isVerified: false }),
    badge({ isVerified: false, verdict: expired, peerValidToUnixMs: days(-1) }),
    badge({ version: 'TLSv1.2', peerValidToUnixMs: days(29.5) }),
    badge({ peerValidToUnixMs: days(30) }),
    badge({ peerValidToUnixMs: days(0.5) }),
  ]).toEqual([
    ['plain', 'TCP, no TLS', null],
    ['waiting', 'TLS', null],
    ['waiting', 'TLS, not in use yet', null],
    ['verified', 'TLS 1.3', null],
    ['verified', 'TLS 1.3 · pinned · resumed', null],
    ['unenforced', 'TLS 1.3, verification off', null],
    ['unverified', 'TLS 1.3, not verified: expired', null],
    ['verified', 'TLS 1.2', 'expires in 29 days'],
    ['verified', 'TLS 1.3', null],
    ['verified', 'TLS 1.3', 'expires today'],
  ])
})

it('says of an old version that it is outdated, and writes each as people do', () => {
  expect([badge({ version: 'TLSv1' }), badge({ version: 'TLSv1.1', peerValidToUnixMs: days(3) })]).toEqual([
    ['verified', 'TLS 1.0', 'outdated'],
    ['verified', 'TLS 1.1', 'outdated'],
  ])
})
