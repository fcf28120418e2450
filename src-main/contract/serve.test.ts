import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError } from './errors.ts'
import { EventHub } from './event-hub.ts'
import { holdAboveBytes } from './event-outbox.ts'
import type { SessionCounters } from './schemas/session.ts'
import { maximumRunningCalls, maximumSubscriptions, overrunBytes, serve, type ServeOptions } from './serve.ts'
import { stubHandlers } from './testing/stub-handlers.ts'
import { contractVersion, type Wire, type WireMessage } from './wire.ts'

/** A wire whose other end is the test: what was sent is a list, what arrives is said, and how full it is is set. */
class ScriptedWire implements Wire {
  bufferedBytes = 0
  closed = false
  readonly sent: WireMessage[] = []
  #listener: ((message: unknown) => void) | null = null
  #closeListener: (() => void) | null = null

  send(message: WireMessage): void {
    if (!this.closed) this.sent.push(message)
  }

  onMessage(listener: (message: unknown) => void): () => void {
    this.#listener = listener
    return () => undefined
  }

  onClose(listener: () => void): () => void {
    this.#closeListener = listener
    return () => undefined
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.#closeListener?.()
  }

  arrive(...messages: unknown[]): void {
    for (const message of messages) this.#listener?.(message)
  }

  /** What was sent since the last look. */
  take(): WireMessage[] {
    return this.sent.splice(0)
  }
}

const hello = { type: 'hello', contractVersion } as const

function serveScripted(options: ServeOptions = {}): { wire: ScriptedWire; hub: EventHub } {
  const wire = new ScriptedWire()
  const hub = new EventHub()
  const waitForever = (): Promise<never> => new Promise(() => undefined)
  serve(wire, stubHandlers({ 'host.vitals': waitForever }), hub, options)
  wire.arrive(hello)
  expect(wire.take()).toEqual([hello])
  return { wire, hub }
}

const call = (id: number, command = 'host.vitals', request: unknown = {}) => ({ type: 'call', id, command, request })
const subscribe = (id: number, event: string, topic: string | null = null) => ({ type: 'subscribe', id, event, topic })

const progress = (sessionId: string, receivedBytes: number) => ({
  sessionId,
  counters: { sentBytes: 0, receivedBytes, unsentBytes: 0 } satisfies SessionCounters,
  receivePaused: false,
})

describe('order', () => {
  it('a reply given at once is sent before an event that follows it', async () => {
    const wire = new ScriptedWire()
    const hub = new EventHub()
    const closed = { sessionId: 'one' }
    serve(
      wire,
      stubHandlers({
        'history.clear': () => {
          process.nextTick(() => hub.publish('session.closed', closed))
          return {}
        },
      }),
      hub,
    )
    wire.arrive(
      hello,
      { type: 'subscribe', id: 1, event: 'session.closed', topic: null },
      { type: 'call', id: 2, command: 'history.clear', request: {} },
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(wire.take()).toEqual([hello, { type: 'reply', id: 2, reply: {} }, { type: 'event', id: 1, payload: closed }])
  })
})

describe('a hostile client', () => {
  it('that does not greet is sent away with the reason', () => {
    const wire = new ScriptedWire()
    serve(wire, stubHandlers(), new EventHub())
    wire.arrive(call(1))
    expect([wire.take(), wire.closed]).toEqual([
      [hello, { type: 'end', error: describeError('wire-malformed', { reason: '"call" came before "hello".' }) }],
      true,
    ])
  })

  it.each([
    ['nothing', undefined],
    ['a text', 'call'],
    ['no type', {}],
    ['an unknown type', { type: 'destroy' }],
    ['a negative id', call(-1)],
    ['a fractional id', call(1.5)],
    ['a call without a command', { type: 'call', id: 1 }],
    ['an endless command name', call(1, 'x'.repeat(10_000))],
    ['a topic that is no text', { type: 'subscribe', id: 1, event: 'session.closed', topic: 7 }],
    ['a reply', { type: 'reply', id: 1, reply: {} }],
    ['a second hello', hello],
  ])('that sends %s is sent away', (_title, message) => {
    const { wire } = serveScripted()
    wire.arrive(message)
    expect([wire.take(), wire.closed]).toMatchObject([[{ type: 'end', error: { code: 'wire-malformed' } }], true])
  })

  it('that uses an id twice is sent away', () => {
    const { wire } = serveScripted()
    wire.arrive(call(5), subscribe(5, 'session.closed'))
    expect(wire.take()).toEqual([
      { type: 'end', error: describeError('wire-malformed', { reason: 'The id 5 was used before.' }) },
    ])
  })

  it('never makes it throw, whatever arrives', () => {
    const fragments = fc.oneof(
      fc.anything({ withNullPrototype: true, withTypedArray: true, withDate: true, withBigInt: true }),
      fc.record(
        {
          type: fc.constantFrom('hello', 'end', 'call', 'cancel', 'subscribe', 'unsubscribe', 'event', '__proto__'),
          id: fc.oneof(fc.nat(20), fc.double(), fc.anything()),
          command: fc.oneof(fc.constantFrom('session.send', 'toString', '__proto__', 'profile.import'), fc.string()),
          event: fc.oneof(fc.constantFrom('session.closed', 'constructor'), fc.string()),
          topic: fc.oneof(fc.constant(null), fc.string(), fc.anything()),
          request: fc.anything(),
        },
        { requiredKeys: ['type'] },
      ),
    )
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 20 }), (messages) => {
        const { wire } = serveScripted()
        wire.arrive(...messages)
        const ended = wire.sent.some((message) => message.type === 'end') || messages.some(isEnd)
        expect(wire.closed).toBe(ended)
      }),
      { numRuns: 300 },
    )
  })

  it('may run and subscribe only so much at once', () => {
    const { wire } = serveScripted()
    for (let id = 1; id <= maximumRunningCalls; id += 1) wire.arrive(call(id))
    expect(wire.take()).toEqual([])
    // A cancelled call whose handler goes on still counts.
    wire.arrive({ type: 'cancel', id: 1 }, call(1000))
    for (let id = 2001; id <= 2000 + maximumSubscriptions; id += 1) wire.arrive(subscribe(id, 'session.closed'))
    wire.arrive(subscribe(10_000, 'session.closed'), subscribe(10_001, 'no.such'))
    expect([wire.take(), wire.closed]).toEqual([
      [
        {
          type: 'error',
          id: 1000,
          error: describeError('too-many-requests', { limit: maximumRunningCalls, what: 'calls' }),
        },
        {
          type: 'error',
          id: 10_000,
          error: describeError('too-many-requests', { limit: maximumSubscriptions, what: 'subscriptions' }),
        },
        { type: 'error', id: 10_001, error: describeError('unknown-event', { event: 'no.such' }) },
      ],
      false,
    ])
  })

  it('ignores cancel and unsubscribe of what does not exist', () => {
    const { wire } = serveScripted()
    wire.arrive({ type: 'cancel', id: 77 }, { type: 'unsubscribe', id: 78 })
    expect([wire.take(), wire.closed]).toEqual([[], false])
  })
})

