import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { CaptureStore } from '../../capture/capture-store.ts'
import { limitedGraceMs, limitedKeptMs } from '../../capture/capture-trash.ts'
import { problemSummary } from '../../capture/opened-capture.ts'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { MemoryFiles, systemError } from '../../capture/testing/memory-files.ts'
import { receive } from '../../capture/testing/script.ts'
import { EventHub } from '../../contract/event-hub.ts'
import type { CaptureLimits } from '../../contract/schemas/capture-keeping.ts'
import type { CaptureSummary } from '../../contract/schemas/capture.ts'
import type { JobSnapshot } from '../../contract/schemas/job.ts'
import { defaultSettings, type Settings } from '../../contract/schemas/settings.ts'
import { CaptureListPublisher, listIntervalMs } from '../capture-list-publisher.ts'
import { beyondLimits } from './beyond-limits.ts'
import { LimitKeeper } from './limit-keeper.ts'

const noLimits: CaptureLimits = { maximumAgeDays: null, maximumCount: null, maximumTotalBytes: null }
const dayUs = 24 * 3600 * 1_000_000

function summary(
  name: string,
  ageDays: number,
  fileBytes: number,
  change: Partial<CaptureSummary> = {},
): CaptureSummary {
  const base = problemSummary(name, { code: 'internal', kind: 'HostFailure', message: '', data: {} })
  const startedAtUnixUs = 100 * dayUs - ageDays * dayUs
  return { ...base, problem: null, startedAtUnixUs, totals: { ...base.totals, fileBytes }, ...change }
}

const told = (captures: readonly CaptureSummary[], limits: Partial<CaptureLimits>): string[] =>
  beyondLimits(captures, { ...noLimits, ...limits }, 100 * dayUs).map(({ name, by }) => `${name} by ${by}`)

test('what is beyond a limit is told oldest first, and by which', () => {
  const captures = [summary('a', 1, 10), summary('b', 2, 10), summary('c', 3, 10), summary('d', 9, 10)]
  expect(told(captures, {})).toEqual([])
  expect(told(captures, { maximumAgeDays: 2 })).toEqual(['d by age', 'c by age'])
  expect(told(captures, { maximumCount: 3 })).toEqual(['d by count'])
  expect(told(captures, { maximumTotalBytes: 25 })).toEqual(['d by size', 'c by size'])
  expect(told(captures, { maximumAgeDays: 5, maximumCount: 2, maximumTotalBytes: 15 })).toEqual([
    'd by age',
    'c by size',
    'b by size',
  ])
})

test('the newest is never too large by itself, and no older one outlives a newer one by being small', () => {
  expect(told([summary('large', 1, 1000), summary('small', 2, 1)], { maximumTotalBytes: 100 })).toEqual([
    'small by size',
  ])
  expect(
    told([summary('a', 1, 50), summary('large', 2, 1000), summary('tiny', 3, 1)], { maximumTotalBytes: 100 }),
  ).toEqual(['tiny by size', 'large by size'])
})

test('live captures, opened files and what cannot be opened never count and never go', () => {
  const file = { origin: { kind: 'file', path: '/x', isReadOnly: false } } as const
  const captures = [
    summary('live', 50, 1000, { live: true }),
    summary('file', 50, 1000, file),
    problemSummary('broken', { code: 'capture-newer', kind: 'LocalMisuse', message: '', data: {} }),
    summary('kept', 1, 10),
  ]
  expect(told(captures, { maximumAgeDays: 10, maximumCount: 1, maximumTotalBytes: 10 })).toEqual([])
})

test('a recording of long ago that was imported just now is the newest of all', () => {
  const imported = { kind: 'imported', fileName: 'a.pcap', format: 'pcap' } as const
  const captures = [
    summary('recorded', 1, 10),
    summary('imported', 90, 10, { origin: { ...imported, importedAtUnixUs: 100 * dayUs } }),
    summary('imported by an older version', 90, 10, { origin: imported }),
  ]
  const older = 'imported by an older version'
  expect(told(captures, { maximumAgeDays: 30 })).toEqual([`${older} by age`])
  expect(told(captures, { maximumCount: 1 })).toEqual([`${older} by count`, 'recorded by count'])
  expect(told(captures, { maximumTotalBytes: 10 })).toEqual([`${older} by size`, 'recorded by size'])
})

