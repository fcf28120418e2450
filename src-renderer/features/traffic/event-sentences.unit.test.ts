import { describe, expect, it } from 'vitest'
import { describeError } from '../../../src-main/contract/errors.ts'
import type { ConnectionEnding, ConnectionEvent } from '../../../src-main/contract/schemas/connection.ts'
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
