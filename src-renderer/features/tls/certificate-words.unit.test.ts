import * as v from 'valibot'
import { expect, it } from 'vitest'
import {
  certificateFault,
  tlsSettings,
  type CertificateFacts,
  type ChainLink,
  type TlsSettingsInput,
} from '../../../src-main/contract/schemas/tls.ts'
import { fakeCertificate, fakeTlsSummary } from '../../testing/fake-certificates.ts'
import {
  certificateFactList,
  drawLink,
  fullFingerprint,
  isSamePem,
  shortFingerprint,
  summaryFacts,
} from './certificate-words.ts'

const nowUnixMs = Date.UTC(2026, 10, 30)
const day = 86_400_000
const validity = { validFromUnixMs: Date.UTC(2026, 0, 1), validToUnixMs: Date.UTC(2027, 2, 2) }

const certificate = (change: Partial<CertificateFacts> = {}): CertificateFacts =>
  fakeCertificate('gateway.plant', 'Plant Issuing 4', { ...validity, ...change })
const sent = (change: Partial<CertificateFacts> = {}, fault: ChainLink['fault'] = null): ChainLink => ({
  certificate: certificate(change),
  source: 'sent',
  name: 'gateway.plant',
  fault,
})
const settings = (given: TlsSettingsInput = {}) => v.parse(tlsSettings, given)
const draw = (link: ChainLink, index = 0, given: TlsSettingsInput = {}) =>
  drawLink(link, index, { settings: settings(given), nowUnixMs })

it('says of every fault what is wrong, in red', () => {
  const drawn = certificateFault.options.map((fault) => draw(sent({}, fault), 0))
  expect(drawn.map(({ status, tone }) => [status, tone])).toEqual([
    ['expired', 'bad'],
    ['not valid yet', 'bad'],
    ['signed by itself, not trusted here', 'bad'],
    ['not trusted here', 'bad'],
    ['not sent, not known here', 'bad'],
    ['made for another name: gateway.plant', 'bad'],
    ['not the one that is trusted', 'bad'],
    ['not shown', 'bad'],
    ['cannot be trusted', 'bad'],
  ])
  const expired = draw(sent({ validToUnixMs: nowUnixMs - day }, 'certificate-expired'))
  const early = draw(sent({ validFromUnixMs: nowUnixMs + day }, 'certificate-not-yet-valid'))
  expect([expired.status, early.status]).toEqual(['expired on 2026-11-29', 'not valid before 2026-12-01'])
})

it('warns of what expires soon, and tells the trusted from the sent', () => {
  const root = { ...sent({ name: 'Plant Root G2' }), source: 'trusted' } as const
  const drawn = [
    draw(sent()),
    draw(sent(), 1),
    draw(sent(), 0, { checksName: false }),
    draw(sent(), 0, { pinnedFingerprint: certificate().fingerprintSha256 }),
    draw(sent({ validToUnixMs: nowUnixMs + 29.5 * day }), 1),
    draw(sent({ validToUnixMs: nowUnixMs + day / 2 }), 1),
    draw(sent({ validToUnixMs: nowUnixMs - 1 }), 1),
    draw(root, 2),
    draw(root, 2, { caPath: '/etc/ssl/plant-ca.pem' }),
    draw(root, 2, { caPath: 'C:\\certs\\plant-ca.pem' }),
    draw(root, 2, { caPath: '/etc/ssl/', trustsBuiltInRoots: true }),
    draw(root, 2, { extraCertificates: [certificate().pem.replaceAll('\n', '\r\n')] }),
    draw({ ...sent(), fault: 'certificate-self-signed' }, 0, { pinnedFingerprint: certificate().fingerprintSha256 }),
    draw({ certificate: null, source: 'missing', name: 'Plant Issuing 4', fault: null }, 1),
  ]
  expect(drawn.map(({ status, tone }) => [status, tone])).toEqual([
    ['valid until 2027-03-02, name matches', 'plain'],
    ['valid until 2027-03-02', 'plain'],
    ['valid until 2027-03-02', 'plain'],
    ['valid until 2027-03-02, trusted by its fingerprint', 'plain'],
    ['expires in 29 days', 'warn'],
    ['expires today', 'warn'],
    ['expired on 2026-11-29', 'bad'],
    ['trusted by this program', 'trusted'],
    ['trusted here (plant-ca.pem)', 'trusted'],
    ['trusted here (plant-ca.pem)', 'trusted'],
    ['trusted here', 'trusted'],
    ['added to the trusted certificates', 'trusted'],
    ['trusted by its fingerprint, although signed by itself, not trusted here', 'warn'],
    ['not sent, not known here', 'bad'],
  ])
})

