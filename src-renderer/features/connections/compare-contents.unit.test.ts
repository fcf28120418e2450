import * as v from 'valibot'
import { expect, it } from 'vitest'
import type { ConnectionSettingsInput } from '../../../src-main/contract/schemas/connection.ts'
import { profileContent, type ProfileContent } from '../../../src-main/contract/schemas/profile.ts'
import { compareContents } from './compare-contents.ts'

function content(connection: Partial<ConnectionSettingsInput> = {}): ProfileContent {
  return v.parse(profileContent, { name: 'PSU', connection: { host: 'psu', port: 1, ...connection } })
}

const differing = (mine: ProfileContent, theirs: ProfileContent | null): unknown =>
  compareContents(mine, theirs)
    .slice(6)
    .map(({ label, mine: left, theirs: right }) => [label, left, right])

it('always shows the main fields, and of the others those that differ', () => {
  expect(compareContents(content(), content({ port: 2 })).map(({ mine, theirs }) => [mine, theirs])).toEqual([
    ['PSU', 'PSU'],
    ['empty', 'empty'],
    ['psu', 'psu'],
    ['1', '2'],
    ['off', 'off'],
    ['empty', 'empty'],
  ])
  const retry = { schedule: { kind: 'exponential', maximumAttempts: 3 } } as const
  const mine = content({ retry, readSizeBytes: 16, tls: { caPath: '/ca.pem', verification: 'off', checksName: false } })
  expect(
    differing(mine, content({ tls: { serverName: 'other' }, initialMessage: { notation: 'hex', content: '01' } })),
  ).toEqual([
    ['Bytes of one read at most', '16', 'as much as there is'],
    ['Sent first of all', 'empty', '01'],
    ['Sent first, written as', 'text', 'hex'],
    ['Connects again', '500 to 30000 ms, times 2, ±20 %, at most 3 attempts', 'never'],
    ['Certificate of the server', 'off', 'required'],
    ['Name is checked', 'no', 'yes'],
    ['Server name', 'the host', 'other'],
    ['CA file or folder', '/ca.pem', 'empty'],
  ])
  expect(differing(content(), content())).toEqual([])
})

it('shows what was chosen where there is one version only', () => {
  expect(differing(content({ noDelay: false, tls: { alpn: ['h2', 'http/1.1'] } }), null)).toEqual([
    ['Send small messages at once', 'no', ''],
    ['ALPN', 'h2, http/1.1', ''],
  ])
})

it('leaves no setting of the contract out', () => {
  const everything = content({
    addressFamily: 'ipv4',
    connectTimeoutMs: 1,
    noDelay: false,
    keepAliveDelayMs: 1,
    localAddress: '::1',
    localPort: 1,
    readSizeBytes: 1,
    connectDelayMs: 1,
    initialMessage: { notation: 'hex', content: '01' },
    sendsAfterPeerEnd: false,
    retry: {
      schedule: { kind: 'fixed' },
      afterRefused: false,
      afterTimeout: false,
      afterHandshake: false,
      afterLoss: false,
      resendsUnsent: true,
    },
    tls: {
      start: { kind: 'by-hand' },
      caPath: 'a',
      trustsBuiltInRoots: true,
      extraCertificates: ['x'],
      certificatePath: 'a',
      keyPath: 'a',
      pfxPath: 'a',
      passphraseVariable: 'a',
      serverName: 'a',
      verification: 'off',
      checksName: false,
      minimumVersion: 'TLSv1',
      maximumVersion: 'TLSv1',
      ciphers: 'a',
      alpn: ['a'],
      resumesSession: false,
      pinnedFingerprint: 'ab'.repeat(32),
      handshakeTimeoutMs: 1,
    },
  })
  const settings = Object.keys(everything.connection).length - ['host', 'port', 'retry', 'tls'].length
  const inRetry = Object.keys(everything.connection.retry).length
  const inTls = Object.keys(everything.connection.tls ?? {}).length
  const notation = 1
  expect(differing(everything, content())).toHaveLength(settings + notation + inRetry + inTls)
})
