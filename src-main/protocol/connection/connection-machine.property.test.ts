import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { describeError, WirebenchError } from '../../contract/errors.ts'
import type { ConnectionEvent, ConnectionStateName } from '../../contract/schemas/connection.ts'
import { tlsSettings } from '../../contract/schemas/tls.ts'
import type { ConnectionEffect, ConnectionInput, ConnectionPlan, ConnectionTimer } from './connection-inputs.ts'
import { ConnectionMachine } from './connection-machine.ts'
import { maximumPieceBytes, maximumPiecesInFlight } from './send-queue.ts'
import {
  asciiBytes,
  everySecond,
  ipv4,
  ipv6,
  local,
  negotiated,
  peerCertificates,
  planWith,
  settings,
} from './testing/connection-play.ts'

const opening = new Uint8Array(5)
const error = fc.constantFrom(
  describeError('connection-refused'),
  describeError('connection-reset'),
  describeError('unreachable'),
  describeError('certificate-expired'),
)
/** 0 stands for the newest. */
const attempt = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 }))
const maximumAttempts = 3

const plan: fc.Arbitrary<ConnectionPlan> = fc
  .record({
    target: fc.constantFrom(
      {},
      { host: ipv4.address },
      { host: ipv4.address, addressFamily: 'ipv6' as const },
      { connectDelayMs: 50 },
    ),
    retry: fc.record({
      schedule: fc.constantFrom({ kind: 'never' as const }, { kind: 'fixed' as const, delayMs: 0, maximumAttempts }),
      resendsUnsent: fc.boolean(),
    }),
    sendsAfterPeerEnd: fc.boolean(),
    handshakeTimeoutMs: fc.constantFrom(null, 500),
    initialBytes: fc.constantFrom(new Uint8Array(0), opening),
    tls: fc.constantFrom<ConnectionPlan['tls'][]>(
      null,
      null,
      { start: 'at-once', serverName: null },
      { start: 'after-text', serverName: null, send: asciiBytes('STARTTLS'), expect: asciiBytes('ok') },
    ),
    resendsUnsent: fc.boolean(),
  })
  .map(({ target, retry, sendsAfterPeerEnd, handshakeTimeoutMs, ...rest }) =>
    planWith({
      ...rest,
      settings: {
        ...settings,
        ...target,
        sendsAfterPeerEnd,
        retry: { ...everySecond, ...retry },
        tls: rest.tls === null ? null : v.parse(tlsSettings, { handshakeTimeoutMs }),
      },
    }),
  )
const remote = { ...ipv4, port: settings.port }

/**
 * Acceptance is a share of what is in flight: the system never accepts more than it was given. What is sent are the next
 * bytes of one buffer, so that every byte is known by its place.
 */
type Step =
  | Exclude<ConnectionInput, { kind: 'accepted-bytes' | 'send' }>
  | { kind: 'accept-share'; share: number }
  | { kind: 'send-next'; byteCount: number }
const maximumSteps = 60
const maximumSendBytes = 2 * maximumPieceBytes
const userBytes = new Uint8Array(maximumSteps * maximumSendBytes)

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('connect' as const), plan }),
  fc.record({
    kind: fc.constant('resolved' as const),
    connection: fc.integer({ min: 1, max: 3 }),
    addresses: fc.subarray([ipv6, ipv4]),
  }),
  fc.record({ kind: fc.constant('resolve-failed' as const), connection: fc.integer({ min: 1, max: 3 }), error }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('dial-connected' as const),
      attempt,
      local: fc.constant(local),
      remote: fc.constant(remote),
    }),
  },
  fc.record({ kind: fc.constant('dial-failed' as const), attempt, error }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('send-next' as const),
      byteCount: fc.oneof(fc.constantFrom(0, 3), fc.nat(maximumSendBytes)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('accept-share' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  fc.record({ kind: fc.constantFrom('peer-ended' as const, 'closed' as const), attempt }),
  fc.record({ kind: fc.constant('failed' as const), attempt, error }),
  fc.record({
    kind: fc.constantFrom(
      'end-sending' as const,
      'end-sending' as const,
      'end-receiving' as const,
      'disconnect' as const,
      'disconnect' as const,
      'close' as const,
      'abort' as const,
      'cancel' as const,
    ),
  }),
  fc.record({ kind: fc.constant('start-tls' as const), serverName: fc.constant(null) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('secured' as const),
      attempt,
      tls: fc.constant(negotiated),
      peerCertificates: fc.constant(peerCertificates),
    }),
  },
  fc.record({
    kind: fc.constant('received' as const),
    attempt,
    bytes: fc.constantFrom(asciiBytes('o'), asciiBytes('k')),
  }),
  fc.record({
    kind: fc.constant('loss-noticed' as const),
    attempt,
    how: fc.constantFrom('fin' as const, 'rst' as const),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('timer-fired' as const),
      timer: fc.constantFrom<ConnectionTimer[]>(
        'connect-delay',
        'connect-timeout',
        'next-address',
        'handshake-timeout',
        'disconnect-timeout',
        'retry',
      ),
    }),
  },
)

