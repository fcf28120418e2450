import * as v from 'valibot'
import { expect, it } from 'vitest'
import {
  completeConnectionSettings,
  connectionSettings,
  type ConnectionSettings,
} from '../../../../src-main/contract/schemas/connection.ts'
import { retryPolicy } from '../../../../src-main/contract/schemas/retry.ts'
import { clientPresets } from './client-presets.ts'
import { firstDelaysMs, retryContentOf, retryDraftOf } from './retry-draft.ts'
import { socketContentOf, socketDraftOf } from './socket-draft.ts'
import { startPiecesOf, startContentOf, startDraftOf } from './start-draft.ts'
import { tlsContentOf, tlsDraftOf } from './tls-draft.ts'

/** What the form makes of settings when nothing is typed. */
function throughTheForm(settings: ConnectionSettings): ConnectionSettings {
  return v.parse(connectionSettings, {
    host: settings.host,
    port: settings.port,
    ...socketContentOf(socketDraftOf(settings)),
    initialMessage: startContentOf(startDraftOf(settings.initialMessage)),
    retry: retryContentOf(retryDraftOf(settings.retry)),
    tls: tlsContentOf(tlsDraftOf(settings.tls)),
  })
}

it('changes nothing that was not typed', () => {
  const plain = completeConnectionSettings({ host: 'a', port: 1 })
  const everything = completeConnectionSettings({
    host: '{{rack}}',
    port: '{{port}}',
    addressFamily: 'ipv6',
    connectTimeoutMs: 1,
    connectDelayMs: 250,
    noDelay: false,
    keepAliveDelayMs: 0,
    localAddress: '::1',
    localPort: 4711,
    readSizeBytes: 77,
    sendsAfterPeerEnd: false,
    initialMessage: { notation: 'hex', content: '01 {{id}}' },
    retry: {
      schedule: {
        kind: 'exponential',
        firstDelayMs: 3,
        factor: 1.5,
        maximumDelayMs: 9,
        jitter: 0.07,
        maximumAttempts: 4,
      },
      afterRefused: false,
      afterTimeout: false,
      afterHandshake: false,
      afterLoss: false,
      resendsUnsent: true,
    },
    tls: {
      start: { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '220 ' },
      caPath: '/ca.pem',
      trustsBuiltInRoots: true,
      extraCertificates: ['-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'],
      certificatePath: '/c.pem',
      keyPath: '/k.pem',
      passphraseVariable: 'pass',
      serverName: 'example.org',
      verification: 'off',
      checksName: false,
      minimumVersion: 'TLSv1',
      maximumVersion: 'TLSv1.2',
      ciphers: 'AES128-SHA:AES256-SHA',
      alpn: ['h2', 'http/1.1'],
      resumesSession: false,
      pinnedFingerprint: 'ab'.repeat(32),
      handshakeTimeoutMs: 1500,
    },
  })
  const withPfx = completeConnectionSettings({ host: 'a', port: 1, readSizeBytes: 8096, tls: { pfxPath: '/c.pfx' } })
  const fixed = completeConnectionSettings({ host: 'a', port: 1, retry: { schedule: { kind: 'fixed', delayMs: 0 } } })
  for (const settings of [plain, everything, withPfx, fixed]) expect(throughTheForm(settings)).toEqual(settings)
})

it('tells how long is waited, without the random part', () => {
  const growing = retryDraftOf(v.parse(retryPolicy, { schedule: { kind: 'exponential' } }))
  expect(firstDelaysMs(growing)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  expect(firstDelaysMs({ ...growing, maximumAttempts: '2' })).toEqual([500, 1000])
  expect(firstDelaysMs({ ...growing, kind: 'fixed', delayMs: '70', maximumAttempts: '3' })).toEqual([70, 70, 70])
  expect([firstDelaysMs({ ...growing, factor: '1,5' }), firstDelaysMs({ ...growing, kind: 'never' })]).toEqual([[], []])
})

it('shows the bytes of the first message as far as they are known, or what is wrong', () => {
  const meantBy = (notation: 'text' | 'hex', content: string): unknown => {
    const meant = startPiecesOf({ notation, content })
    if (!meant.ok) return [meant.error.code, meant.error.data.position]
    return meant.pieces.map((piece) => (piece.kind === 'bytes' ? [...piece.bytes] : piece.written))
  }
  expect([
    meantBy('text', 'A\\r\\n'),
    meantBy('text', 'A{{name}}B'),
    meantBy('text', '\\{{name}}'),
    meantBy('hex', '01 {{id}} ff'),
    meantBy('text', 'A{{name}}\\q'),
    meantBy('hex', '0g'),
    meantBy('text', 'A{{$uuid}}'),
    meantBy('text', 'A{{name'),
  ]).toEqual([
    [[0x41, 0x0d, 0x0a]],
    [[0x41], '{{name}}', [0x42]],
    [[0x7b, 0x7b, 0x6e, 0x61, 0x6d, 0x65, 0x7d, 0x7d]],
    [[0x01], '{{id}}', [0xff]],
    ['escape-malformed', 10],
    ['hex-malformed', 2],
    ['placeholder-malformed', 2],
    ['placeholder-malformed', 2],
  ])
})

it('knows what known clients do', () => {
  const usual = socketDraftOf(completeConnectionSettings({ host: 'a', port: 1 }))
  const filled = clientPresets.map(({ name, address, socket, retry }) => {
    const { readSizeBytes, connectTimeoutMs, keepAliveDelayMs, sendsAfterPeerEnd } = socketContentOf({
      ...usual,
      ...socket,
    })
    return [name, address, retry.kind, { readSizeBytes, connectTimeoutMs, keepAliveDelayMs, sendsAfterPeerEnd }]
  })
  const socket = { readSizeBytes: null, connectTimeoutMs: 10_000, keepAliveDelayMs: null, sendsAfterPeerEnd: true }
  expect(filled).toEqual([
    ['Wirebench', {}, 'never', socket],
    [
      'hio',
      { host: '127.0.0.1', port: '56000' },
      'never',
      { ...socket, readSizeBytes: 8096, sendsAfterPeerEnd: false },
    ],
    ['Kamaelia ThreadedTCPClient', {}, 'never', { ...socket, readSizeBytes: 1024 }],
    ['Kamaelia TCPClient', {}, 'never', { ...socket, readSizeBytes: 32_768, connectTimeoutMs: 60_000 }],
    ['ts_tcpip, M2', { host: '127.0.0.1', port: '50000' }, 'never', { ...socket, keepAliveDelayMs: 60_000 }],
    ['tcpy', { host: '127.0.0.1', port: '7272' }, 'never', socket],
    ['JSON-RPC 2.0', {}, 'never', socket],
    ['Echo check', { host: 'localhost', port: '10000' }, 'never', { ...socket, readSizeBytes: 16 }],
  ])
})
