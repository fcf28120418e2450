import { expect, test } from 'vitest'
import type { RunPlanInput } from '../../contract/schemas/sequence.ts'
import type { Session } from '../sessions/session.ts'
import { RunBench, textMessage } from '../testing/run-bench.ts'

const text = 'This is the message.  It will be repeated.'
type EchoInput = Partial<Extract<RunPlanInput, { kind: 'echo-check' }>>

/** A check under way, and a peer that answers what the test says. */
class EchoBench {
  readonly runs: RunBench
  readonly session: Session

  private constructor(runs: RunBench, session: Session) {
    this.runs = runs
    this.session = session
  }

  static async make(): Promise<EchoBench> {
    const runs = await RunBench.make()
    return new EchoBench(runs, await runs.connected())
  }

  async start(input: EchoInput = {}): Promise<void> {
    this.runs.start(this.session, { kind: 'echo-check', message: textMessage(text), ...input })
    await this.runs.bench.settle()
  }

  async comes(...pieces: string[]): Promise<void> {
    for (const piece of pieces) {
      this.stream.receive(new TextEncoder().encode(piece))
      await this.runs.bench.settle()
    }
  }

  get stream() {
    return this.runs.bench.dialer.last
  }

  get run() {
    return this.runs.run
  }

  get reading() {
    return this.session.snapshot().reading
  }
}

test('42 bytes come back in pieces of 16, 16 and 10, and that is that', async () => {
  const bench = await EchoBench.make()
  await bench.start()
  const before = { ...bench.run.echo, state: bench.run.state, reading: bench.reading }
  await bench.comes(text.slice(0, 16), text.slice(16, 32))
  const between = bench.run.echo?.receivedBytes
  await bench.comes(text.slice(32))
  expect([before, between]).toEqual([
    {
      expectedBytes: 42,
      receivedBytes: 0,
      pieces: [],
      surplusBytes: 0,
      differsAt: null,
      peerClosed: false,
      state: 'running',
      reading: { mode: 'manual', readSizeBytes: 16, isReading: true, heldBytes: 0, serviceIntervalMs: null },
    },
    32,
  ])
  expect([bench.run.state, bench.run.sentCount, bench.run.error, bench.run.echo, bench.reading]).toEqual([
    'done',
    1,
    null,
    { expectedBytes: 42, receivedBytes: 42, pieces: [16, 16, 10], surplusBytes: 0, differsAt: null, peerClosed: false },
    { mode: 'automatic' },
  ])
  expect(bench.stream.log.filter((entry) => /^read \d/.test(entry))).toEqual(['read 16', 'read 16', 'read 16'])
})

test('a peer that closes early: 24 of 42 bytes, and no read goes on', async () => {
  const bench = await EchoBench.make()
  await bench.start()
  await bench.comes(text.slice(0, 16), text.slice(16, 24))
  bench.stream.handlers.onPeerEnded()
  await bench.runs.bench.settle()
  expect([bench.run.state, bench.run.error?.message, bench.run.echo?.peerClosed, bench.run.echo?.pieces]).toEqual([
    'failed',
    '24 of 42 bytes, then the peer closed.',
    true,
    [16, 8],
  ])
  expect(bench.reading).toEqual({ mode: 'automatic' })
})

test('more than was sent is shown as a surplus', async () => {
  const bench = await EchoBench.make()
  await bench.start({ message: textMessage('abc'), readSizeBytes: 16 })
  await bench.comes('abcdefg')
  expect([bench.run.state, bench.run.echo]).toEqual([
    'done',
    { expectedBytes: 3, receivedBytes: 7, pieces: [7], surplusBytes: 4, differsAt: null, peerClosed: false },
  ])
})

test('what comes back is compared', async () => {
  const bench = await EchoBench.make()
  await bench.start({ message: textMessage('abcdef'), readSizeBytes: 4 })
  await bench.comes('abcd', 'eX')
  expect([bench.run.state, bench.run.echo?.differsAt]).toEqual(['done', 5])
})

test('what does not come in time fails the check', async () => {
  const bench = await EchoBench.make()
  await bench.start({ timeoutMs: 1000 })
  await bench.runs.bench.pass(600)
  await bench.comes(text.slice(0, 16))
  await bench.runs.bench.pass(390)
  const before = bench.run.state
  await bench.runs.bench.pass(10)
  expect([before, bench.run.state, bench.run.error?.message]).toEqual([
    'running',
    'failed',
    'What was waited for did not arrive within 1000 ms. 16 of 42 bytes came back.',
  ])
  expect(bench.reading).toEqual({ mode: 'automatic' })
})

test('a connection that breaks fails the check with what broke it', async () => {
  const bench = await EchoBench.make()
  await bench.start()
  bench.stream.fail({ code: 'connection-reset', kind: 'PeerViolation', message: 'Reset.', data: {} })
  await bench.runs.bench.settle()
  expect([bench.run.state, bench.run.error?.code, bench.run.echo?.peerClosed]).toEqual([
    'failed',
    'connection-reset',
    false,
  ])
})

test('stopped, or with another reading chosen, it ends; a person who reads by hand goes on so', async () => {
  const bench = await EchoBench.make()
  bench.session.setReading({ mode: 'manual', readSizeBytes: 1024, serviceIntervalMs: 50 })
  await bench.start()
  const during = bench.reading
  const stopped = bench.runs.runs.stop(bench.run.runId)
  const after = bench.reading
  await bench.start()
  bench.session.setReading({ mode: 'automatic' })
  await bench.runs.bench.settle()
  expect([during, stopped.state, after]).toMatchObject([
    { readSizeBytes: 16, serviceIntervalMs: null },
    'stopped',
    { mode: 'manual', readSizeBytes: 1024, isReading: false, serviceIntervalMs: 50 },
  ])
  expect([bench.run.state, bench.run.error?.code, bench.reading]).toEqual([
    'failed',
    'cancelled',
    { mode: 'automatic' },
  ])
})

test('a message that cannot be sent fails it, and reading is as before', async () => {
  const bench = await EchoBench.make()
  await bench.start({ message: textMessage('{{gone}}') })
  expect([bench.run.state, bench.run.error?.code, bench.run.echo?.expectedBytes, bench.reading]).toEqual([
    'failed',
    'variable-unknown',
    0,
    { mode: 'automatic' },
  ])
})
