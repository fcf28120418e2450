import { expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import { endsClient, signalsOf, type KamaeliaClient, type KamaeliaSignal } from './signals.ts'
import { ConnectionPlay, everySecond, ipv4, settings } from './testing/connection-play.ts'

const refused = describeError('connection-refused', { address: '192.0.2.1', port: 7 })
const reset = describeError('connection-reset')
const literal = { settings: { ...settings, host: '192.0.2.1' } }

function line(signal: KamaeliaSignal): string {
  if (signal.kind === 'text') return signal.text
  if (signal.kind === 'error') return `error(${signal.errno}, '${signal.text}')`
  return signal.kind === 'socketShutdown' ? signal.kind : `producerFinished(${signal.howDied})`
}

function signals(client: KamaeliaClient, steps: (play: ConnectionPlay) => void): string[] {
  const events: ConnectionEvent[] = []
  const play = new ConnectionPlay()
  play.onEffect = (effect) => {
    if (effect.kind === 'tell') events.push(effect.event)
  }
  steps(play)
  return events.flatMap((event) => signalsOf(event, client)).map(line)
}

const closesByPeer = (play: ConnectionPlay): void => {
  play.open()
  play.peerEnded()
  play.run('close')
  play.closed()
}

test.each([
  ['connects', (play: ConnectionPlay) => play.open(), []],
  [
    'is refused',
    (play: ConnectionPlay) => {
      play.connect(literal)
      play.input({ kind: 'dial-failed', attempt: 1, error: refused })
    },
    ["error(111, 'Connection refused')", 'socketShutdown'],
  ],
  ['peer closes', closesByPeer, ['socketShutdown']],
  [
    'peer resets',
    (play: ConnectionPlay) => {
      play.open()
      play.failed(reset)
      play.closed()
    },
    ["error(104, 'Connection reset by peer')", 'socketShutdown'],
  ],
  ['is closed here', (play: ConnectionPlay) => play.open().run('close').closed(), ['socketShutdown']],
  [
    'a name that is not found',
    (play: ConnectionPlay) => {
      play.connect()
      play.input({ kind: 'resolve-failed', connection: 1, error: describeError('name-not-found', { host: 'x' }) })
    },
    ["error(-2, 'Name or service not known')", 'socketShutdown'],
  ],
  [
    'an address that cannot be dialled',
    (play: ConnectionPlay) => play.connect({ settings: { ...literal.settings, addressFamily: 'ipv6' } }),
    [expect.stringContaining('is not a host name'), 'socketShutdown'],
  ],
])('the threaded client: %s', (_, steps, rest) => {
  const [running, created, ...others] = signals('ThreadedTCPClient', steps)
  const connected = others[0] === 'socket connected' ? ['socket connected'] : []
  expect([running, created]).toEqual(['Thread running', 'socket object created'])
  expect(others.slice(connected.length)).toEqual(rest)
})

test('the threaded client: every attempt of a retry policy is a client of its own', () => {
  const steps = (play: ConnectionPlay): void => {
    play.connect({ settings: { ...literal.settings, retry: everySecond } })
    play.input({ kind: 'dial-failed', attempt: 1, error: refused })
    play.fire('retry')
    play.connected(2, ipv4)
  }
  expect(signals('ThreadedTCPClient', steps)).toEqual([
    'Thread running',
    'socket object created',
    "error(111, 'Connection refused')",
    'socketShutdown',
    'Thread running',
    'socket object created',
    'socket connected',
  ])
})

test.each([
  [
    'is secured in mid-stream',
    (play: ConnectionPlay) => {
      play.open()
      play.input({ kind: 'start-tls', serverName: null })
      play.secured()
    },
    ['sslready'],
  ],
  [
    'gives up in time',
    (play: ConnectionPlay) => {
      play.begin([ipv4])
      play.fire('connect-timeout')
    },
    ['producerFinished(timeout)'],
  ],
  ['peer closes', closesByPeer, ['producerFinished(null)']],
])('the other client: %s', (_, steps, expected) => {
  expect(signals('TCPClient', steps)).toEqual(expected)
})

test.each([
  ['ThreadedTCPClient', 'producerFinished', true],
  ['ThreadedTCPClient', 'shutdownMicroprocess', false],
  ['TCPClient', 'producerFinished', true],
  ['TCPClient', 'shutdownMicroprocess', true],
] as const)('%s is ended by %s: %s', (client, control, ends) => {
  expect(endsClient(control, client)).toBe(ends)
})
