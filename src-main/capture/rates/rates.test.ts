import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maximumRateConnections, type CaptureRates, type RateSeries } from '../../contract/schemas/capture-rates.ts'
import type { Direction } from '../../contract/schemas/common.ts'
import { CaptureStore } from '../capture-store.ts'
import type { LiveCapture } from '../live-capture.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { receive } from '../testing/script.ts'
import { RateView } from './rate-view.ts'

/** Bytes at a time, or time that passes before them. */
interface Counted {
  readonly timeNs: number
  readonly connection: number
  readonly direction: Direction
  readonly byteCount: number
}

interface Step {
  readonly delayUs: number
  readonly connection: number
  readonly direction: Direction
  readonly byteCount: number
}

const ladder = 15_625
const quick = { folder: '/captures', programVersion: '1', sizes: { resumeSpacingBytes: 1024, blockBytes: 256 } }

async function begin() {
  const clock = new ManualClock()
  const files = new MemoryFiles()
  const store = await CaptureStore.open({ ...quick, clock, files })
  return { clock, files, store, capture: await store.create({ name: 'rates' }) }
}

/** Does the steps, and says what is to be counted. */
function play(steps: readonly Step[], capture: LiveCapture, clock: ManualClock): readonly Counted[] {
  const beginNs = 5_000_000_000
  const sinks = new Map<number, ReturnType<LiveCapture['sink']>>()
  return steps.map(({ delayUs, connection, direction, byteCount }) => {
    clock.advance(delayUs / 1000)
    const bytes = new Uint8Array(byteCount).fill(connection)
    const sink = sinks.get(connection) ?? capture.sink(connection)
    sinks.set(connection, sink)
    if (direction === 'sent') capture.recordSent(connection, bytes)
    else receive(sink, bytes)
    return { timeNs: Math.floor(clock.nowNs - beginNs), connection, direction, byteCount }
  })
}

