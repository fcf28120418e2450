import { describe, expect, test } from 'vitest'
import { describeError, type ErrorCode } from '../../contract/errors.ts'
import type { RetryPolicy, RetrySchedule } from '../../contract/schemas/retry.ts'
import type { ConnectionPlan } from './connection-inputs.ts'
import { RetryPlan } from './retry-plan.ts'
import { verdictOfDials, verdictOfFailure, verdictOfTls } from './connection-verdict.ts'
import { asciiBytes, ConnectionPlay, everySecond, ipv4, settings } from './testing/connection-play.ts'

const refused = describeError('connection-refused', { address: '192.0.2.1', port: 7 })
const literal = { ...settings, host: '192.0.2.1' }

function retrying(policy: Partial<RetryPolicy> = {}): { settings: ConnectionPlan['settings'] } {
  return { settings: { ...literal, retry: { ...everySecond, ...policy } } }
}

/** Refuses the attempt that is under way. */
function refuse(play: ConnectionPlay): string[] {
  const effects = play.input({ kind: 'dial-failed', attempt: play.attempt, error: refused })
  play.attempt += 1
  return effects
}

describe('retrying', () => {
  test('a server that is started later is reached; what was sent meanwhile is delivered', () => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    play.send('one')
    expect(refuse(play)).toEqual([
      'tell dial-failed 192.0.2.1:7 after 0: connection-refused',
      'forget connect-timeout',
      'tell ended by error, not-connected after 1 dials, 3 unsent, connection-refused; connecting -> closed (failed)',
      'tell retry-scheduled 1 of any in 1000; closed -> waiting-to-retry (retry)',
      'wake retry after 1000',
    ])
    expect(play.machine.facts).toMatchObject({ retry: { attempt: 1 }, ending: { how: 'not-connected' } })
    expect(play.send('two')).toEqual([])
    expect(play.fire('retry')).toEqual([
      'wake connect-timeout after 10000',
      'tell dialling 192.0.2.1:7; waiting-to-retry -> connecting (retry)',
      'dial 2 192.0.2.1:7',
    ])
    expect([play.machine.connectionNumber, play.machine.facts.ending, play.machine.facts.retry]).toEqual([
      2,
      null,
      { attempt: 1, maximumAttempts: null },
    ])
    expect(play.connected(2, ipv4).slice(2)).toEqual(['write "one"', 'write "two"'])
    expect(play.machine.facts.retry).toBe(null)
  })

  test('looks the name up again', () => {
    const play = new ConnectionPlay()
    play.connect({ settings: { ...settings, retry: everySecond } })
    play.input({ kind: 'resolve-failed', connection: 1, error: describeError('name-not-found', { host: 'x' }) })
    expect(play.fire('retry').slice(1)).toEqual([
      'tell resolving example.test; waiting-to-retry -> resolving (retry)',
      'resolve 2 example.test any',
    ])
  })

  test('ends after the last attempt, and begins to count again once a connection was open', () => {
    const play = new ConnectionPlay()
    play.connect(retrying({ schedule: { kind: 'fixed', delayMs: 0, maximumAttempts: 2 } }))
    for (const last of ['retry 1', 'retry 2']) {
      expect(refuse(play).at(-1), last).toBe('wake retry after 0')
      play.fire('retry')
    }
    play.connected(play.attempt, ipv4)
    play.failed(describeError('connection-reset'))
    expect(play.closed().slice(-2)).toEqual([
      'tell retry-scheduled 1 of 2 in 0; closed -> waiting-to-retry (retry)',
      'wake retry after 0',
    ])
    play.attempt += 1
    play.fire('retry')
    refuse(play)
    play.fire('retry')
    expect(refuse(play).at(-1)).toBe(
      'tell ended by error, not-connected after 1 dials, 0 unsent, connection-refused; connecting -> closed (failed)',
    )
    expect(play.machine.facts.retry).toBe(null)
  })

  test.each(['cancel', 'disconnect', 'close', 'abort'] as const)('%s ends the waiting', (kind) => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    refuse(play)
    expect(play.input({ kind })).toEqual([
      'forget retry',
      'tell retry-cancelled; waiting-to-retry -> closed (cancelled)',
    ])
    expect([play.machine.facts.retry, play.fire('retry')]).toEqual([null, []])
  })

  test('connecting while it waits begins at once, with what was sent meanwhile', () => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    refuse(play)
    play.send('kept')
    expect(play.connect(retrying()).slice(0, 2)).toEqual([
      'forget retry',
      'tell retry-cancelled; waiting-to-retry -> closed (cancelled)',
    ])
    expect(play.connected(2, ipv4).at(-1)).toBe('write "kept"')
  })

  test('an end of sending asked for meanwhile comes after what is queued', () => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    refuse(play)
    play.send('last')
    play.run('end-sending')
    expect(() => play.send('x')).toThrow(expect.objectContaining({ code: 'sending-ended' }) as Error)
    play.fire('retry')
    play.connected(2, ipv4)
    expect(play.accepted(4).slice(1)).toEqual(['FIN', 'tell local-ended; open -> half-closed-local (local-end)'])
  })

  test('a silent TLS port is opened anew after each handshake timeout, as often as the policy says', () => {
    const tls = { start: 'at-once', serverName: null } as const
    const play = new ConnectionPlay()
    play.connect({ ...retrying({ schedule: { kind: 'fixed', delayMs: 0, maximumAttempts: 1 } }), tls })
    for (const attempt of [1, 2]) {
      play.attempt = attempt
      play.connected(attempt, ipv4)
      play.fire('connect-timeout')
      play.closed()
      play.fire('retry')
    }
    expect(play.log.filter((line) => /ended|retry-sch/.test(line))).toEqual([
      'tell ended by error, tls, 0 unsent, handshake-timeout; handshaking -> closed (failed)',
      'tell retry-scheduled 1 of 1 in 0; closed -> waiting-to-retry (retry)',
      'tell ended by error, tls, 0 unsent, handshake-timeout; handshaking -> closed (failed)',
    ])
  })
})