it('writes fingerprints short to compare by eye and in full as other tools do', () => {
  expect([shortFingerprint('9f1c0040e2'), shortFingerprint('9f1c'), fullFingerprint('9f1c40e2')]).toEqual([
    '9F 1C … 40 E2',
    '9F 1C',
    '9F:1C:40:E2',
  ])
  expect(isSamePem('A\r\nB', 'A\nB\n')).toBe(true)
  expect(isSamePem('A\nB', 'A\nC')).toBe(false)
})

it('lists everything about a certificate, what has run out in red', () => {
  const facts = certificateFactList(
    certificate({
      subjectAltNames: ['DNS:gateway.plant', 'IP Address:10.4.0.12'],
      validToUnixMs: nowUnixMs - 40 * day,
      serialNumber: '0A',
      fingerprintSha256: '9f'.repeat(32),
      fingerprintSha1: '1c'.repeat(20),
    }),
    nowUnixMs,
  )
  expect(facts).toEqual([
    { name: 'Made for', value: 'gateway.plant' },
    { name: '', value: '10.4.0.12' },
    { name: 'Subject', value: 'CN=gateway.plant' },
    { name: 'Issuer', value: 'CN=Plant Issuing 4' },
    { name: 'Valid', value: '2026-01-01 to 2026-10-21' },
    { name: '', value: 'expired 40 days ago', tone: 'bad' },
    { name: 'Use', value: 'names one party' },
    { name: 'Key', value: 'EC P-256' },
    { name: 'Signature', value: 'ecdsa-with-SHA256' },
    { name: 'Serial number', value: '0A', monospace: true },
    { name: 'SHA-256', value: Array(32).fill('9F').join(':'), monospace: true },
    { name: 'SHA-1', value: Array(20).fill('1C').join(':'), monospace: true },
  ])
  const remaining = [nowUnixMs + 90 * day, nowUnixMs + 12 * day].map((validToUnixMs) =>
    certificateFactList(certificate({ validToUnixMs }), nowUnixMs).find(({ tone }) => tone !== undefined),
  )
  expect(remaining).toEqual([
    { name: '', value: '90 days left', tone: 'plain' },
    { name: '', value: 'expires in 12 days', tone: 'warn' },
  ])
  expect(certificateFactList(certificate({ validFromUnixMs: nowUnixMs + 1.5 * day }), nowUnixMs)).toContainEqual({
    name: '',
    value: 'not valid for another 2 days',
    tone: 'bad',
  })
})

it('tells in red that a certificate does not verify, also where that is not enforced', () => {
  const verdict = {
    ok: false,
    fault: 'certificate-expired',
    message: 'The certificate has expired.',
    reason: 'CERT_HAS_EXPIRED',
    isPinned: false,
  } as const
  expect(
    summaryFacts(fakeTlsSummary({ isVerified: false, verdict, alpn: 'h2', isResumed: true, keyExchange: null })),
  ).toEqual([
    { name: 'Version', value: 'TLS 1.3' },
    { name: 'Cipher', value: 'TLS_AES_256_GCM_SHA384' },
    { name: 'Key exchange', value: 'not told by this platform' },
    { name: 'ALPN', value: 'h2' },
    { name: 'Session', value: 'resumed' },
    { name: 'Server name', value: 'gateway.plant' },
    { name: 'Verification', value: 'failed: The certificate has expired.', tone: 'bad' },
    { name: '', value: 'Verification is off: the connection was made all the same.', tone: 'bad' },
    { name: 'Reason', value: 'CERT_HAS_EXPIRED', monospace: true },
    { name: 'Own certificate', value: 'none was sent' },
  ])
  const pinned = { ...verdict, ok: true, fault: null, reason: null, isPinned: true }
  expect(summaryFacts(fakeTlsSummary({ verdict: pinned }))[6]).toEqual({
    name: 'Verification',
    value: 'accepted by its fingerprint, trusted in this profile',
    tone: 'good',
  })
})