/** Checks every effect against what the driver of a machine relies on. */
class Referee {
  readonly machine = new ConnectionMachine(() => 0.5)
  plan = planWith()
  /** Bytes of the user that were queued: the next one is at this place of the buffer. */
  queued = 0
  /** Stretches of the user's bytes that were accepted. */
  readonly accepted: { from: number; to: number }[] = []
  /** Bytes of the user that will never go out. */
  dropped = 0
  endings = 0
  retries = 0
  pieces: Uint8Array[] = []
  readonly timers = new Set<string>()
  readonly dialled = new Set<number>()
  readonly settled = new Set<number>()
  open: number | null = null
  finSent = false
  destroyed = false
  readingEnded = false
  /** Bytes of the user from this place on may not be written now. */
  plainLimit = Infinity
  /** The handshake goes on: nothing at all may be written. */
  isHandshaking = false
  /** What was written last on this connection ends at this place. */
  writtenTo = 0
  told: ConnectionStateName = 'idle'

  get inFlightBytes(): number {
    return this.pieces.reduce((sum, { length }) => sum + length, 0)
  }

  take(input: ConnectionInput): void {
    const stateBefore = this.machine.state
    let effects: readonly ConnectionEffect[]
    try {
      effects = this.machine.accept(input, 0)
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(WirebenchError)
      expect(this.machine.state).toBe(stateBefore)
      return
    }
    this.#before(input)
    const isOver = stateBefore === 'closed' || stateBefore === 'idle'
    if (isOver && input.kind !== 'connect') expect(effects).toEqual([])
    for (const effect of effects) this.#check(effect, input)
    expect(this.told).toBe(this.machine.state)
    if (!this.machine.isActive || this.machine.state === 'waiting-to-retry') this.#checkEnded()
    else expect(this.endings).toBe(this.machine.connectionNumber - 1)
    this.#checkUnsent(input, effects)
    expect(this.pieces.length).toBeLessThanOrEqual(maximumPiecesInFlight)
  }