/** Asks until everything was looked through. */
async function readWhole(ask: () => Promise<CaptureRates>): Promise<CaptureRates> {
  for (;;) {
    const rates = await ask()
    if (rates.complete) return rates
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** The same intervals, counted record by record. */
function reference(counted: readonly Counted[], rates: CaptureRates, connection: number | null): RateSeries {
  const { fromNs, intervalNs } = rates
  const count = rates.total.sentBytes.length
  const series = { sentBytes: new Array<number>(count).fill(0), receivedBytes: new Array<number>(count).fill(0) }
  for (const record of counted) {
    if (connection !== null && record.connection !== connection) continue
    const at = Math.floor((record.timeNs - fromNs) / intervalNs)
    const values = record.direction === 'sent' ? series.sentBytes : series.receivedBytes
    if (at >= 0 && at < count) values[at] = (values[at] ?? 0) + record.byteCount
  }
  return series
}

/** What an answer has to be, whichever intervals it chose. */
function expectTrue(rates: CaptureRates, counted: readonly Counted[], asked: { fromNs: number; count: number }): void {
  expect(rates.total).toEqual(reference(counted, rates, null))
  for (const { connection, ...series } of rates.connections) {
    expect({ connection, ...series }).toEqual({ connection, ...reference(counted, rates, connection) })
  }
  expect(rates.total.sentBytes.length).toBeLessThanOrEqual(asked.count)
  expect(rates.fromNs % rates.intervalNs).toBe(0)
  expect([rates.fromNs <= asked.fromNs, rates.fromNs > asked.fromNs - rates.intervalNs]).toEqual([true, true])
}

const steps = fc.array(
  fc.record({
    delayUs: fc.oneof(fc.nat(100), fc.nat(20_000), fc.nat(90_000_000)),
    connection: fc.integer({ min: 1, max: 4 }),
    direction: fc.constantFrom('sent' as const, 'received' as const),
    byteCount: fc.oneof(fc.nat(50), fc.nat(3000)),
  }),
  { maxLength: 60 },
)

test('any records in any intervals: sums and places are those of a plain count, live, kept and opened again', async () => {
  const question = fc.record({ from: fc.nat(1000), to: fc.nat(1000), intervalCount: fc.integer({ min: 1, max: 2000 }) })
  const property = fc.asyncProperty(steps, fc.array(question, { maxLength: 4 }), async (script, questions) => {
    const { clock, files, store, capture } = await begin()
    const counted = play(script, capture, clock)
    const { captureId } = capture
    await capture.flush()
    const endNs = Math.floor(clock.nowNs - 5_000_000_000) + 1
    const asked = [{ from: 0, to: 1000, intervalCount: 500 }, ...questions].map(({ from, to, intervalCount }) => ({
      captureId,
      fromNs: Math.floor((endNs / 1000) * from),
      toNs: to === 1000 ? null : Math.floor((endNs / 1000) * to),
      intervalCount,
    }))
    const answers = async (from: CaptureStore): Promise<CaptureRates[]> => {
      const all: CaptureRates[] = []
      for (const request of asked) all.push(await readWhole(() => from.rates(request)))
      return all
    }
    const live = await answers(store)
    for (const [at, rates] of live.entries()) {
      const { fromNs, intervalCount } = asked[at] ?? { fromNs: 0, intervalCount: 0 }
      expectTrue(rates, counted, { fromNs, count: intervalCount })
    }
    const bytesOf = (direction: Direction): number =>
      sum(counted.filter((one) => one.direction === direction).map(({ byteCount }) => byteCount))
    expect(sum(live[0]?.total.sentBytes ?? [])).toBe(bytesOf('sent'))
    expect(sum(live[0]?.total.receivedBytes ?? [])).toBe(bytesOf('received'))
    // Its end is part of the capture only once something stands there.
    capture.recordEvent(1, { kind: 'note', text: 'The end.' })
    await capture.close()
    const plain = (all: readonly CaptureRates[]) => all.map(({ scannedBytes: _, totalBytes: __, ...rates }) => rates)
    const kept = await answers(store)
    expect(plain(kept)).toEqual(plain(live))
    await store.close()
    const again = await CaptureStore.open({ ...quick, clock, files })
    expect(await answers(again)).toEqual(kept)
    await again.close()
    expect(files.openFiles).toBe(0)
  })
  await fc.assert(property, { seed: 20261201, numRuns: 60 })
})

test('with small tables, which double, join and are read anew, every answer is that of a plain count', async () => {
  const question = fc.record({ from: fc.nat(1000), to: fc.nat(1000), intervalCount: fc.integer({ min: 1, max: 700 }) })
  const property = fc.asyncProperty(
    steps,
    steps,
    fc.array(question, { maxLength: 6 }),
    async (first, second, questions) => {
      const { clock, store, capture } = await begin()
      const file = await capture.openData()
      const rateSizes = { overviewIntervals: 8, stretches: 2 }
      const view = new RateView({ source: capture, file, clock, blockBytes: 256, rateSizes })
      const counted: Counted[] = []
      for (const script of [first, second]) {
        counted.push(...play(script, capture, clock))
        await capture.flush()
        const endNs = clock.nowNs - 5_000_000_000 + 1
        for (const { from, to, intervalCount } of questions) {
          const request = {
            fromNs: Math.floor((endNs / 1000) * from),
            toNs: Math.floor((endNs / 1000) * to),
            intervalCount,
          }
          const rates = await readWhole(() => view.read(request))
          expectTrue(rates, counted, { fromNs: request.fromNs, count: intervalCount })
        }
      }
      await view.close()
      await file.close()
      await store.close()
    },
  )
  await fc.assert(property, { seed: 20261202, numRuns: 60 })
})

test('connections beyond the bound stand in the sums, and a later part tells its own apart', async () => {
  const { clock, store, capture } = await begin()
  const script = Array.from({ length: maximumRateConnections * 2 }, (_, at) => ({
    delayUs: 1_000_000,
    connection: at + 1,
    direction: 'received' as const,
    byteCount: at + 1,
  }))
  const counted = play(script, capture, clock)
  await capture.close()
  const { captureId } = capture
  const whole = await readWhole(() => store.rates({ captureId, fromNs: 0, toNs: null, intervalCount: 100 }))
  expectTrue(whole, counted, { fromNs: 0, count: 100 })
  expect([whole.connections.length, whole.otherConnectionCount]).toEqual([64, 64])
  const fromNs = 100e9
  const late = await readWhole(() => store.rates({ captureId, fromNs, toNs: null, intervalCount: 700 }))
  expectTrue(late, counted, { fromNs, count: 700 })
  expect(late.connections.map(({ connection }) => connection)).toEqual(Array.from({ length: 29 }, (_, at) => 100 + at))
  expect(late.otherConnectionCount).toBe(0)
  const middle = await readWhole(() => store.rates({ captureId, fromNs: 5e9, toNs: 9e9, intervalCount: 100 }))
  expect(middle.connections.map(({ connection }) => connection)).toEqual([5, 6, 7, 8, 9])
  await store.close()
})

test('nothing, events alone, and all at one time', async () => {
  const { store, capture } = await begin()
  const { captureId } = capture
  const ask = () => readWhole(() => store.rates({ captureId, fromNs: 0, toNs: null, intervalCount: 10 }))
  const series = { sentBytes: [0], receivedBytes: [0] }
  const nothing = {
    fromNs: 0,
    intervalNs: ladder,
    total: series,
    connections: [],
    otherConnectionCount: 0,
    lastTimeNs: 0,
  }
  expect(await ask()).toMatchObject(nothing)
  capture.recordEvent(1, { kind: 'note', text: 'An event.' })
  await capture.flush()
  expect(await ask()).toMatchObject(nothing)
  for (let at = 0; at < 1000; at++) capture.recordSent(1, new Uint8Array(100))
  await capture.flush()
  const total = { sentBytes: [100_000], receivedBytes: [0] }
  expect(await ask()).toMatchObject({ ...nothing, total, connections: [{ connection: 1, ...total }] })
  const behind = await store.rates({ captureId, fromNs: 5e9, toNs: null, intervalCount: 10 })
  expect(behind.total).toEqual({ sentBytes: [], receivedBytes: [] })
  await store.close()
})

test('a capture that is quiet goes on in time', async () => {
  const { clock, store, capture } = await begin()
  capture.recordSent(1, new Uint8Array(10))
  await capture.flush()
  clock.advance(300_000)
  const fromNs = 240e9
  const rates = await store.rates({ captureId: capture.captureId, fromNs, toNs: null, intervalCount: 1000 })
  expect([rates.lastTimeNs, sum(rates.total.sentBytes), rates.intervalNs]).toEqual([300e9, 0, 64_000_000])
  expect(rates.total.sentBytes.length).toBe(938)
  await store.close()
})

test('damage is left out and everything around it counted', async () => {
  const { clock, files, store, capture } = await begin()
  const counted = play(
    Array.from({ length: 50 }, () => ({ delayUs: 1000, connection: 1, direction: 'sent', byteCount: 100 })),
    capture,
    clock,
  )
  await capture.close()
  await store.close()
  const { captureId } = capture
  const [path, bytes] = [...files.contents].find(([name]) => name.endsWith('.wirebench')) ?? ['', new Uint8Array(0)]
  expect(bytes.length).toBeGreaterThan(50 * 132)
  // The header of the record in the middle, wherever that begins.
  const record = bytes.length - 25 * 132
  bytes.fill(0, record, record + 132)
  files.contents.set(path, bytes)
  const again = await CaptureStore.open({ ...quick, clock, files })
  const rates = await readWhole(() => again.rates({ captureId, fromNs: 0, toNs: null, intervalCount: 100 }))
  const lost = sum(counted.map(({ byteCount }) => byteCount)) - sum(rates.total.sentBytes)
  expect([lost > 0, lost <= 200]).toEqual([true, true])
  await again.close()
})
