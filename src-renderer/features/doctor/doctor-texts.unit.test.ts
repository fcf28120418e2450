import * as v from 'valibot'
import { expect, it } from 'vitest'
import {
  completeConnectionSettings,
  connectionSettings,
  type ConnectionSettings,
} from '../../../src-main/contract/schemas/connection.ts'
import { diagnosisReport, type DiagnosisStep } from '../../../src-main/contract/schemas/diagnosis.ts'
import type { TlsSettingsInput, TlsVersion } from '../../../src-main/contract/schemas/tls.ts'
import { formatMoment } from '../../format/times.ts'
import { fakeCertificate } from '../../testing/fake-certificates.ts'
import { fakeReport } from '../../testing/fake-diagnoses.ts'
import { fullFingerprint } from '../tls/certificate-words.ts'
import type { ConnectionChange } from '../tls/change-connection.ts'
import { canServeLocally } from './echo-remedy.ts'
import { reportAsJson, reportAsText } from './report-text.ts'
import {
  allowingCiphers,
  allowingVersion,
  rootSent,
  serverNamesFound,
  turningTlsOff,
  turningTlsOn,
  usingServerName,
  versionFound,
  withoutVerification,
} from './setting-remedies.ts'

const secured = (tls: TlsSettingsInput | null = {}): ConnectionSettings =>
  completeConnectionSettings({ host: 'gateway.plant', port: 8883, tls })
const changed = (change: ConnectionChange, settings: ConnectionSettings): ConnectionSettings =>
  v.parse(connectionSettings, change.changed(settings))

it('writes a report that can be sent to whoever runs the server', () => {
  const report = fakeReport({
    steps: [
      { step: 'resolve', ok: true, ms: 1.8, detail: 'gateway.plant is 10.4.0.12', addresses: ['10.4.0.12'] },
      {
        step: 'certificate',
        ok: false,
        ms: 0.4,
        detail: 'Signed by a certificate that was not sent',
        chain: [
          {
            certificate: fakeCertificate('gateway.plant', 'Plant Issuing 4', {
              validFromUnixMs: 0,
              validToUnixMs: Date.UTC(2027, 2, 2),
            }),
            source: 'sent',
            name: 'gateway.plant',
            fault: null,
          },
          { certificate: null, source: 'missing', name: 'Plant Issuing 4', fault: 'certificate-missing-intermediate' },
        ],
      },
    ],
  })
  const print = fullFingerprint(fakeCertificate('gateway.plant', 'Plant Issuing 4').fingerprintSha256)
  expect(reportAsText(report, 'gateway.plant:8883').split('\n')).toEqual([
    `gateway.plant:8883, ${formatMoment(report.takenAtUnixUs)}`,
    'The server does not send the certificate that links it to your CA (certificate-missing-intermediate)',
    '',
    report.message,
    report.remedy,
    '',
    '✓ Resolve                1.8 ms  gateway.plant is 10.4.0.12',
    '✕ Certificate            0.4 ms  Signed by a certificate that was not sent',
    '',
    'Certificate 1: CN=gateway.plant',
    '  Issuer: CN=Plant Issuing 4',
    '  Made for: DNS:gateway.plant',
    '  Valid: 1970-01-01 to 2027-03-02',
    `  SHA-256: ${print}`,
    'Certificate 2: Plant Issuing 4 (certificate-missing-intermediate)',
    '  not sent, not known here',
    '',
  ])
  expect(v.parse(diagnosisReport, JSON.parse(reportAsJson(report)))).toEqual(report)
})

it('turns TLS and verification on and off, and keeps the rest', () => {
  const settings = secured({ serverName: 'gw' })
  expect(changed(turningTlsOff, settings)).toEqual({ ...settings, tls: null })
  expect(changed(turningTlsOn, secured(null))).toEqual(secured())
  expect(changed(turningTlsOn, settings)).toEqual(settings)
  expect(changed(withoutVerification, settings)).toEqual(
    secured({ serverName: 'gw', verification: 'off', checksName: false }),
  )
  expect(changed(usingServerName('gateway'), settings)).toEqual(secured({ serverName: 'gateway' }))
})

it('widens the allowed versions as far as the server needs, never narrows them', () => {
  const table: [TlsVersion | null, TlsSettingsInput, TlsSettingsInput][] = [
    ['TLSv1.1', {}, { minimumVersion: 'TLSv1.1' }],
    ['TLSv1.2', { minimumVersion: 'TLSv1.3' }, { minimumVersion: 'TLSv1.2' }],
    ['TLSv1.3', { maximumVersion: 'TLSv1.2' }, {}],
    ['TLSv1.3', { minimumVersion: 'TLSv1.1', maximumVersion: 'TLSv1.2' }, { minimumVersion: 'TLSv1.1' }],
    ['TLSv1', { maximumVersion: 'TLSv1.2' }, { minimumVersion: 'TLSv1', maximumVersion: 'TLSv1.2' }],
    [null, { minimumVersion: 'TLSv1.3', maximumVersion: 'TLSv1.3' }, { minimumVersion: 'TLSv1' }],
  ]
  expect(table.map(([version, before]) => changed(allowingVersion(version), secured(before)))).toEqual(
    table.map(([, , after]) => secured(after)),
  )
})

it('allows the usual ciphers first, and all of them when those did not do', () => {
  expect(changed(allowingCiphers, secured({ ciphers: 'AES128-SHA' }))).toEqual(secured())
  expect(changed(allowingCiphers, secured())).toEqual(secured({ ciphers: 'ALL:@SECLEVEL=0' }))
})

it('reads names and versions out of the steps', () => {
  const step = { ok: false, ms: 1, detail: '' }
  const steps: DiagnosisStep[] = [
    {
      step: 'name',
      ...step,
      expected: 'gw',
      found: ['DNS:gateway.plant', '*.plant', 'IP Address:10.4.0.12', 'DNS:gateway.plant'],
    },
    { step: 'versions', ...step, offered: ['TLSv1', 'TLSv1.1'], refused: ['TLSv1.2'] },
  ]
  expect(serverNamesFound(steps)).toEqual(['gateway.plant', '10.4.0.12'])
  expect([versionFound(steps), versionFound([])]).toEqual(['TLSv1.1', null])
})

it('offers to trust a root only where the server sent it', () => {
  expect(rootSent(fakeReport())).toBeNull()
  const root = fakeCertificate('Plant Root G2', 'Plant Root G2')
  const chain = [{ certificate: root, source: 'sent', name: '', fault: 'certificate-unknown-ca' } as const]
  const steps: DiagnosisStep[] = [{ step: 'certificate', ok: false, ms: 1, detail: '', chain }]
  expect(rootSent(fakeReport({ steps }))).toEqual(root)
})

it('starts a server only where one of this machine can be', () => {
  const at = (host: string, port: number | string) => canServeLocally(completeConnectionSettings({ host, port }))
  expect([
    at('localhost', 7),
    at('127.0.0.1', 7),
    at('::1', 7),
    at('10.0.0.1', 7),
    at('localhost', '{{port}}'),
  ]).toEqual([true, true, true, false, false])
})
