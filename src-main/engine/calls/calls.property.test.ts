import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { WirebenchError } from '../../contract/errors.ts'
import { callRequest, callSettings, type CallSettingsInput } from '../../contract/schemas/call-settings.ts'
import { M2SequenceGenerator } from '../../protocol/m2/m2-sequence.ts'
import { PlayedCallSession } from '../testing/played-call-session.ts'
import { SessionCalls } from './session-calls.ts'

/** What a peer, the network and a person do, one step after the other. */
type Step =
  | { readonly kind: 'call'; readonly count: number; readonly timeoutMs: number }
  | { readonly kind: 'answer'; readonly which: number }
  | { readonly kind: 'drop'; readonly which: number }
  | { readonly kind: 'again' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'deliver'; readonly byteCount: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'cut'; readonly how: 'fin' | 'rst' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('call'), count: fc.nat(3), timeoutMs: fc.integer({ min: 1, max: 50 }) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer'), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop'), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'again' }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'garbage' }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver'), byteCount: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut'), how: fc.constantFrom('fin', 'rst') }) },
)

/** A peer of one protocol: it answers a request with what it was called with. */
interface PeerProtocol {
  readonly settings: CallSettingsInput
  /** The answer to a message that the client has written. */
  answer(request: Uint8Array): Uint8Array
  /** Answers may come in any order, and what is no answer may come between. */
  readonly isCorrelated: boolean
  readonly garbage: string
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const protocols: Readonly<Record<string, PeerProtocol>> = {
  tcpy: {
    settings: { protocol: 'tcpy', mode: 'session' },
    answer: (request) => request,
    isCorrelated: false,
    garbage: '',
  },
  M2: {
    settings: { protocol: 'm2', telemetryPort: null },
    answer: (request) => {
      const { n, sequence_id } = JSON.parse(textOf(request)) as { n: number; sequence_id: number }
      return bytesOf(
        `{"id": "ack", "sequence_id": ${sequence_id}}\r\n{"id": "success", "sequence_id": ${sequence_id}, "n": ${n}}\r\n`,
      )
    },
    isCorrelated: true,
    garbage: 'garbage\r\n{"id": "tick"}\r\n{"id": "success", "sequence_id": 9999}\r\n',
  },
  'JSON-RPC': {
    settings: { protocol: 'jsonrpc' },
    answer: (request) => {
      const { id, params } = JSON.parse(textOf(request)) as { id: number; params: object }
      return bytesOf(`${JSON.stringify({ jsonrpc: '2.0', id, result: params })}\n`)
    },
    isCorrelated: true,
    garbage: '{"jsonrpc":\n[]\n{"jsonrpc":"2.0","method":"tick"}\n{"jsonrpc":"2.0","id":9999,"result":0}\n',
  },
}

/** The network between: what the peer writes is delivered bit by bit, or lost with the connection. */
class Play {
  readonly clock = new ManualClock()
  readonly session = new PlayedCallSession()
  readonly calls: SessionCalls
  readonly #peer: PeerProtocol
  /** Requests that the peer has not answered. */
  #open: Uint8Array[] = []
  #seen = 0
  #outgoing: number[] = []
  #last: Uint8Array = new Uint8Array(0)
  #nextParameter = 1

  constructor(peer: PeerProtocol) {
    this.#peer = peer
    const sequence = new M2SequenceGenerator()
    const tools = { clock: this.clock, sequences: { own: sequence, shared: sequence }, onChanged: () => undefined }
    this.calls = new SessionCalls(this.session.asCallSession, null, tools)
    this.calls.configure(v.parse(callSettings, peer.settings))
    this.session.connect()
  }

  take(next: Step): void {
    if (this.session.state === 'closed') this.#connect()
    this.#takeRequests()
    switch (next.kind) {
      case 'call':
        this.#call(next.count + 1, next.timeoutMs)
        break
      case 'answer':
        this.#answer(this.#pick(next.which))
        break
      case 'drop':
        this.#pick(next.which)
        break
      case 'again':
        if (this.#peer.isCorrelated) this.#outgoing.push(...this.#last)
        break
      case 'garbage':
        this.#outgoing.push(...bytesOf(this.#peer.garbage))
        break
      case 'deliver':
        this.session.receive(Uint8Array.from(this.#outgoing.splice(0, next.byteCount)))
        break
      case 'pass':
        for (let ms = 0; ms < next.ms; ms++) this.clock.advance(1)
        break
      case 'cancel':
        this.#cancel(next.which)
        break
      case 'cut':
        this.session.cut(next.how)
    }
  }

  #connect(): void {
    this.#open = []
    this.#seen = 0
    this.#outgoing = []
    this.#last = new Uint8Array(0)
    this.session.connect()
  }

  #takeRequests(): void {
    this.#open.push(...this.session.sent.slice(this.#seen))
    this.#seen = this.session.sent.length
  }

  #pick(which: number): Uint8Array | undefined {
    return this.#open.splice(this.#peer.isCorrelated ? which % Math.max(1, this.#open.length) : 0, 1)[0]
  }

  #answer(request: Uint8Array | undefined): void {
    if (request === undefined) return
    this.#last = this.#peer.answer(request)
    this.#outgoing.push(...this.#last)
  }

  #call(count: number, timeoutMs: number): void {
    const requests = Array.from({ length: count }, () => {
      const parameters = { notation: 'json', text: `{"n":${this.#nextParameter++}}` }
      return v.parse(callRequest, { command: 'echo', parameters, timeoutMs })
    })
    try {
      this.calls.start(requests)
    } catch (thrown) {
      // The reply that a timed out call is owed has to come first.
      if (!(thrown instanceof WirebenchError) || thrown.code !== 'call-out-of-step') throw thrown
    }
  }

  #cancel(which: number): void {
    const pending = [...this.calls.ledger.underWay()]
    const record = pending[which % Math.max(1, pending.length)]
    if (record !== undefined) this.calls.cancel(record.number)
  }
}

describe.each(Object.entries(protocols))('calls of %s under a peer that answers as it likes', (_name, peer) => {
  test('never get the answer of another, never outlive their time, and all end', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const play = new Play(peer)
        for (const next of steps) play.take(next)
        // Calls of tcpy wait for those before them, each its own time.
        for (let ms = 0; ms < 60 * (1 + 4 * steps.length) && play.calls.ledger.underWayCount > 0; ms++) {
          play.clock.advance(1)
        }
        expect(play.calls.ledger.underWayCount).toBe(0)
        const { entries } = play.calls.ledger.window({
          ...{ filter: { command: '', outcome: 'all' }, skip: 0, count: 1000, previewUnits: 1000 },
        })
        for (const entry of entries.filter(({ kind }) => kind === 'call')) {
          const record = play.calls.record(entry.number)
          const asked = /"n":\s?(\d+)/.exec(entry.requestText)?.[1]
          const answered = record.answer === null ? asked : /"n":\s?(\d+)/.exec(record.answer.text)?.[1]
          const waitedMs = (record.endedAtMs ?? Infinity) - (record.sentAtMs ?? record.endedAtMs ?? 0)
          expect([answered, waitedMs <= (entry.timeoutMs ?? 0)]).toEqual([asked, true])
        }
        play.calls.close()
        expect(play.clock.waitingCount).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
