import { describe, expect, it } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import type { ConnectionEnding, ConnectionEvent } from '../../../src-main/contract/schemas/connection.ts'
import type { TlsSummary } from '../../../src-main/contract/schemas/tls.ts'
import { fakeTlsSummary } from '../../testing/fake-certificates.ts'
import { endingSentence, eventSentence, transitionSentence } from './event-sentences.ts'

const remote = { address: '192.168.7.31', port: 5025, family: 'ipv4' } as const
const local = { address: 'fd00::2', port: 51022, family: 'ipv6' } as const
const refused = describeError('connection-refused', { address: '192.168.7.31', port: 5025 })

const ending = (part: Partial<ConnectionEnding>): ConnectionEnding => ({
  by: 'peer',
  how: 'fin',
  unsentBytes: 0,
  error: null,
  ...part,
})

const transition = { from: 'connecting', to: 'open', cause: 'connected' } as const
const notConnected = ending({ by: 'error', how: 'not-connected', error: refused })

describe('sentences of connection events', () => {
  it('covers every kind', () => {
    const story: ConnectionEvent[] = [
      { kind: 'resolving', transition, host: 'psu-3.lab' },
      { kind: 'resolved', transition, host: 'psu-3.lab', addresses: ['192.168.7.31', 'fd00::12'], elapsedMs: 2.1 },
      { kind: 'dialling', transition, remote },
      { kind: 'dial-failed', remote, elapsedMs: 0.4, error: refused },
      { kind: 'connected', transition, local, remote, elapsedMs: 0.4 },
      { kind: 'accepted', local, remote },
      { kind: 'peer-ended', transition },
      { kind: 'local-ended', transition },
      { kind: 'ended', transition, dialledAddresses: 1, ending: ending({}) },
      { kind: 'receive-paused', pendingBytes: 12_000_000 },
      { kind: 'receive-resumed', pausedMs: 12 },
      { kind: 'note', text: 'Started by hand' },
      { kind: 'ended', transition, dialledAddresses: 1, ending: notConnected },
      { kind: 'ended', transition, dialledAddresses: 3, ending: notConnected },
      { kind: 'ended', transition, dialledAddresses: 0, ending: notConnected },
    ]
    expect(story.map((event) => eventSentence(event))).toEqual([
      { tone: 'plain', text: 'Looking up psu-3.lab' },
      { tone: 'plain', text: 'Resolved psu-3.lab to 192.168.7.31, fd00::12 in 2.1 ms' },
      { tone: 'plain', text: 'Connecting to 192.168.7.31:5025' },
      { tone: 'bad', text: `Connecting to 192.168.7.31:5025 failed after 0.4 ms: ${refused.message}` },
      { tone: 'good', text: 'Connected to 192.168.7.31:5025 from :51022 in 0.4 ms' },
      { tone: 'good', text: 'Accepted 192.168.7.31:5025 on [fd00::2]:51022' },
      { tone: 'plain', text: 'Peer ended sending (FIN)' },
      { tone: 'plain', text: 'Ended sending (FIN)' },
      { tone: 'plain', text: 'Closed: the peer closed first (FIN)' },
      { tone: 'bad', text: 'Receiving paused: the disk is behind by 12 MB. Nothing is lost' },
      { tone: 'plain', text: 'Receiving went on after 12 ms' },
      { tone: 'plain', text: 'Started by hand' },
      { tone: 'bad', text: 'Not connected' },
      { tone: 'bad', text: 'Not connected: none of the 3 addresses took the connection' },
      { tone: 'bad', text: refused.message.replace(/\.$/, '') },
    ])
  })

  it('tells of TLS: what was agreed on, who the server is, and in red when that is not certain', () => {
    const secured = (tls: Partial<TlsSummary>): ConnectionEvent => ({
      kind: 'secured',
      transition,
      tls: fakeTlsSummary(tls),
      peerCertificates: [],
    })
    const good = fakeTlsSummary().verdict
    const expired = describeError('certificate-expired', { until: '2026-10-21' })
    const wrong = {
      ok: false,
      fault: 'certificate-expired',
      message: expired.message,
      reason: 'CERT_HAS_EXPIRED',
      isPinned: false,
    } as const
    const notSecured = { from: 'handshaking', to: 'closed', cause: 'failed' } as const
    const broken = describeError('client-certificate-required')
    const endings = { by: 'peer', how: 'tls', unsentBytes: 0 } as const
    const story: ConnectionEvent[] = [
      { kind: 'handshaking', transition, serverName: 'gateway.plant' },
      { kind: 'handshaking', transition, serverName: null },
      secured({ handshakeMs: 3.24 }),
      secured({ alpn: 'h2', isResumed: true, verdict: { ...good, isPinned: true } }),
      secured({ peerName: null }),
      secured({ isVerified: false, verdict: wrong }),
      { kind: 'handshake-failed', elapsedMs: 12, error: expired },
      {
        kind: 'ended',
        transition: notSecured,
        dialledAddresses: 1,
        ending: { ...endings, by: 'error', error: expired },
      },
      { kind: 'ended', transition, dialledAddresses: 1, ending: { ...endings, unsentBytes: 4, error: broken } },
    ]
    expect(story.map((event) => eventSentence(event))).toEqual([
      { tone: 'plain', text: 'Negotiating TLS, asking for gateway.plant' },
      { tone: 'plain', text: 'Negotiating TLS, no server name sent' },
      {
        tone: 'good',
        text: 'Secured with TLS 1.3, TLS_AES_256_GCM_SHA384 in 3.2 ms. gateway.plant is verified',
      },
      {
        tone: 'good',
        text: 'Secured with TLS 1.3, TLS_AES_256_GCM_SHA384, h2, resumed in 3.2 ms. gateway.plant is trusted by its fingerprint',
      },
      {
        tone: 'plain',
        text: 'Secured with TLS 1.3, TLS_AES_256_GCM_SHA384 in 3.2 ms. The server showed no certificate',
      },
      {
        tone: 'bad',
        text: `Secured with TLS 1.3, TLS_AES_256_GCM_SHA384 in 3.2 ms. Not verified: ${expired.message.replace(/\.$/, '')}`,
      },
      { tone: 'bad', text: `TLS failed after 12 ms: ${expired.message}` },
      { tone: 'bad', text: 'Closed: not secured' },
      { tone: 'bad', text: `${broken.message.replace(/\.$/, '')}. 4 bytes stayed unsent` },
    ])
  })

  it('tells of losses, of receiving that ended here, and of trying again', () => {
    const story: ConnectionEvent[] = [
      { kind: 'delaying', transition, delayMs: 250 },
      { kind: 'loss-noticed', how: 'fin' },
      { kind: 'loss-noticed', how: 'rst' },
      { kind: 'receiving-ended' },
      { kind: 'retry-scheduled', transition, attempt: 2, maximumAttempts: 5, delayMs: 500 },
      { kind: 'retry-scheduled', transition, attempt: 7, maximumAttempts: null, delayMs: 30_000 },
      { kind: 'retry-cancelled', transition },
    ]
    expect(story.map((event) => eventSentence(event))).toEqual([
      { tone: 'plain', text: 'Waiting 250 ms before connecting' },
      { tone: 'bad', text: 'Noticed: the peer has ended sending (FIN). What came before is not read yet' },
      { tone: 'bad', text: 'Noticed: the peer has reset the connection (RST)' },
      { tone: 'plain', text: 'Ended receiving here: what still comes stays with the system' },
      { tone: 'plain', text: 'Connecting again in 500 ms, attempt 2 of 5' },
      { tone: 'plain', text: 'Connecting again in 30 s, attempt 7' },
      { tone: 'plain', text: 'Gave up connecting again' },
    ])
  })

  it('names a change of state', () => {
    expect([
      transitionSentence(transition),
      transitionSentence({ from: 'open', to: 'closed', cause: 'peer-reset' }),
    ]).toEqual(['Connecting → Open', 'Open → Closed (the peer reset the connection)'])
  })

  it('tells who ended a connection, how, and what stayed unsent', () => {
    const endings = [
      ending({ by: 'local' }),
      ending({ by: 'local', how: 'rst', unsentBytes: 12_000 }),
      ending({ by: 'peer', how: 'rst', unsentBytes: 1 }),
      ending({ by: 'error', how: 'rst' }),
      ending({ by: 'error', how: 'timeout' }),
      ending({ by: 'local', how: 'timeout', unsentBytes: 3 }),
      ending({ by: 'error', how: 'lost' }),
      ending({ by: 'local', how: 'cancelled' }),
      ending({ by: 'error', how: 'not-connected', error: refused }),
    ]
    expect(endings.map(endingSentence)).toEqual([
      'Closed: this side closed first (FIN)',
      'Closed: this side aborted (RST). 12,000 bytes stayed unsent',
      'Closed: the peer reset the connection (RST). 1 byte stayed unsent',
      'Closed after a failure (RST)',
      'The connection timed out',
      'Closed: the peer did not close in time. 3 bytes stayed unsent',
      'The connection was lost',
      'Connecting was cancelled',
      refused.message.replace(/\.$/, ''),
    ])
  })
})
