import { expect, test } from 'vitest'
import { describeError } from '../../contract/errors.ts'
import { completeConnectionSettings, type ConnectionSettingsInput } from '../../contract/schemas/connection.ts'
import type { ReadPlan } from '../../protocol/reading/read-plan.ts'
import { SessionBench } from '../testing/session-bench.ts'
import type { Session } from './session.ts'

const refused = describeError('connection-refused', { address: '192.0.2.1', port: 4001 })
const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes)

async function connecting(bench: SessionBench, given: Partial<ConnectionSettingsInput>): Promise<Session> {
  const settings = completeConnectionSettings({ host: '192.0.2.1', port: 4001, ...given })
  const session = await bench.registry.open({ profileId: null, settings })
  await session.connect()
  return session
}

const each100Ms = { retry: { schedule: { kind: 'fixed', delayMs: 100 } } } as const

test('says which attempt it waits for and when it is due', async () => {
  const bench = await SessionBench.make()
  const session = await connecting(bench, each100Ms)
  session.send(text('queued'))
  bench.dialer.last.fail(refused)
  const due = bench.clock.unixMicroseconds() + 100_000
  expect(session.snapshot()).toMatchObject({
    state: 'waiting-to-retry',
    connectionNumber: 1,
    retry: { attempt: 1, maximumAttempts: null, nextAtUnixUs: due },
    ending: { how: 'not-connected', unsentBytes: 6 },
  })
  bench.clock.advance(100)
  expect(session.snapshot()).toMatchObject({
    state: 'connecting',
    connectionNumber: 2,
    retry: { attempt: 1, nextAtUnixUs: null },
    ending: null,
  })
  bench.dialer.last.connect()
  expect([session.snapshot().retry, bench.dialer.last.log]).toEqual([null, ['write 6']])
})

test('every attempt is a connection of its own in the capture', async () => {
  const bench = await SessionBench.make()
  const session = await connecting(bench, each100Ms)
  bench.dialer.last.fail(refused)
  bench.clock.advance(100)
  bench.dialer.last.fail(refused)
  session.cancel()
  const closing = bench.registry.close(session.sessionId)
  await bench.pass(20)
  await closing
  const story = await bench.story(session.capture.captureId)
  expect(story.map(({ kind }) => kind)).toEqual([
    'dialling',
    'dial-failed',
    'ended',
    'retry-scheduled',
    'dialling',
    'dial-failed',
    'ended',
    'retry-scheduled',
    'retry-cancelled',
  ])
})

test('a session that waits is closed at once, and nothing is dialled afterwards', async () => {
  const bench = await SessionBench.make()
  const session = await connecting(bench, each100Ms)
  bench.dialer.last.fail(refused)
  const closing = bench.registry.close(session.sessionId)
  await bench.pass(500)
  await closing
  expect([bench.dialer.streams.length, session.snapshot().state]).toEqual([1, 'closed'])
})

test('jitter comes from the host', async () => {
  const bench = await SessionBench.make()
  const schedule = { kind: 'exponential', firstDelayMs: 200, jitter: 1 } as const
  const session = await connecting(bench, { retry: { schedule } })
  bench.dialer.last.fail(refused)
  expect(session.snapshot().retry?.nextAtUnixUs).toBe(bench.clock.unixMicroseconds() + 200_000)
})

test('reading by hand goes on with the next connection', async () => {
  const bench = await SessionBench.make()
  const session = await connecting(bench, each100Ms)
  session.setReading({ mode: 'manual', readSizeBytes: 16, serviceIntervalMs: null })
  bench.dialer.last.fail(refused)
  bench.clock.advance(100)
  bench.dialer.last.connect()
  const { signal } = new AbortController()
  const plan: ReadPlan = { take: { kind: 'up-to', byteCount: 16, isPoll: false }, readAs: { kind: 'bytes' } }
  const reading = session.read(plan, { timeoutMs: null, signal })
  await bench.settle()
  expect(bench.dialer.last.log).toEqual(['hold', 'read 16'])
  bench.dialer.last.receive(text('hi'))
  await expect(reading).resolves.toMatchObject({ bytes: text('hi') })
})

test('what was unsent is there to be looked at and goes out again when a person wants it', async () => {
  const bench = await SessionBench.make()
  const session = await connecting(bench, {})
  bench.dialer.last.connect()
  session.send(text('unsent'))
  bench.dialer.last.handlers.onAccepted(2)
  bench.dialer.last.fail(describeError('connection-reset'))
  expect([session.unsent(3), session.counters().unsentBytes]).toEqual([{ bytes: text('sen'), totalBytes: 4 }, 4])
  await session.connect({ resendUnsent: true })
  bench.dialer.last.connect()
  expect(bench.dialer.last.log).toEqual(['write 4'])
})

test('closing at once and ending the receiving reach the socket', async () => {
  const bench = await SessionBench.make()
  const session = await connecting(bench, {})
  expect(() => session.endReceiving()).toThrow(expect.objectContaining({ code: 'not-connected' }) as Error)
  bench.dialer.last.connect()
  session.endReceiving()
  session.setReading({ mode: 'manual', readSizeBytes: 16, serviceIntervalMs: null })
  session.setReading({ mode: 'automatic' })
  session.send(text('x'))
  session.closeConnection()
  const { receivingEnded, ending } = session.snapshot()
  expect([bench.dialer.last.log, receivingEnded, ending]).toEqual([
    ['hold', 'hold', 'write 1', 'close'],
    true,
    { by: 'local', how: 'fin', unsentBytes: 1, error: null },
  ])
})

test('a loss that is noticed without reading is a flag and an event', async () => {
  const bench = await SessionBench.make()
  const session = await connecting(bench, {})
  bench.dialer.last.connect()
  session.setReading({ mode: 'manual', readSizeBytes: 16, serviceIntervalMs: null })
  bench.dialer.last.handlers.onLossNoticed('fin')
  expect(session.snapshot()).toMatchObject({ state: 'open', flags: { connected: true, cutOff: true } })
})

test('the options of the socket reach the dialer', async () => {
  const bench = await SessionBench.make()
  await connecting(bench, { readSizeBytes: 1024, localAddress: '127.0.0.1', localPort: 5000, noDelay: false })
  expect(bench.dialer.last.options).toMatchObject({
    readSizeBytes: 1024,
    localAddress: '127.0.0.1',
    localPort: 5000,
    noDelay: false,
    keepAliveDelayMs: null,
    tls: null,
  })
})
