import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeError, WirebenchError } from '../../contract/errors.ts'
import type { ConnectionEvent, ConnectionStateName } from '../../contract/schemas/connection.ts'
import type { ConnectionEffect, ConnectionInput } from './connection-inputs.ts'
import { ConnectionMachine } from './connection-machine.ts'
import { maximumPieceBytes, maximumPiecesInFlight } from './send-queue.ts'
import { ipv4, ipv6, local, settings } from './testing/connection-play.ts'

const error = fc.constantFrom(
  describeError('connection-refused'),
  describeError('connection-reset'),
  describeError('unreachable'),
)
const attempt = fc.integer({ min: 1, max: 4 })
const remote = { ...ipv4, port: settings.port }

/** Acceptance is a share of what is in flight: the system never accepts more than it was given. */
type Step = Exclude<ConnectionInput, { kind: 'accepted-bytes' }> | { kind: 'accept-share'; share: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('connect' as const),
    settings: fc.constantFrom(
      settings,
      { ...settings, host: ipv4.address },
      { ...settings, host: ipv4.address, addressFamily: 'ipv6' as const },
    ),
  }),
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
      kind: fc.constant('send' as const),
      bytes: fc.nat(3 * maximumPieceBytes).map((length) => new Uint8Array(length)),
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
    kind: fc.constantFrom('end-sending' as const, 'disconnect' as const, 'abort' as const, 'cancel' as const),
  }),
  fc.record({
    kind: fc.constant('timer-fired' as const),
    timer: fc.constantFrom('connect-timeout' as const, 'next-address' as const, 'disconnect-timeout' as const),
  }),
)

/** Checks every effect against what the driver of a machine relies on. */
class Referee {
  readonly machine = new ConnectionMachine()
  queued = 0
  accepted = 0
  endings = 0
  connects = 0
  readonly pieces: number[] = []
  readonly timers = new Set<string>()
  readonly dialled = new Set<number>()
  readonly settled = new Set<number>()
  open: number | null = null
  finSent = false
  destroyed = false
  told: ConnectionStateName = 'idle'

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
    this.#before(input, stateBefore)
    if (stateBefore === 'closed' && input.kind !== 'connect') expect(effects).toEqual([])
    if (stateBefore === 'idle' && input.kind !== 'connect') expect(effects).toEqual([])
    for (const effect of effects) this.#check(effect, input)
    expect(this.told).toBe(this.machine.state)
    if (this.machine.state === 'closed') this.#checkClosed()
    expect(this.machine.unsentBytes).toBe(this.queued - this.accepted)
    expect(this.pieces.length).toBeLessThanOrEqual(maximumPiecesInFlight)
  }

  #before(input: ConnectionInput, stateBefore: string): void {
    if (input.kind === 'send') this.queued += input.bytes.length
    if (input.kind === 'connect') {
      if (stateBefore === 'closed') this.queued = this.accepted = 0
      this.pieces.length = 0
      this.connects += 1
      this.open = null
      this.finSent = this.destroyed = false
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
        this.pieces.push(effect.bytes.length)
        break
      case 'record-sent':
        this.#acceptPiece(effect.bytes.length)
        break
      case 'end-sending':
        expect([this.queued - this.accepted, this.finSent, this.destroyed]).toEqual([0, false, false])
        this.finSent = true
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
        this.#follow(effect.event)
        if (effect.event.kind === 'connected' && cause.kind === 'dial-connected') this.open = cause.attempt
        if (effect.event.kind === 'ended') {
          this.endings += 1
          expect(effect.event.ending.unsentBytes).toBe(this.queued - this.accepted)
        }
        break
      case 'resolve':
        expect(effect.connection).toBe(this.connects)
        break
      default:
        effect satisfies never
    }
  }

  /** Whoever reads the events alone knows every state. */
  #follow(event: ConnectionEvent): void {
    const transition = 'transition' in event ? event.transition : null
    if (transition === null) return
    expect(transition.from).toBe(this.told)
    expect(transition.to).not.toBe(transition.from)
    this.told = transition.to
  }

  #acceptPiece(byteCount: number): void {
    const first = this.pieces[0] ?? 0
    expect(byteCount).toBeLessThanOrEqual(first)
    if (byteCount === first) this.pieces.shift()
    else this.pieces[0] = first - byteCount
    this.accepted += byteCount
  }

  #checkClosed(): void {
    expect(this.endings).toBe(this.connects)
    expect([...this.timers]).toEqual([])
    if (this.open !== null) this.settled.add(this.open)
    expect([...this.dialled].filter((dial) => !this.settled.has(dial))).toEqual([])
  }
}

test('whatever happens in whatever order: one ending each, every byte counted, nothing after the end', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const referee = new Referee()
      referee.take({ kind: 'connect', settings })
      referee.take({ kind: 'resolved', connection: 1, addresses: [ipv6, ipv4] })
      for (const next of steps) {
        if (next.kind !== 'accept-share') referee.take(next)
        else if (referee.open !== null) {
          const inFlight = referee.pieces.reduce((sum, length) => sum + length, 0)
          const byteCount = Math.floor(inFlight * next.share)
          referee.take({ kind: 'accepted-bytes', attempt: referee.open, byteCount })
        }
      }
      expect(referee.endings).toBe(referee.machine.state === 'closed' ? referee.connects : referee.connects - 1)
    }),
    { numRuns: 500 },
  )
})
