import { describe, expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import { tlsSettings } from '../../contract/schemas/tls.ts'
import * as v from 'valibot'
import type { ConnectionPlan } from './connection-inputs.ts'
import { asciiBytes, ConnectionPlay, ipv4, negotiated, settings } from './testing/connection-play.ts'

const atOnce: Partial<ConnectionPlan> = { tls: { start: 'at-once', serverName: 'example.test' } }
const afterText: Partial<ConnectionPlan> = {
  tls: {
    start: 'after-text',
    serverName: 'example.test',
    send: asciiBytes('STARTTLS\r\n'),
    expect: asciiBytes('220 '),
  },
}
const handshakeTimeoutMs = 500
const hasty: ConnectionPlan['settings'] = { ...settings, tls: v.parse(tlsSettings, { handshakeTimeoutMs }) }

describe('TLS at once', () => {
  test('is connected, then secured; only then the initial message and what is queued go out', () => {
    const play = new ConnectionPlay()
    play.send('queued')
    play.begin([ipv4], { ...atOnce, initialBytes: asciiBytes('HELLO') })
    expect(play.connected(1, ipv4)).toEqual([
      'tell connected 10.0.0.1:50000 to 192.0.2.1:7 in 0; connecting -> handshaking (connected)',
      'tell handshaking example.test',
    ])
    expect(play.send('more')).toEqual([])
    play.nowMs = 30
    expect(play.secured()).toEqual([
      'forget connect-timeout',
      'tell secured TLSv1.3 in 30, 1 certificates; handshaking -> open (secured)',
      'write "HELLO"',
      'write "queued"',
      'write "more"',
    ])
    expect(play.machine.facts).toMatchObject({ handshakeMs: 30, tls: { ...negotiated, handshakeMs: 30 } })
  })

  test('very many small messages may wait for it', () => {
    const play = new ConnectionPlay().begin([ipv4], atOnce)
    play.connected(1, ipv4)
    const bytes = asciiBytes('x')
    for (let count = 0; count < 300_000; count++) play.machine.accept({ kind: 'send', bytes }, 0)
    expect(play.secured().slice(2)).toEqual(Array.from({ length: 4 }, () => 'write "x"'))
    expect(play.machine.unsentBytes).toBe(300_000)
  })

  test('has a timeout of its own', () => {
    const play = new ConnectionPlay().begin([ipv4], { ...atOnce, settings: hasty })
    play.send('never sent')
    expect(play.connected(1, ipv4).slice(1)).toEqual([
      'wake handshake-timeout after 500',
      'tell handshaking example.test',
    ])
    play.nowMs = 500
    expect(play.fire('handshake-timeout')).toEqual(['tell handshake-failed after 500: handshake-timeout', 'destroy'])
    expect(play.closed()).toEqual([
      'forget connect-timeout',
      'tell ended by error, tls, 10 unsent, handshake-timeout; handshaking -> closed (failed)',
    ])
  })

  test('is covered by the connect timeout', () => {
    const play = new ConnectionPlay().open(atOnce)
    expect(play.fire('connect-timeout')).toEqual(['tell handshake-failed after 0: handshake-timeout', 'destroy'])
    play.closed()
    expect(play.machine.facts.ending?.error?.data).toEqual({ address: 'example.test', timeoutMs: 10_000 })
  })

  test.each([
    [describeError('certificate-expired', { until: '2020' }), 'error, tls, 0 unsent, certificate-expired'],
    [describeError('reset-during-handshake'), 'peer, tls, 0 unsent, reset-during-handshake'],
    [describeError('plaintext-server'), 'error, tls, 0 unsent, plaintext-server'],
  ])('$code ends it', (error, ending) => {
    const play = new ConnectionPlay().open(atOnce)
    expect(play.failed(error)).toEqual([`tell handshake-failed after 0: ${error.code}`])
    expect(play.closed()).toEqual(['forget connect-timeout', `tell ended by ${ending}; handshaking -> closed (failed)`])
  })

  test.each(['peerEnded', 'closed'] as const)('an end without a reason (%s) is told as what it is', (end) => {
    const play = new ConnectionPlay().open(atOnce)
    play[end]()
    if (play.machine.state !== 'closed') play.closed()
    expect(play.log.filter((line) => /failed|destroy|ended/.test(line))).toEqual([
      'tell handshake-failed after 0: closed-during-handshake',
      ...(end === 'peerEnded' ? ['destroy'] : []),
      'tell ended by peer, tls, 0 unsent, closed-during-handshake; handshaking -> closed (failed)',
    ])
  })

  test.each([
    ['cancel', 'destroy', 'local, cancelled, 3 unsent; handshaking -> closed (cancelled)'],
    ['disconnect', 'destroy', 'local, cancelled, 3 unsent; handshaking -> closed (cancelled)'],
    ['close', 'destroy', 'local, cancelled, 3 unsent; handshaking -> closed (cancelled)'],
    ['abort', 'destroy with RST', 'local, rst, 3 unsent; handshaking -> closed (local-abort)'],
  ] as const)('%s gives it up; nothing that is queued goes out', (request, effect, ending) => {
    const play = new ConnectionPlay().open(atOnce)
    play.send('abc')
    expect(play.input({ kind: request })).toEqual([effect])
    expect(play.closed()).toEqual(['forget connect-timeout', `tell ended by ${ending}`])
  })

  test('an end of sending waits for it', () => {
    const play = new ConnectionPlay().open(atOnce)
    expect(play.input({ kind: 'end-sending' })).toEqual([])
    expect(play.secured().slice(2)).toEqual(['FIN', 'tell local-ended; open -> half-closed-local (local-end)'])
  })

  test.each([
    ['client-certificate-required', 'peer, tls, 1 unsent, client-certificate-required; open -> closed (failed)'],
    ['tls-broken', 'error, tls, 1 unsent, tls-broken; open -> closed (failed)'],
    ['connection-reset', 'peer, rst, 1 unsent, connection-reset; open -> closed (peer-reset)'],
  ] as const)('%s after it is open, as an alert of TLS 1.3 comes', (code, ending) => {
    const play = new ConnectionPlay().open(atOnce)
    play.secured()
    play.send('x')
    expect(play.failed(describeError(code))).toEqual([])
    expect(play.closed()).toEqual([`tell ended by ${ending}`])
  })
})

describe('TLS by hand', () => {
  test('what was queued before goes out in plain text, what comes after waits for the handshake', () => {
    const play = new ConnectionPlay().open({ settings: hasty })
    play.send('before')
    expect(play.input({ kind: 'start-tls', serverName: null })).toEqual(['wake handshake-timeout after 500'])
    expect(play.send('after')).toEqual([])
    play.nowMs = 5
    expect(play.accepted(6)).toEqual([
      'sent "before"',
      'tell handshaking without a name; open -> handshaking (tls-begun)',
      'start TLS',
    ])
    expect(play.send('more')).toEqual([])
    play.nowMs = 25
    expect(play.secured()).toEqual([
      'forget handshake-timeout',
      'tell secured TLSv1.3 in 20, 1 certificates; handshaking -> open (secured)',
      'write "after"',
      'write "more"',
    ])
  })

  test('the initial message went out before and does not come again', () => {
    const play = new ConnectionPlay().open({ initialBytes: asciiBytes('HELLO') })
    play.accepted(5)
    expect(play.input({ kind: 'start-tls', serverName: 'x.test' })).toEqual([
      'wake handshake-timeout after 10000',
      'tell handshaking x.test; open -> handshaking (tls-begun)',
      'start TLS',
    ])
    expect(play.secured().slice(2)).toEqual([])
  })

  test('a peer that does not read what goes before is left when the time is over; nothing more goes out', () => {
    const play = new ConnectionPlay().open({ settings: hasty })
    play.send('before')
    play.input({ kind: 'start-tls', serverName: null })
    play.send('after')
    expect(play.fire('handshake-timeout')).toEqual(['tell handshake-failed after 0: handshake-timeout', 'destroy'])
    expect(play.accepted(2)).toEqual(['sent "be"'])
    expect(play.closed()).toEqual(['tell ended by error, tls, 9 unsent, handshake-timeout; open -> closed (failed)'])
  })

  test('a peer that ends before the handshake', () => {
    const play = new ConnectionPlay().open()
    play.send('before')
    play.input({ kind: 'start-tls', serverName: null })
    expect(play.peerEnded()).toEqual(['tell handshake-failed after 0: closed-during-handshake', 'destroy'])
  })

  const start = { kind: 'start-tls', serverName: null } as const
  test.each([
    ['idle', 'not-connected', (play: ConnectionPlay) => play.input(start)],
    ['connecting', 'not-connected', (play: ConnectionPlay) => play.begin([ipv4]).input(start)],
    ['twice', 'tls-already', (play: ConnectionPlay) => (play.open().input(start), play.input(start))],
    ['secured', 'tls-already', (play: ConnectionPlay) => (play.open(atOnce).secured(), play.input(start))],
    [
      'after the end of sending',
      'not-connected',
      (play: ConnectionPlay) => play.open().run('end-sending').input(start),
    ],
    [
      'after the end of receiving',
      'not-connected',
      (play: ConnectionPlay) => play.open().run('end-receiving').input(start),
    ],
    [
      'after the end of the peer',
      'not-connected',
      (play: ConnectionPlay) => (play.open().peerEnded(), play.input(start)),
    ],
  ] as const)('is refused: %s', (_, code, act) => {
    expect(() => act(new ConnectionPlay())).toThrow(expect.objectContaining({ code }) as Error)
  })
})

describe('TLS after a text', () => {
  test('sends the text first of all, waits for the answer, then begins; the queue waits for all of it', () => {
    const play = new ConnectionPlay()
    play.send('queued')
    play.begin([ipv4], { ...afterText, initialBytes: asciiBytes('HELLO') })
    expect(play.connected(1, ipv4).slice(1)).toEqual(['write "STARTTLS\\r\\n"'])
    expect(play.machine.expectsText).toBe(true)
    expect(play.accepted(10)).toEqual(['sent "STARTTLS\\r\\n"'])
    expect(play.received('250-x\r\n22')).toEqual([])
    play.nowMs = 3
    expect(play.received('0 ready')).toEqual(['tell handshaking example.test', 'start TLS'])
    expect(play.machine.expectsText).toBe(false)
    play.nowMs = 9
    expect(play.secured().slice(1)).toEqual([
      'tell secured TLSv1.3 in 6, 1 certificates; handshaking -> open (secured)',
      'write "HELLO"',
      'write "queued"',
    ])
  })

  test('an answer that comes before the text was accepted counts; TLS waits for the text', () => {
    const play = new ConnectionPlay().open(afterText)
    expect(play.received('220 ')).toEqual([])
    expect(play.accepted(10).slice(1)).toEqual(['tell handshaking example.test', 'start TLS'])
  })

  test('without a text and an answer it begins at once, in mid-stream', () => {
    const play = new ConnectionPlay().open({
      tls: { start: 'after-text', serverName: null, send: new Uint8Array(0), expect: new Uint8Array(0) },
    })
    expect(play.last.slice(1)).toEqual(['tell handshaking without a name', 'start TLS'])
  })

  test('a peer that never answers so is left when the time is over; nothing that is queued went out', () => {
    const play = new ConnectionPlay().begin([ipv4], { ...afterText, settings: hasty })
    play.send('queued')
    play.connected(1, ipv4)
    play.accepted(10)
    play.received('500 no')
    expect(play.fire('handshake-timeout')).toEqual(['tell handshake-failed after 0: handshake-timeout', 'destroy'])
    expect(play.closed().at(-1)).toBe(
      'tell ended by error, tls, 6 unsent, handshake-timeout; handshaking -> closed (failed)',
    )
  })

  test('a reset before the handshake is told as such', () => {
    const play = new ConnectionPlay().open(afterText)
    expect(play.failed(describeError('connection-reset'))).toEqual(['tell handshake-failed after 0: reset-before-tls'])
  })
})