function isEnd(message: unknown): boolean {
  return typeof message === 'object' && message !== null && Reflect.get(message, 'type') === 'end'
}

describe('events for a slow window', () => {
  it('keep the newest per subscription and topic, and go out when the wire has drained', () => {
    const { wire, hub } = serveScripted()
    wire.arrive(subscribe(1, 'session.progress'), subscribe(2, 'session.progress', 'a'))
    wire.bufferedBytes = holdAboveBytes + 1
    for (const bytes of [1, 2, 3]) hub.publish('session.progress', progress('a', bytes))
    hub.publish('session.progress', progress('b', 9))
    expect(wire.take()).toEqual([])
    wire.bufferedBytes = 0
    wire.arrive({ type: 'cancel', id: 77 })
    expect(wire.take()).toEqual([
      { type: 'event', id: 1, payload: progress('a', 3) },
      { type: 'event', id: 2, payload: progress('a', 3) },
      { type: 'event', id: 1, payload: progress('b', 9) },
    ])
  })

  it('go out by time when the wire has drained and nobody says anything', () => {
    const scheduled: (() => void)[] = []
    const schedule = (callback: () => void) => {
      scheduled.push(callback)
      return () => undefined
    }
    const { wire, hub } = serveScripted({ schedule })
    wire.arrive(subscribe(1, 'session.progress'))
    wire.bufferedBytes = holdAboveBytes + 1
    hub.publish('session.progress', progress('a', 1))
    hub.publish('session.progress', progress('a', 2))
    expect(scheduled).toHaveLength(1)
    scheduled.shift()?.()
    expect([wire.take(), scheduled.length]).toEqual([[], 1])
    wire.bufferedBytes = 0
    scheduled.shift()?.()
    expect([wire.take(), scheduled.length]).toEqual([[{ type: 'event', id: 1, payload: progress('a', 2) }], 0])
  })

  it('tell the last change before the end, and nothing that was unsubscribed', () => {
    const { wire, hub } = serveScripted()
    wire.arrive(subscribe(1, 'session.progress'), subscribe(2, 'session.closed'), subscribe(3, 'session.progress'))
    wire.bufferedBytes = holdAboveBytes + 1
    hub.publish('session.progress', progress('a', 1))
    wire.arrive({ type: 'unsubscribe', id: 3 })
    hub.publish('session.closed', { sessionId: 'a' })
    expect(wire.take()).toEqual([
      { type: 'event', id: 1, payload: progress('a', 1) },
      { type: 'event', id: 2, payload: { sessionId: 'a' } },
    ])
  })

  it('end the wire when a window has stopped taking anything', () => {
    const { wire, hub } = serveScripted()
    wire.arrive(subscribe(1, 'session.closed'))
    wire.bufferedBytes = overrunBytes + 1
    hub.publish('session.closed', { sessionId: 'a' })
    hub.publish('session.closed', { sessionId: 'b' })
    expect([wire.take(), wire.closed]).toEqual([
      [{ type: 'end', error: describeError('wire-overrun', { bytes: overrunBytes + 1 }) }],
      true,
    ])
  })

  it('end the wire when a window goes on asking and takes no reply', () => {
    const { wire } = serveScripted()
    wire.bufferedBytes = overrunBytes + 1
    wire.arrive({ type: 'call', id: 1, command: 'host.describe', request: {} })
    expect([wire.take(), wire.closed]).toEqual([
      [{ type: 'end', error: describeError('wire-overrun', { bytes: overrunBytes + 1 }) }],
      true,
    ])
  })
})
