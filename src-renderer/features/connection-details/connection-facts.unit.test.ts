import { describe, expect, it } from 'vitest'
import { describeError, type ErrorShape } from '../../../src-main/contract/errors.ts'
import { completeConnectionSettings, type ConnectionEnding } from '../../../src-main/contract/schemas/connection.ts'
import type { SessionSnapshot } from '../../../src-main/contract/schemas/session.ts'
import { wireLogSettings } from '../../../src-main/contract/schemas/wire-log.ts'
import * as v from 'valibot'
import { formatClock, formatMoment } from '../../format/times.ts'
import { fakeTlsSummary } from '../../testing/fake-certificates.ts'
import { logFacts, optionFacts, stateFacts, stepFacts } from './connection-facts.ts'
import { sessionSignals } from './session-signals.ts'

const settings = completeConnectionSettings({ host: 'gateway.plant', port: 8883 })
const local = { address: '10.4.0.2', port: 51022, family: 'ipv4' } as const
const remote = { address: '10.4.0.12', port: 8883, family: 'ipv4' } as const

const idle: SessionSnapshot = {
  sessionId: 's',
  title: '',
  profileId: null,
  captureId: 'c',
  settings,
  state: 'idle',
  connectionNumber: 0,
  resolvedAddresses: [],
  local: null,
  remote: null,
  resolveMs: null,
  connectMs: null,
  handshakeMs: null,
  flags: { opened: false, accepted: false, connected: false, cutOff: false, shouldBeConnected: false },
  receivingEnded: false,
  retry: null,
  tls: null,
  keyLog: { isOn: false, path: null, lineCount: 0, error: null },
  wireLog: null,
  openedAtUnixUs: null,
  counters: { sentBytes: 0, receivedBytes: 0, unsentBytes: 0 },
  ending: null,
  receivePaused: false,
  reading: { mode: 'automatic' },
}
const opened: Partial<SessionSnapshot> = {
  state: 'open',
  connectionNumber: 2,
  resolvedAddresses: ['10.4.0.12', 'fd00::12'],
  local,
  remote,
  resolveMs: 1.8,
  connectMs: 0.6,
  openedAtUnixUs: 1_796_000_000_000_000,
}
const pairs = (facts: readonly { name: string; value: string }[]) => facts.map(({ name, value }) => [name, value])

it('tells state, addresses and retrying', () => {
  expect(pairs(stateFacts(idle))).toEqual([
    ['Now', 'Not connected'],
    ['Connection', 'none so far'],
    ['Address', 'gateway.plant:8883'],
    ['Trying again', 'never'],
  ])
  expect(pairs(stateFacts({ ...idle, ...opened, receivingEnded: true }))).toEqual([
    ['Now', 'Open'],
    ['Connection', '2'],
    ['Address', 'gateway.plant:8883'],
    ['Peer', '10.4.0.12:8883'],
    ['This side', '10.4.0.2:51022'],
    ['Open since', formatMoment(1_796_000_000_000_000)],
    ['Receiving', 'ended by hand; what still comes stays with the system'],
    ['Trying again', 'never'],
  ])
})

it('tells who closed and how, and when the next attempt is due', () => {
  const retry = { schedule: { kind: 'exponential', maximumAttempts: 5 }, afterHandshake: false } as const
  const error = describeError('connection-refused', { address: '10.4.0.12', port: 8883 })
  const waiting: SessionSnapshot = {
    ...idle,
    settings: completeConnectionSettings({ host: 'gateway.plant', port: 8883, retry }),
    state: 'waiting-to-retry',
    connectionNumber: 1,
    ending: { by: 'error', how: 'not-connected', unsentBytes: 3, error },
    retry: { attempt: 2, maximumAttempts: 5, nextAtUnixUs: 1_796_000_000_000_000 },
  }
  expect(stateFacts(waiting).slice(3)).toEqual([
    {
      name: 'Ended',
      value: `${error.message.replace(/\.$/, '')}. 3 bytes stayed unsent`,
      tone: 'plain',
    },
    {
      name: 'Trying again',
      value: 'after 500 ms, then 2 times as long, at most 30 s, 20 % shorter or longer, 5 attempts at most',
    },
    { name: 'Tried again after', value: 'refusal, no answer, a loss' },
    { name: '', value: `attempt 2 of 5 at ${formatClock(1_796_000_000_000_000)}`, tone: 'warn' },
  ])
})