  #before(input: ConnectionInput): void {
    if (input.kind === 'send') this.queued += input.bytes.length
    if (input.kind === 'start-tls') this.plainLimit = this.queued
    if (input.kind === 'connect') {
      this.plan = input.plan
      this.retries = 0
      this.pieces = []
    }
    if (input.kind === 'dial-failed' && this.dialled.has(input.attempt)) this.settled.add(input.attempt)
    if (input.kind === 'timer-fired') this.timers.delete(input.timer)
  }

  #check(effect: ConnectionEffect, cause: ConnectionInput): void {
    switch (effect.kind) {
      case 'dial':
        expect(this.dialled).not.toContain(effect.attempt)
        this.dialled.add(effect.attempt)
        break
      case 'abandon':
        expect(effect.attempt).not.toBe(this.open)
        expect(this.settled).not.toContain(effect.attempt)
        this.settled.add(effect.attempt)
        break
      case 'write':
        expect([effect.attempt, this.finSent, this.destroyed]).toEqual([this.open, false, false])
        expect(effect.bytes.length).toBeLessThanOrEqual(maximumPieceBytes)
        this.#checkWritten(effect.bytes)
        this.pieces.push(effect.bytes)
        break
      case 'record-sent':
        this.#accept(effect.bytes)
        break
      case 'start-tls':
        expect([effect.attempt, this.inFlightBytes, this.finSent, this.destroyed]).toEqual([this.open, 0, false, false])
        break
      case 'end-sending':
        expect([effect.attempt, this.inFlightBytes, this.finSent, this.destroyed]).toEqual([this.open, 0, false, false])
        this.finSent = true
        break
      case 'end-receiving':
        expect([effect.attempt, this.readingEnded, this.destroyed]).toEqual([this.open, false, false])
        this.readingEnded = true
        break
      case 'destroy':
        expect([effect.attempt, this.destroyed]).toEqual([this.open, false])
        this.destroyed = true
        break
      case 'wake-after':
        expect(this.timers).not.toContain(effect.timer)
        this.timers.add(effect.timer)
        break
      case 'forget-timer':
        expect(this.timers.delete(effect.timer)).toBe(true)
        break
      case 'tell':
        this.#follow(effect.event, cause)
        break
      case 'resolve':
        expect(effect.connection).toBe(this.machine.connectionNumber)
        break
      default:
        effect satisfies never
    }
  }

  /** Whoever reads the events alone knows every state. */
  #follow(event: ConnectionEvent, cause: ConnectionInput): void {
    if (event.kind === 'connected' && cause.kind === 'dial-connected') this.#connected(cause.attempt)
    if (event.kind === 'handshaking') this.isHandshaking = true
    if (event.kind === 'secured') {
      this.isHandshaking = false
      this.plainLimit = Infinity
    }
    if (event.kind === 'ended') {
      this.endings += 1
      if (this.plan.settings.retry.schedule.kind === 'never') {
        expect(event.ending.unsentBytes).toBe(this.machine.unsent(0).totalBytes)
      }
    }
    if (event.kind === 'retry-scheduled') {
      this.retries += 1
      expect([event.attempt, event.maximumAttempts]).toEqual([this.retries, maximumAttempts])
      expect(this.retries).toBeLessThanOrEqual(maximumAttempts)
      this.pieces = []
    }
    const transition = 'transition' in event ? event.transition : null
    if (transition === null) return
    expect(transition.from).toBe(this.told)
    expect(transition.to).not.toBe(transition.from)
    this.told = transition.to
    if (transition.to === 'open') this.retries = 0
  }

  #connected(attempt: number): void {
    this.open = attempt
    this.settled.add(attempt)
    this.finSent = this.destroyed = this.readingEnded = this.isHandshaking = false
    this.plainLimit = this.plan.tls === null ? Infinity : 0
    this.writtenTo = 0
  }

  #checkWritten(bytes: Uint8Array): void {
    expect(this.isHandshaking).toBe(false)
    if (bytes.buffer !== userBytes.buffer) return
    expect(bytes.byteOffset).toBeGreaterThanOrEqual(this.writtenTo)
    this.writtenTo = bytes.byteOffset + bytes.length
    expect(this.writtenTo).toBeLessThanOrEqual(this.plainLimit)
  }

  #accept(bytes: Uint8Array): void {
    const [first] = this.pieces
    expect([bytes.buffer, bytes.byteOffset]).toEqual([first?.buffer, first?.byteOffset])
    expect(bytes.length).toBeLessThanOrEqual(first?.length ?? 0)
    if (bytes.length === first?.length) this.pieces.shift()
    else if (first !== undefined) this.pieces[0] = first.subarray(bytes.length)
    if (bytes.buffer !== userBytes.buffer) return
    const from = bytes.byteOffset
    const to = from + bytes.length
    expect(this.accepted.filter((other) => other.from < to && from < other.to)).toEqual([])
    this.accepted.push({ from, to })
  }

  /** Bytes of the user are accepted or unsent; none are given up but where a new connection begins without them. */
  #checkUnsent(input: ConnectionInput, effects: readonly ConnectionEffect[]): void {
    const own = this.pieces.reduce((sum, { buffer, length }) => sum + (buffer === userBytes.buffer ? 0 : length), 0)
    const accepted = this.accepted.reduce((sum, { from, to }) => sum + to - from, 0)
    const { totalBytes } = this.machine.unsent(0)
    const dropped = this.queued - accepted - (totalBytes - own)
    const follows = effects.some((effect) => effect.kind === 'tell' && effect.event.kind === 'retry-scheduled')
    const mayDrop =
      (input.kind === 'connect' && !input.plan.resendsUnsent) || (follows && !this.plan.settings.retry.resendsUnsent)
    if (mayDrop) expect(dropped).toBeGreaterThanOrEqual(this.dropped)
    else expect(dropped).toBe(this.dropped)
    this.dropped = dropped
    expect(this.machine.unsentBytes).toBeLessThanOrEqual(totalBytes)
  }

  #checkEnded(): void {
    expect(this.endings).toBe(this.machine.connectionNumber)
    expect([...this.timers]).toEqual(this.machine.state === 'waiting-to-retry' ? ['retry'] : [])
    expect([...this.dialled].filter((dial) => !this.settled.has(dial))).toEqual([])
  }
}

test('whatever happens in whatever order: one ending each, no byte lost or doubled or in the clear, nothing after the end', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(plan, fc.array(step, { maxLength: maximumSteps }), (first, steps) => {
      const referee = new Referee()
      referee.take({ kind: 'connect', plan: first })
      referee.take({ kind: 'resolved', connection: 1, addresses: [ipv6, ipv4] })
      for (const next of steps) {
        if (next.kind === 'send-next') {
          referee.take({ kind: 'send', bytes: userBytes.subarray(referee.queued, referee.queued + next.byteCount) })
        } else if (next.kind !== 'accept-share') {
          const isNewest = 'attempt' in next && next.attempt === 0
          referee.take(isNewest ? { ...next, attempt: Math.max(0, ...referee.dialled) } : next)
        } else if (referee.machine.openAttempt !== null) {
          const byteCount = Math.floor(referee.inFlightBytes * next.share)
          referee.take({ kind: 'accepted-bytes', attempt: referee.machine.openAttempt, byteCount })
        }
        seen.add(referee.machine.state)
      }
    }),
    { numRuns: 1000 },
  )
  expect([...seen].sort()).toEqual([
    'closed',
    'connecting',
    'half-closed-local',
    'half-closed-remote',
    'handshaking',
    'open',
    'resolving',
    'waiting-to-retry',
  ])
})