describe('a connection that was open and is lost', () => {
  test('by the end of the peer: this side closes too, and what is sent meanwhile waits for the next one', () => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    play.connected(1, ipv4)
    play.send('going out')
    expect(play.peerEnded()).toEqual([
      'tell peer-ended; open -> half-closed-remote (peer-closed)',
      'wake disconnect-timeout after 2000',
    ])
    expect(play.send('for the next')).toEqual([])
    expect(play.accepted(9).slice(3)).toEqual(['FIN', 'tell local-ended'])
    expect(play.closed()).toEqual([
      'forget disconnect-timeout',
      'tell ended by peer, fin, 12 unsent; half-closed-remote -> closed (local-close)',
      'tell retry-scheduled 1 of any in 1000; closed -> waiting-to-retry (retry)',
      'wake retry after 1000',
    ])
    play.fire('retry')
    expect(play.connected(2, ipv4).at(-1)).toBe('write "for the next"')
  })

  test('a peer that ended and does not close is left after 2 s; it was the first to end', () => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    play.connected(1, ipv4)
    play.peerEnded()
    expect(play.fire('disconnect-timeout')).toEqual(['destroy'])
    expect(play.closed()[0]).toBe('tell ended by peer, fin, 0 unsent; half-closed-remote -> closed (local-close)')
    expect(play.machine.state).toBe('waiting-to-retry')
  })

  test.each([
    [false, ['write "new"'], { bytes: asciiBytes('oldnew'), totalBytes: 6 }, 3],
    [true, ['write "old"', 'write "new"'], { bytes: asciiBytes('oldnew'), totalBytes: 6 }, 6],
  ])('with resendsUnsent %s', (resendsUnsent, written, unsent, unsentBytes) => {
    const play = new ConnectionPlay()
    play.connect(retrying({ resendsUnsent }))
    play.connected(1, ipv4)
    play.send('old')
    play.failed(describeError('connection-reset'))
    play.closed()
    expect(play.machine.unsentBytes).toBe(3)
    play.fire('retry')
    play.send('new')
    expect([play.machine.unsent(10), play.machine.unsentBytes]).toEqual([unsent, 6])
    expect(play.connected(2, ipv4).slice(2)).toEqual(written)
    expect([play.machine.unsent(10), play.machine.unsentBytes]).toEqual([unsent, unsentBytes])
  })

  test.each([
    ['disconnect', 'local, fin'],
    ['abort', 'local, rst'],
    ['close', 'local, fin'],
    ['end-sending', 'local, fin'],
  ] as const)('%s by a person is no loss', (kind, ending) => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    play.connected(1, ipv4)
    play.run(kind)
    play.peerEnded()
    expect(play.closed().at(-1)).toContain(`tell ended by ${ending}`)
  })

  test('a person who disconnects while this side closes to connect again ends it', () => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    play.connected(1, ipv4)
    play.peerEnded()
    play.run('disconnect')
    expect([play.closed().at(-1), play.machine.state]).toEqual([
      'tell ended by peer, fin, 0 unsent; half-closed-remote -> closed (local-close)',
      'closed',
    ])
  })

  test('a person who cancels between the failure and the close ends it', () => {
    const play = new ConnectionPlay()
    play.connect(retrying())
    play.connected(1, ipv4)
    play.failed(describeError('connection-reset'))
    play.run('cancel').closed()
    expect(play.machine.state).toBe('closed')
  })

  test('a connection that was switched to TLS by hand is not made again', () => {
    const play = new ConnectionPlay()
    play.connect(retrying({ resendsUnsent: true }))
    play.connected(1, ipv4)
    play.input({ kind: 'start-tls', serverName: null })
    play.secured()
    play.failed(describeError('connection-reset'))
    play.closed()
    expect(play.machine.state).toBe('closed')
  })
})

