import { expect, test } from 'vitest'
import { CancelSource } from '../../contract/cancel-source.ts'
import type { ReadOutcome } from '../../contract/schemas/reading.ts'
import { planned, service, upTo, type RequestInput } from '../../protocol/reading/testing/read-requests.ts'
import { SessionBench, settings } from '../testing/session-bench.ts'
import type { Session } from './session.ts'

/** A connected session that reads by hand, in reads of 16 bytes. */
class ServiceBench {
  readonly bench: SessionBench
  readonly session: Session

  private constructor(bench: SessionBench, session: Session) {
    this.bench = bench
    this.session = session
  }

  static async make(serviceIntervalMs: number | null = null): Promise<ServiceBench> {
    const bench = await SessionBench.make()
    const session = await bench.registry.open({ title: 'Device', profileId: null, settings })
    session.setReading({ mode: 'manual', readSizeBytes: 16, serviceIntervalMs })
    await session.connect()
    await bench.settle()
    bench.dialer.last.connect()
    return new ServiceBench(bench, session)
  }

  read(request: RequestInput): Promise<ReadOutcome> {
    const result = planned(request)
    if (!result.ok) throw new Error(result.error.message)
    return this.session.read(result.plan, { timeoutMs: null, signal: new CancelSource().signal })
  }

  /** Reads of the socket that were asked for. */
  get asked(): string[] {
    return this.bench.dialer.last.log.filter((entry) => /^(poll|read) \d/.test(entry))
  }

  /** The socket gives so much to the read that was asked for. */
  async gives(text: string): Promise<void> {
    this.bench.dialer.last.receive(new TextEncoder().encode(text))
    await this.bench.settle()
  }

  async givesNothing(): Promise<void> {
    this.bench.dialer.last.handlers.onNothingToRead()
    await this.bench.settle()
  }

  get reading() {
    return this.session.snapshot().reading
  }
}

test('one service takes everything that is there, in reads of the chosen size', async () => {
  const bench = await ServiceBench.make()
  const reading = bench.read(service())
  await bench.gives('0123456789abcdef')
  await bench.gives('0123')
  await bench.givesNothing()
  expect([await reading, bench.asked]).toEqual([
    {
      kind: 'read',
      bytes: new TextEncoder().encode('0123456789abcdef0123'),
      value: null,
      atEnd: false,
      pieces: [16, 4],
    },
    ['poll 16', 'poll 16', 'poll 16'],
  ])
})

test('services by itself every 1/32 s, without drift, and holds what comes for the reads of a person', async () => {
  const bench = await ServiceBench.make(31.25)
  for (let tick = 1; tick <= 320; tick++) {
    bench.bench.clock.advance(31.25)
    await bench.givesNothing()
  }
  const quiet = bench.asked.length
  bench.bench.clock.advance(31.25)
  await bench.gives('0123456789abcdef')
  await bench.gives('0123')
  await bench.givesNothing()
  const held = bench.reading
  const outcome = await bench.read(upTo(100))
  expect([quiet, bench.asked.length, held]).toEqual([
    320,
    323,
    { mode: 'manual', readSizeBytes: 16, isReading: false, heldBytes: 20, serviceIntervalMs: 31.25 },
  ])
  expect(outcome).toMatchObject({ kind: 'read', pieces: [16, 4] })
})

test('a late service is not made up for, and one that is not over is not begun again', async () => {
  const bench = await ServiceBench.make(10)
  bench.bench.clock.advance(1000)
  bench.bench.clock.advance(10)
  bench.bench.clock.advance(10)
  const whileAtWork = bench.asked.length
  await bench.givesNothing()
  bench.bench.clock.advance(10)
  expect([whileAtWork, bench.asked.length]).toEqual([1, 2])
})

test('the read of a person goes first; services go on after it', async () => {
  const bench = await ServiceBench.make(10)
  bench.bench.clock.advance(10)
  const reading = bench.read(upTo(4))
  bench.bench.clock.advance(10)
  const during = [...bench.asked]
  await bench.gives('abcd')
  bench.bench.clock.advance(10)
  expect([during, (await reading).kind, bench.asked]).toEqual([
    ['poll 16', 'read 4'],
    'read',
    ['poll 16', 'read 4', 'poll 16'],
  ])
})

test('the interval can be changed and taken away, and ends with the reading and the stream', async () => {
  const bench = await ServiceBench.make(10)
  const { clock, dialer } = bench.bench
  bench.session.setReading({ mode: 'manual', readSizeBytes: 8, serviceIntervalMs: 100 })
  clock.advance(50)
  const none = bench.asked.length
  clock.advance(50)
  await bench.givesNothing()
  bench.session.setReading({ mode: 'manual', readSizeBytes: 8, serviceIntervalMs: null })
  clock.advance(1000)
  const one = [...bench.asked]
  bench.session.setReading({ mode: 'manual', readSizeBytes: 8, serviceIntervalMs: 5 })
  bench.session.setReading({ mode: 'automatic' })
  clock.advance(1000)
  bench.session.setReading({ mode: 'manual', readSizeBytes: 8, serviceIntervalMs: 5 })
  dialer.last.handlers.onPeerEnded()
  clock.advance(1000)
  expect([none, one, bench.asked]).toEqual([0, ['poll 8'], ['poll 8']])
})