it('times the steps, the handshake only where there is TLS', () => {
  expect(stepFacts(idle)).toEqual([])
  expect(stepFacts({ ...idle, ...opened })).toEqual([
    { name: 'Resolve', duration: '1.8 ms', detail: 'gateway.plant is 10.4.0.12, fd00::12' },
    { name: 'Connect', duration: '0.6 ms', detail: '10.4.0.12:8883 from 10.4.0.2:51022' },
  ])
  const secured = { ...idle, ...opened, tls: fakeTlsSummary(), handshakeMs: 3.2 }
  expect(stepFacts(secured)[2]).toEqual({
    name: 'TLS',
    duration: '3.2 ms',
    detail: 'TLS 1.3, TLS_AES_256_GCM_SHA384',
  })
  const byAddress = completeConnectionSettings({ host: '10.4.0.12', port: 8883, tls: {} })
  expect(stepFacts({ ...idle, ...opened, settings: byAddress, resolvedAddresses: [], resolveMs: null })).toEqual([
    { name: 'Resolve', duration: null, detail: '10.4.0.12 is an address; nothing to look up' },
    { name: 'Connect', duration: '0.6 ms', detail: '10.4.0.12:8883 from 10.4.0.2:51022' },
    { name: 'TLS', duration: null, detail: 'not done' },
  ])
})

it('names the options in use and the real sizes of the buffers', () => {
  const tuned = completeConnectionSettings({
    host: 'a',
    port: 1,
    noDelay: false,
    keepAliveDelayMs: 30_000,
    localPort: 4000,
    addressFamily: 'ipv6',
    readSizeBytes: 1024,
    connectDelayMs: 250,
    initialMessage: { notation: 'text', content: 'hello' },
  })
  expect(pairs(optionFacts(tuned, { sendBufferBytes: 32_384, receiveBufferBytes: 0, reason: null }))).toEqual([
    ['Small messages', 'gathered by the system (Nagle)'],
    ['Keep-alive', 'first probe after 30 s'],
    ['Connects from', 'any address, port 4000'],
    ['Address family', 'IPv6 only'],
    ['Read size', '1,024 bytes'],
    ['Connect timeout', '10 s'],
    ['Delay before it', '250 ms'],
    ['Initial message', 'goes out first of all'],
    ['Send buffer', '32.4 kB (32,384)'],
    ['Receive buffer', '0 B, there is no socket'],
  ])
})

it('tells the logs that are kept, with their files', () => {
  const log = {
    settings: v.parse(wireLogSettings, {}),
    paths: ['/data/main.txt'],
    recordCount: 2,
    byteCount: 1200,
    forgottenBytes: 0,
    error: null,
  }
  const keyLog = { isOn: true, path: '/data/keys.log', lineCount: 5, error: null }
  expect(pairs(logFacts(idle))).toEqual([
    ['Wire log', 'off'],
    ['TLS key log', 'off'],
  ])
  expect(pairs(logFacts({ ...idle, wireLog: log, keyLog }))).toEqual([
    ['Wire log', '2 records, 1.2 kB'],
    ['', '/data/main.txt'],
    ['TLS key log', 'on, 5 lines: whoever has this file can read the traffic'],
    ['', '/data/keys.log'],
  ])
})

describe('signals of Kamaelia', () => {
  const texts = (change: Partial<SessionSnapshot>, receivedBytes = 0) =>
    (['ThreadedTCPClient', 'TCPClient'] as const).map((client) =>
      sessionSignals({ ...idle, connectionNumber: 1, ...change }, client, receivedBytes).map(({ text }) => text),
    )
  const ended = (how: 'fin' | 'rst' | 'not-connected', error: ErrorShape | null): ConnectionEnding => ({
    by: 'peer',
    how,
    unsentBytes: 0,
    error,
  })
  const started = ['Thread running', 'socket object created']

  it('come in the order thread, socket, connected, data', () => {
    expect(texts({ connectionNumber: 0 })).toEqual([[], []])
    expect(texts({ state: 'connecting' })).toEqual([started, []])
    expect(texts(opened, 3000)).toEqual([[...started, 'socket connected', 'data, 3,000 bytes'], ['data, 3,000 bytes']])
    expect(texts({ ...opened, tls: fakeTlsSummary() }, 1)).toEqual([
      [...started, 'socket connected', 'data, 1 byte'],
      ['sslready', 'data, 1 byte'],
    ])
  })

  it('tell the error first and socketShutdown once, last', () => {
    const refused = ended('not-connected', describeError('connection-refused'))
    expect(texts({ state: 'closed', ending: refused })).toEqual([
      [...started, "error(111, 'Connection refused')", 'socketShutdown'],
      ["producerFinished, howDied 'connection-refused'"],
    ])
    expect(texts({ ...opened, state: 'closed', ending: ended('fin', null) }, 5)).toEqual([
      [...started, 'socket connected', 'data, 5 bytes', 'socketShutdown'],
      ['data, 5 bytes', 'producerFinished'],
    ])
    expect(texts({ ...opened, state: 'closed', ending: ended('rst', describeError('connection-reset')) })).toEqual([
      [...started, 'socket connected', "error(104, 'Connection reset by peer')", 'socketShutdown'],
      ["producerFinished, howDied 'reset'"],
    ])
  })
})