describe('which failures are tried again', () => {
  const covered = (code: ErrorCode, stage: 'dialling' | 'handshaking' | 'open'): string[] => {
    const error = describeError(code)
    const verdict =
      stage === 'dialling' ? verdictOfDials([error]) : stage === 'open' ? verdictOfFailure(error) : verdictOfTls(error)
    const reasons = ['afterRefused', 'afterTimeout', 'afterHandshake', 'afterLoss'] as const
    return reasons.filter((reason) => {
      const plan = new RetryPlan(() => 0.5)
      const none = { afterRefused: false, afterTimeout: false, afterHandshake: false, afterLoss: false }
      plan.begin({ ...everySecond, ...none, [reason]: true })
      return plan.next(verdict, stage) !== null
    })
  }

  test.each([
    ['connection-refused', 'dialling', ['afterRefused']],
    ['connect-timeout', 'dialling', ['afterTimeout']],
    ['unreachable', 'dialling', ['afterTimeout']],
    ['name-not-found', 'dialling', ['afterTimeout']],
    ['name-lookup-failed', 'dialling', ['afterTimeout']],
    ['host-malformed', 'dialling', []],
    ['local-address-unavailable', 'dialling', []],
    ['handshake-timeout', 'handshaking', ['afterHandshake']],
    ['reset-before-tls', 'handshaking', ['afterHandshake']],
    ['closed-during-handshake', 'handshaking', ['afterHandshake']],
    ['plaintext-server', 'handshaking', ['afterHandshake']],
    ['certificate-expired', 'handshaking', []],
    ['certificate-changed', 'handshaking', []],
    ['client-certificate-required', 'handshaking', []],
    ['client-certificate-rejected', 'open', []],
    ['client-key-mismatch', 'handshaking', []],
    ['connection-reset', 'open', ['afterLoss']],
    ['connection-lost', 'open', ['afterLoss']],
    ['tls-broken', 'open', ['afterLoss']],
  ] as const)('%s while %s', (code, stage, reasons) => {
    expect(covered(code, stage)).toEqual(reasons)
  })
})

describe('how long it waits', () => {
  const delays = (schedule: RetrySchedule, random: () => number): number[] => {
    const plan = new RetryPlan(random)
    plan.begin({ ...everySecond, schedule })
    return Array.from({ length: 6 }, () => plan.next(verdictOfDials([refused]), 'dialling') ?? -1)
  }
  const exponential: RetrySchedule = {
    kind: 'exponential',
    firstDelayMs: 100,
    factor: 3,
    maximumDelayMs: 1000,
    jitter: 0.2,
    maximumAttempts: 5,
  }

  test.each([
    ['never', { kind: 'never' } as const, 0, [-1, -1, -1, -1, -1, -1]],
    ['fixed', { kind: 'fixed', delayMs: 40, maximumAttempts: null } as const, 0, [40, 40, 40, 40, 40, 40]],
    ['growing up to a cap', exponential, 0.5, [100, 300, 900, 1000, 1000, -1]],
    ['growing, as short as can be', exponential, 0, [80, 240, 720, 800, 800, -1]],
    ['growing, as long as can be', exponential, 1, [120, 360, 1080, 1200, 1200, -1]],
  ])('%s', (_, schedule, random, expected) => {
    expect(delays(schedule, () => random)).toEqual(expected)
  })
})
