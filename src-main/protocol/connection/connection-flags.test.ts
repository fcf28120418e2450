import { expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import { ConnectionPlay, everySecond, ipv4, settings } from './testing/connection-play.ts'

/** The flags that are set, as their first letters: Opened, Accepted, Connected, cutoFf, Should be connected. */
function flags(play: ConnectionPlay): string {
  const { opened, accepted, connected, cutOff, shouldBeConnected } = play.machine.facts.flags
  return [opened && 'O', accepted && 'A', connected && 'C', cutOff && 'F', shouldBeConnected && 'S']
    .map((letter) => letter || '-')
    .join('')
}

const reset = describeError('connection-reset')
const tls = { start: 'at-once', serverName: null } as const
const literal = { ...settings, host: '192.0.2.1' }

test.each([
  ['before', [() => undefined], ['-----']],
  [
    'plain TCP, closed by this side',
    [
      (play) => play.connect(),
      (play) => play.input({ kind: 'resolved', connection: 1, addresses: [ipv4] }),
      (play) => play.connected(1, ipv4),
      (play) => play.run('disconnect'),
      (play) => play.peerEnded(),
      (play) => play.closed(),
    ],
    ['-----', 'O----', 'OAC-S', 'OAC--', 'OACF-', '---F-'],
  ],
  [
    'TLS is accepted before it is connected',
    [(play) => play.open({ tls }), (play) => play.secured(), (play) => play.run('abort'), (play) => play.closed()],
    ['OA---', 'OAC-S', 'OAC--', '-----'],
  ],
  [
    'switched to TLS by hand',
    [(play) => play.open(), (play) => play.input({ kind: 'start-tls', serverName: null }), (play) => play.secured()],
    ['OAC-S', 'OA--S', 'OAC-S'],
  ],
  [
    'FIN of the peer: cut off, still connected',
    [(play) => play.open(), (play) => play.peerEnded(), (play) => play.run('close'), (play) => play.closed()],
    ['OAC-S', 'OACFS', 'OACF-', '---F-'],
  ],
  [
    'RST of the peer: lost',
    [(play) => play.open(), (play) => play.failed(reset), (play) => play.closed(), (play) => play.connect()],
    ['OAC-S', 'OAC-S', '---FS', '-----'],
  ],
  [
    'noticed without reading',
    [(play) => play.open(), (play) => play.input({ kind: 'loss-noticed', attempt: 1, how: 'rst' })],
    ['OAC-S', 'OACFS'],
  ],
  [
    'a loss that is retried stays one until it is made good or given up',
    [
      (play) => play.connect({ settings: { ...literal, retry: everySecond } }),
      (play) => play.connected(1, ipv4),
      (play) => play.failed(reset),
      (play) => play.closed(),
      (play) => play.fire('retry'),
      (play) => play.run('cancel'),
    ],
    ['O----', 'OAC-S', 'OAC-S', '---FS', 'O---S', '-----'],
  ],
  [
    'never connected',
    [(play) => play.begin([ipv4]), (play) => play.input({ kind: 'dial-failed', attempt: 1, error: reset })],
    ['O----', '-----'],
  ],
] as [string, ((play: ConnectionPlay) => unknown)[], string[]][])('%s', (_, steps, expected) => {
  const play = new ConnectionPlay()
  expect(
    steps.map((step) => {
      step(play)
      return flags(play)
    }),
  ).toEqual(expected)
})
