import { describe, expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import { asciiBytes, ConnectionPlay, ipv4, settings } from './testing/connection-play.ts'

const reset = describeError('connection-reset')

describe('ending', () => {
  test('disconnect sends what is queued, then FIN, then waits for the peer', () => {
    const play = new ConnectionPlay().open()
    play.send('bye')
    expect(play.input({ kind: 'disconnect' })).toEqual(['wake disconnect-timeout after 2000'])
    expect(play.accepted(3)).toEqual([
      'sent "bye"',
      'forget disconnect-timeout',
      'wake disconnect-timeout after 2000',
      'FIN',
      'tell local-ended; open -> half-closed-local (local-close)',
    ])
    expect(play.peerEnded()).toEqual(['tell peer-ended'])
    expect(play.closed()).toEqual([
      'forget disconnect-timeout',
      'tell ended by local, fin, 0 unsent; half-closed-local -> closed (peer-closed)',
    ])
  })

  test('a peer that does not close in time is left without RST', () => {
    const play = new ConnectionPlay().open().run('disconnect')
    expect(play.fire('disconnect-timeout')).toEqual(['destroy'])
    expect(play.closed()).toEqual(['tell ended by local, timeout, 0 unsent; half-closed-local -> closed (timeout)'])
  })

  test('a peer that does not read gets RST after the timeout; the remainder is counted', () => {
    const play = new ConnectionPlay().open()
    play.send('unread')
    play.run('disconnect')
    play.accepted(2)
    expect(play.fire('disconnect-timeout')).toEqual(['destroy with RST'])
    expect(play.accepted(1)).toEqual(['sent "r"'])
    expect(play.closed()).toEqual(['tell ended by local, timeout, 3 unsent; open -> closed (timeout)'])
    expect(play.machine.unsentBytes).toBe(3)
  })

  test('half-close by this side: receiving goes on until the peer ends', () => {
    const play = new ConnectionPlay().open()
    expect(play.input({ kind: 'end-sending' })).toEqual([
      'FIN',
      'tell local-ended; open -> half-closed-local (local-end)',
    ])
    expect(play.input({ kind: 'end-sending' })).toEqual([])
    play.peerEnded()
    expect(play.closed()).toEqual(['tell ended by local, fin, 0 unsent; half-closed-local -> closed (peer-closed)'])
  })

  test('half-close by the peer: sending goes on until the user ends', () => {
    const play = new ConnectionPlay().open()
    expect(play.peerEnded()).toEqual(['tell peer-ended; open -> half-closed-remote (peer-closed)'])
    expect(play.send('still here')).toEqual(['write "still here"'])
    expect(play.accepted(10)).toEqual(['sent "still here"'])
    expect(play.input({ kind: 'disconnect' })).toEqual([
      'wake disconnect-timeout after 2000',
      'FIN',
      'tell local-ended',
    ])
    expect(play.closed()).toEqual([
      'forget disconnect-timeout',
      'tell ended by peer, fin, 0 unsent; half-closed-remote -> closed (local-close)',
    ])
  })

  test('an end asked for while connecting follows what is queued', () => {
    const play = new ConnectionPlay().begin([ipv4])
    play.send('x')
    play.run('end-sending')
    expect(play.connected(1, ipv4).at(-1)).toBe('write "x"')
    expect(play.accepted(1)).toEqual(['sent "x"', 'FIN', 'tell local-ended; open -> half-closed-local (local-end)'])
  })

  test('abort sends RST and counts what was unsent', () => {
    const play = new ConnectionPlay().open()
    play.send('lost')
    expect(play.input({ kind: 'abort' })).toEqual(['destroy with RST'])
    expect(play.closed()).toEqual(['tell ended by local, rst, 4 unsent; open -> closed (local-abort)'])
  })

  test.each([
    [reset, 'tell ended by peer, rst, 4 unsent, connection-reset; open -> closed (peer-reset)'],
    [describeError('broken-pipe'), 'tell ended by peer, rst, 4 unsent, broken-pipe; open -> closed (peer-reset)'],
    [describeError('connection-lost'), 'tell ended by error, lost, 4 unsent, connection-lost; open -> closed (failed)'],
  ])('$code ends it', (error, ending) => {
    const play = new ConnectionPlay().open()
    play.send('lost')
    expect(play.input({ kind: 'failed', attempt: 1, error })).toEqual([])
    expect(play.closed()).toEqual([ending])
  })

  test('a close that nobody announced is a loss', () => {
    expect(new ConnectionPlay().open().closed()).toEqual([
      'tell ended by error, lost, 0 unsent, connection-lost; open -> closed (failed)',
    ])
  })

  test('close is a FIN at once: neither what is queued nor the peer is waited for', () => {
    const play = new ConnectionPlay().open()
    play.send('left')
    expect(play.input({ kind: 'close' })).toEqual(['destroy'])
    expect(play.closed()).toEqual(['tell ended by local, fin, 4 unsent; open -> closed (local-close)'])
  })

  test('close after the end of the peer: the peer was first', () => {
    const play = new ConnectionPlay().open()
    play.peerEnded()
    play.run('close')
    expect(play.closed()).toEqual(['tell ended by peer, fin, 0 unsent; half-closed-remote -> closed (local-close)'])
  })

  test('what was unsent can be looked at, and goes out first on the next connection when a person wants that', () => {
    const play = new ConnectionPlay().open()
    play.send('abc')
    play.send('def')
    play.accepted(2)
    play.run('abort').closed()
    expect([play.machine.unsent(3), play.machine.unsentBytes]).toEqual([{ bytes: asciiBytes('cde'), totalBytes: 4 }, 4])
    play.begin([ipv4], { resendsUnsent: true })
    play.send('ghi')
    expect(play.connected(2, ipv4).slice(2)).toEqual(['write "c"', 'write "def"', 'write "ghi"'])
  })

  test('without sending after the end of the peer, what is queued stays and a disconnect closes at once', () => {
    const play = new ConnectionPlay().open({ settings: { ...settings, sendsAfterPeerEnd: false } })
    play.peerEnded()
    expect(play.send('kept')).toEqual([])
    expect(play.input({ kind: 'disconnect' })).toEqual([
      'wake disconnect-timeout after 2000',
      'forget disconnect-timeout',
      'destroy',
    ])
    expect(play.closed()).toEqual(['tell ended by peer, fin, 4 unsent; half-closed-remote -> closed (local-close)'])
  })

  test('without sending after the end of the peer, an end that is due comes with it', () => {
    const play = new ConnectionPlay().open({ settings: { ...settings, sendsAfterPeerEnd: false } })
    play.send('kept')
    play.run('end-sending')
    expect(play.peerEnded()).toEqual(['tell peer-ended; open -> half-closed-remote (peer-closed)', 'destroy'])
  })

  test('ending both halves is shutdown(both): the socket stays until it is closed', () => {
    const play = new ConnectionPlay().open()
    expect(play.input({ kind: 'end-receiving' })).toEqual(['read no more', 'tell receiving-ended'])
    expect(play.input({ kind: 'end-receiving' })).toEqual([])
    expect(play.input({ kind: 'end-sending' })).toEqual([
      'FIN',
      'tell local-ended; open -> half-closed-local (local-end)',
    ])
    expect([play.machine.facts.receivingEnded, play.machine.facts.flags.connected]).toEqual([true, true])
    expect(play.input({ kind: 'disconnect' })).toEqual([
      'wake disconnect-timeout after 2000',
      'forget disconnect-timeout',
      'destroy',
    ])
    expect(play.closed()).toEqual(['tell ended by local, fin, 0 unsent; half-closed-local -> closed (local-close)'])
  })

  test.each([
    [
      'fin',
      ['tell loss-noticed fin', 'tell peer-ended', 'destroy'],
      'local, fin, 0 unsent; half-closed-local -> closed (local-close)',
    ],
    [
      'rst',
      ['tell loss-noticed rst', 'destroy'],
      'peer, rst, 0 unsent, connection-reset; half-closed-local -> closed (peer-reset)',
    ],
  ] as const)('with both halves ended, the %s of the peer that is noticed ends it', (how, effects, ending) => {
    const play = new ConnectionPlay().open().run('end-receiving').run('end-sending')
    expect(play.input({ kind: 'loss-noticed', attempt: 1, how })).toEqual(effects)
    expect(play.closed()).toEqual([`tell ended by ${ending}`])
  })

  test('a loss that is noticed while reading is held is told; the reads find out how it ended', () => {
    const play = new ConnectionPlay().open()
    expect(play.input({ kind: 'loss-noticed', attempt: 1, how: 'fin' })).toEqual(['tell loss-noticed fin'])
    expect(play.machine.facts.flags).toMatchObject({ connected: true, cutOff: true })
    expect(play.peerEnded()).toEqual(['tell peer-ended; open -> half-closed-remote (peer-closed)'])
  })

  test('the same session connects again, with an empty queue and a new number', () => {
    const play = new ConnectionPlay().open()
    play.send('left over')
    play.run('abort')
    play.closed()
    play.begin([ipv4])
    expect(play.connected(2, ipv4)).toEqual([
      'forget connect-timeout',
      'tell connected 10.0.0.1:50000 to 192.0.2.1:7 in 0; connecting -> open (connected)',
    ])
    expect([play.machine.connectionNumber, play.machine.unsentBytes]).toEqual([2, 0])
  })
})