test('what is left is within all limits, for any captures', () => {
  const captures = fc.array(
    fc
      .record({ age: fc.nat(40), bytes: fc.nat(100), live: fc.boolean() })
      .map(({ age, bytes, live }) => ({ age, bytes, live })),
    { maxLength: 30 },
  )
  const limit = fc.option(fc.integer({ min: 1, max: 60 }))
  fc.assert(
    fc.property(captures, limit, limit, limit, (made, maximumAgeDays, maximumCount, maximumTotalBytes) => {
      const list = made.map(({ age, bytes, live }, at) => summary(`c${at}`, age, bytes, { live }))
      const beyond = new Set(
        beyondLimits(list, { maximumAgeDays, maximumCount, maximumTotalBytes }, 100 * dayUs).map(
          ({ captureId }) => captureId,
        ),
      )
      const left = list.filter(({ captureId, live }) => !live && !beyond.has(captureId))
      const leftBytes = left.reduce((sum, { totals }) => sum + totals.fileBytes, 0)
      expect(list.some(({ captureId, live }) => live && beyond.has(captureId))).toBe(false)
      expect(left.length).toBeLessThanOrEqual(maximumCount ?? Number.POSITIVE_INFINITY)
      if (left.length > 1) expect(leftBytes).toBeLessThanOrEqual(maximumTotalBytes ?? Number.POSITIVE_INFINITY)
      const goneNewest = Math.max(
        ...list.filter(({ captureId }) => beyond.has(captureId)).map(({ startedAtUnixUs }) => startedAtUnixUs),
      )
      expect(left.every(({ startedAtUnixUs }) => startedAtUnixUs >= goneNewest)).toBe(true)
    }),
    { seed: 20261201, numRuns: 1000 },
  )
})

/** A store in memory, a keeper of its limits, and what it tells. */
class Bench {
  readonly files = new MemoryFiles()
  readonly clock = new ManualClock()
  readonly events = new EventHub()
  readonly told: string[] = []
  readonly store: CaptureStore
  readonly keeper: LimitKeeper
  readonly publisher: CaptureListPublisher
  jobs: JobSnapshot[] = []
  settings: Settings = defaultSettings
  #listener: ((settings: Settings) => void) | null = null

  private constructor(store: CaptureStore, files: MemoryFiles, clock: ManualClock) {
    this.store = store
    this.files = files
    this.clock = clock
    this.publisher = new CaptureListPublisher(store, this.events, clock)
    this.events.subscribe('capture.limited', null, ({ captures }) =>
      this.told.push(captures.map(({ name, by }) => `${name} by ${by}`).join(', ')),
    )
    this.events.subscribe('host.notice', null, ({ error }) => this.told.push(`notice ${error?.code}`))
    this.keeper = new LimitKeeper({
      captures: store,
      jobs: { list: () => this.jobs },
      events: this.events,
      clock,
      settings: {
        read: async () => this.settings,
        onChanged: (listener) => {
          this.#listener = listener
          return () => (this.#listener = null)
        },
      },
    })
  }

  static async open(): Promise<Bench> {
    const files = new MemoryFiles()
    const clock = new ManualClock()
    files.nowUnixMs = () => clock.unixMicroseconds() / 1000
    return new Bench(await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files }), files, clock)
  }

  async make(name: string): Promise<string> {
    const capture = await this.store.create({ name })
    receive(capture.sink(1), new Uint8Array(1000))
    await capture.close()
    this.clock.advance(listIntervalMs)
    return capture.captureId
  }

  limit(limits: Partial<CaptureLimits>): void {
    this.settings = { ...this.settings, captureLimits: { ...noLimits, ...limits } }
    this.#listener?.(this.settings)
  }

  /** Lets an export of a capture begin, or end. */
  exportOf(captureId: string, state: 'running' | 'done'): void {
    const facts = { jobId: 'job-1', kind: 'export', subject: '', captureId, state } as const
    const job: JobSnapshot = { ...facts, doneBytes: 0, totalBytes: 0, startedAtUnixUs: 0, error: null, result: null }
    this.jobs = [job]
    this.events.publish('job.changed', job)
  }

  async names(): Promise<string[]> {
    return (await this.store.list()).map(({ name }) => name)
  }

  async close(): Promise<void> {
    await this.keeper.close()
    await this.publisher.close()
    await this.store.close()
  }
}

