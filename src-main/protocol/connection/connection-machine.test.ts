import { describe, expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import { asciiBytes, ConnectionPlay, ipv4, ipv6, local, settings } from './testing/connection-play.ts'

const refused = describeError('connection-refused', { address: '192.0.2.1', port: 7 })
const unreachable = describeError('unreachable', { address: '2001:db8::1', port: 7 })

const openAndPlain = {
  handshakeMs: null,
  tls: null,
  receivingEnded: false,
  retry: null,
  flags: { opened: true, accepted: true, connected: true, cutOff: false, shouldBeConnected: true },
}

describe('connecting', () => {
  test('looks the name up, dials, opens', () => {
    const play = new ConnectionPlay()
    expect(play.connect()).toEqual([
      'wake connect-timeout after 10000',
      'tell resolving example.test; idle -> resolving (requested)',
      'resolve 1 example.test any',
    ])
    play.nowMs = 12
    expect(play.input({ kind: 'resolved', connection: 1, addresses: [ipv4] })).toEqual([
      'tell resolved example.test [192.0.2.1] in 12; resolving -> connecting (resolved)',
      'tell dialling 192.0.2.1:7',
      'dial 1 192.0.2.1:7',
    ])
    play.nowMs = 20
    expect(play.connected(1, ipv4)).toEqual([
      'forget connect-timeout',
      'tell connected 10.0.0.1:50000 to 192.0.2.1:7 in 8; connecting -> open (connected)',
    ])
    expect(play.machine.facts).toEqual({
      resolvedAddresses: ['192.0.2.1'],
      local,
      remote: { ...ipv4, port: 7 },
      resolveMs: 12,
      connectMs: 8,
      ending: null,
      ...openAndPlain,
    })
  })

  test.each([
    ['192.0.2.1', ipv4, '192.0.2.1:7'],
    ['[2001:db8::1]', ipv6, '[2001:db8::1]:7'],
  ])('dials %s at once: there is nothing to look up', (host, address, remote) => {
    const play = new ConnectionPlay()
    play.nowMs = 12
    expect(play.connect({ settings: { ...settings, host, addressFamily: address.family } })).toEqual([
      'wake connect-timeout after 10000',
      `tell dialling ${remote}; idle -> connecting (requested)`,
      `dial 1 ${remote}`,
    ])
    play.nowMs = 20
    play.connected(1, address)
    expect(play.machine.facts).toEqual({
      resolvedAddresses: [address.address],
      local,
      remote: { ...address, port: 7 },
      resolveMs: null,
      connectMs: 8,
      ending: null,
      ...openAndPlain,
    })
  })

  test('an address that refuses ends it after one dial', () => {
    const play = new ConnectionPlay()
    play.connect({ settings: { ...settings, host: '192.0.2.1' } })
    play.nowMs = 3
    expect(play.input({ kind: 'dial-failed', attempt: 1, error: refused })).toEqual([
      'tell dial-failed 192.0.2.1:7 after 3: connection-refused',
      'forget connect-timeout',
      'tell ended by error, not-connected after 1 dials, 0 unsent, connection-refused; connecting -> closed (failed)',
    ])
  })

  test('an address of a family that is not allowed is refused with the reason', () => {
    const play = new ConnectionPlay()
    expect(play.connect({ settings: { ...settings, host: '::1', addressFamily: 'ipv4' } })).toEqual([
      'tell ended by error, not-connected after 0 dials, 0 unsent, host-malformed; idle -> closed (failed)',
    ])
    expect(play.connect({ settings: { ...settings, host: '[192.0.2.1]', addressFamily: 'ipv6' } })).toEqual([
      'tell ended by error, not-connected after 0 dials, 0 unsent, host-malformed',
    ])
    expect(play.machine.facts.ending?.error?.data).toEqual({
      host: '[192.0.2.1]',
      reason: 'It is an IPv4 address, but only IPv6 is allowed for this connection.',
    })
  })

  test('starts the next address after 250 ms; the first to connect wins and the others are abandoned', () => {
    const play = new ConnectionPlay().begin([ipv6, ipv4])
    expect(play.log.at(-1)).toBe('wake next-address after 250')
    expect(play.fire('next-address')).toEqual(['tell dialling 192.0.2.1:7', 'dial 2 192.0.2.1:7'])
    expect(play.connected(2, ipv4)).toEqual([
      'abandon 1',
      'forget connect-timeout',
      'tell connected 10.0.0.1:50000 to 192.0.2.1:7 in 0; connecting -> open (connected)',
    ])
    expect(play.connected(1, ipv6)).toEqual([])
    expect(play.input({ kind: 'closed', attempt: 1 })).toEqual([])
  })

  test('starts the next address at once when the previous one failed', () => {
    const play = new ConnectionPlay().begin([ipv6, ipv4])
    expect(play.input({ kind: 'dial-failed', attempt: 1, error: unreachable })).toEqual([
      'tell dial-failed [2001:db8::1]:7 after 0: unreachable',
      'forget next-address',
      'tell dialling 192.0.2.1:7',
      'dial 2 192.0.2.1:7',
    ])
  })

  test('ends when the last address failed, with the error that says most', () => {
    const play = new ConnectionPlay().begin([ipv4, ipv6])
    play.input({ kind: 'dial-failed', attempt: 1, error: refused })
    expect(play.input({ kind: 'dial-failed', attempt: 2, error: unreachable })).toEqual([
      'tell dial-failed [2001:db8::1]:7 after 0: unreachable',
      'forget connect-timeout',
      'tell ended by error, not-connected after 2 dials, 0 unsent, connection-refused; connecting -> closed (failed)',
    ])
  })

  test('ends when the name cannot be found, or stands for nothing', () => {
    const play = new ConnectionPlay()
    play.connect()
    const error = describeError('name-not-found', { host: 'example.test' })
    expect(play.input({ kind: 'resolve-failed', connection: 1, error })).toEqual([
      'forget connect-timeout',
      'tell ended by error, not-connected after 0 dials, 0 unsent, name-not-found; resolving -> closed (failed)',
    ])
    expect(new ConnectionPlay().begin([]).log.at(-1)).toBe(
      'tell ended by error, not-connected after 0 dials, 0 unsent, name-not-found; resolving -> closed (failed)',
    )
  })

  test('the connect timeout covers lookup and dialling', () => {
    const lookup = new ConnectionPlay()
    lookup.connect()
    expect(lookup.fire('connect-timeout')).toEqual([
      'tell ended by error, timeout, 0 unsent, connect-timeout; resolving -> closed (timeout)',
    ])
    const dialling = new ConnectionPlay().begin([ipv6, ipv4])
    dialling.fire('next-address')
    expect(dialling.fire('connect-timeout')).toEqual([
      'abandon 1',
      'abandon 2',
      'tell ended by error, timeout, 0 unsent, connect-timeout; connecting -> closed (timeout)',
    ])
  })

  test.each(['cancel', 'disconnect', 'abort'] as const)(
    '%s gives an attempt up, and counts what was queued',
    (kind) => {
      const play = new ConnectionPlay().begin([ipv6, ipv4])
      play.send('hello')
      expect(play.input({ kind })).toEqual([
        'abandon 1',
        'forget connect-timeout',
        'forget next-address',
        'tell ended by local, cancelled, 5 unsent; connecting -> closed (cancelled)',
      ])
    },
  )

  test('a late answer to a lookup given up is ignored by the next connection', () => {
    const play = new ConnectionPlay()
    play.connect()
    play.input({ kind: 'cancel' })
    play.connect()
    expect(play.input({ kind: 'resolved', connection: 1, addresses: [ipv4] })).toEqual([])
    expect(play.machine.connectionNumber).toBe(2)
  })
})

describe('waiting before the first dial', () => {
  const delayed = { settings: { ...settings, connectDelayMs: 700 } }

  test('comes after the lookup; the connect timeout and the time to connect begin after it', () => {
    const play = new ConnectionPlay()
    expect(play.connect(delayed).at(0)).toBe('wake connect-timeout after 10700')
    expect(play.input({ kind: 'resolved', connection: 1, addresses: [ipv4] }).slice(1)).toEqual([
      'tell delaying 700',
      'wake connect-delay after 700',
    ])
    play.nowMs = 700
    expect(play.fire('connect-delay')).toEqual(['tell dialling 192.0.2.1:7', 'dial 1 192.0.2.1:7'])
    play.nowMs = 705
    play.connected(1, ipv4)
    expect(play.machine.facts.connectMs).toBe(5)
  })

  test('can be cancelled', () => {
    const play = new ConnectionPlay()
    expect(play.connect({ settings: { ...delayed.settings, host: '192.0.2.1' } }).slice(1)).toEqual([
      'tell delaying 700; idle -> connecting (requested)',
      'wake connect-delay after 700',
    ])
    expect(play.input({ kind: 'cancel' })).toEqual([
      'forget connect-timeout',
      'forget connect-delay',
      'tell ended by local, cancelled, 0 unsent; connecting -> closed (cancelled)',
    ])
  })
})

describe('the initial message', () => {
  test('goes out first of all, on every connection, and is recorded', () => {
    const play = new ConnectionPlay()
    play.send('queued')
    play.open({ initialBytes: asciiBytes('HELLO') })
    expect(play.last.slice(-2)).toEqual(['write "HELLO"', 'write "queued"'])
    expect(play.accepted(11)).toEqual(['sent "HELLO"', 'sent "queued"'])
    play.run('abort').closed()
    play.begin([ipv4], { initialBytes: asciiBytes('HELLO') })
    expect(play.connected(2, ipv4).slice(2)).toEqual(['write "HELLO"'])
  })

  test('what is left of it is unsent, but is not sent again after the whole one', () => {
    const play = new ConnectionPlay()
    play.send('queued')
    play.open({ initialBytes: asciiBytes('HELLO') })
    play.accepted(2)
    play.run('abort')
    expect(play.closed()).toEqual(['tell ended by local, rst, 9 unsent; open -> closed (local-abort)'])
    expect(play.machine.unsent(100)).toEqual({ bytes: asciiBytes('LLOqueued'), totalBytes: 9 })
    play.begin([ipv4], { initialBytes: asciiBytes('HELLO'), resendsUnsent: true })
    expect(play.connected(2, ipv4).slice(2)).toEqual(['write "HELLO"', 'write "queued"'])
  })
})

describe('sending', () => {
  test('what was sent before the connection is open goes out first', () => {
    const play = new ConnectionPlay()
    expect(play.send('one')).toEqual([])
    play.begin([ipv4])
    expect(play.send('two')).toEqual([])
    expect(play.connected(1, ipv4).slice(-2)).toEqual(['write "one"', 'write "two"'])
    expect(play.send('three')).toEqual(['write "three"'])
    expect(play.accepted(6)).toEqual(['sent "one"', 'sent "two"'])
    expect(play.accepted(2)).toEqual(['sent "th"'])
    expect([play.machine.acceptedBytes, play.machine.unsentBytes]).toEqual([8, 3])
  })

  test('a large message goes out in pieces, four in flight', () => {
    const play = new ConnectionPlay().open()
    const piece = 256 * 1024
    play.input({ kind: 'send', bytes: new Uint8Array(5 * piece + 100) })
    expect(play.last).toEqual(Array.from({ length: 4 }, () => `write ${piece} bytes`))
    expect(play.accepted(piece)).toEqual([`sent ${piece} bytes`, `write ${piece} bytes`])
    expect(play.accepted(4 * piece)).toEqual([
      ...Array.from({ length: 4 }, () => `sent ${piece} bytes`),
      'write 100 bytes',
    ])
  })

  test.each([
    ['nothing', 'nothing-to-send', (play: ConnectionPlay) => play.open().send('')],
    ['after ending', 'sending-ended', (play: ConnectionPlay) => play.open().run('end-sending').send('x')],
    ['while disconnecting', 'sending-ended', (play: ConnectionPlay) => play.open().run('disconnect').send('x')],
    ['after an abort', 'not-connected', (play: ConnectionPlay) => play.open().run('abort').send('x')],
    ['after the end', 'not-connected', (play: ConnectionPlay) => play.begin([ipv4]).run('cancel').send('x')],
    ['FIN when idle', 'not-connected', (play: ConnectionPlay) => play.run('end-sending')],
    ['ending the receiving when idle', 'not-connected', (play: ConnectionPlay) => play.run('end-receiving')],
    [
      'ending the receiving while connecting',
      'not-connected',
      (play: ConnectionPlay) => play.begin([ipv4]).run('end-receiving'),
    ],
    ['connecting twice', 'already-connected', (play: ConnectionPlay) => play.open().begin([ipv4])],
  ] as const)('refuses %s', (_, code, act) => {
    expect(() => act(new ConnectionPlay())).toThrow(expect.objectContaining({ code }))
  })
})