test('limits are kept at the start, after a capture was closed, and after they were changed', async () => {
  const bench = await Bench.open()
  for (const name of ['a', 'b', 'c', 'd']) await bench.make(name)
  bench.limit({ maximumCount: 3 })
  bench.keeper.begin()
  await vi.waitFor(() => expect(bench.told).toEqual(['a by count']))
  await bench.make('e')
  await vi.waitFor(() => expect(bench.told).toEqual(['a by count', 'b by count']))
  expect((await bench.keeper.beyond({ ...noLimits, maximumCount: 2 })).map(({ name }) => name)).toEqual(['c'])
  expect(await bench.keeper.beyond(null)).toEqual([])
  bench.limit({ maximumCount: 1 })
  await vi.waitFor(() => expect(bench.told.at(-1)).toEqual('c by count, d by count'))
  expect([await bench.names(), (await bench.store.trash()).length]).toEqual([['e'], 4])
  await bench.close()
})

test('what a person brings back stays, and goes when the limits are changed', async () => {
  const bench = await Bench.open()
  const first = await bench.make('first')
  await bench.make('second')
  bench.limit({ maximumCount: 1 })
  bench.keeper.begin()
  await vi.waitFor(() => expect(bench.told).toEqual(['first by count']))
  bench.keeper.spare(first)
  await bench.store.restore(first)
  bench.clock.advance(listIntervalMs)
  await bench.make('third')
  await vi.waitFor(() => expect(bench.told).toEqual(['first by count', 'second by count']))
  expect(await bench.names()).toEqual(['third', 'first'])
  bench.limit({ maximumAgeDays: 1, maximumCount: 1 })
  await vi.waitFor(() => expect(bench.told.at(-1)).toBe('first by count'))
  await bench.close()
})

test('what limits removed frees the disk: beyond a tenth of the limit after ten minutes, all after a day', async () => {
  const bench = await Bench.open()
  for (const name of ['a', 'b', 'c', 'd']) await bench.make(name)
  bench.keeper.begin()
  bench.limit({ maximumTotalBytes: 70_000, maximumCount: 1 })
  await vi.waitFor(() => expect(bench.told).toHaveLength(1))
  const inTrash = async (): Promise<number> => (await bench.store.trash()).length
  expect(await inTrash()).toBe(3)
  bench.clock.advance(limitedGraceMs + 1000)
  await vi.waitFor(async () => expect(await inTrash()).toBe(1))
  bench.clock.advance(limitedKeptMs)
  await vi.waitFor(async () => expect(await inTrash()).toBe(0))
  await bench.close()
  expect(bench.clock.waitingCount).toBe(0)
})

test('a capture that cannot be moved is told as a problem, with what was removed before', async () => {
  const bench = await Bench.open()
  const [, second] = [await bench.make('first'), await bench.make('second')]
  await bench.make('third')
  const rename = bench.files.rename.bind(bench.files)
  bench.files.rename = async (from, to) => {
    if (from.includes(second)) throw systemError('EACCES', from)
    return rename(from, to)
  }
  bench.limit({ maximumCount: 1 })
  bench.keeper.begin()
  await vi.waitFor(() => expect(bench.told.slice(0, 2)).toEqual(['first by count', 'notice file-unwritable']))
  await bench.close()
})

test('a capture that an export is reading stays until the export has ended', async () => {
  const bench = await Bench.open()
  const first = await bench.make('first')
  await bench.make('second')
  await bench.make('third')
  bench.exportOf(first, 'running')
  bench.limit({ maximumCount: 1 })
  bench.keeper.begin()
  await vi.waitFor(() => expect(bench.told).toEqual(['second by count']))
  expect(await bench.names()).toEqual(['third', 'first'])
  bench.exportOf(first, 'done')
  await vi.waitFor(() => expect(bench.told).toEqual(['second by count', 'first by count']))
  await bench.close()
})
