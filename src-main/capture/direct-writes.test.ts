import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { blockBytes } from './aligned-memory.ts'
import { CaptureStore } from './capture-store.ts'
import { recordKind } from './record-codec.ts'
import { recordsOfDataFile } from './testing/data-file-records.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles, systemError } from './testing/memory-files.ts'
import { receive } from './testing/script.ts'
import type { ReceiveSink } from './receive-sink.ts'

/** Lets the event loop turn. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const isData = (path: string): boolean => path.endsWith('.wirebench')

/** Each byte follows from its place and what it belongs to. */
function fill(bytes: Uint8Array, seed: number): Uint8Array {
  for (const at of bytes.keys()) bytes[at] = (at * 31 + (at >>> 8) + seed * 7) & 0xff
  return bytes
}

type Step =
  | { readonly kind: 'commit' | 'append' | 'sent'; readonly connection: number; readonly length: number }
  | { readonly kind: 'event'; readonly connection: number; readonly length: number }
  | { readonly kind: 'pass' | 'settle'; readonly connection: 0; readonly length: number }

const anyLength = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 20_000 }), fc.nat(400_000))
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'commit' as const, 'append' as const, 'sent' as const),
      connection: fc.integer({ min: 1, max: 3 }),
      length: anyLength,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      connection: fc.integer({ min: 1, max: 3 }),
      length: fc.nat(300),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('pass' as const, 'settle' as const),
      connection: fc.constant(0 as const),
      length: fc.nat(15),
    }),
  },
)

interface Recorded {
  readonly direction: string
  content: Buffer
}

/** Records in file order, chunks of one read that follow each other joined when `expected` has them as one. */
function recordsOf(file: Uint8Array, expected: readonly Recorded[]): Recorded[] {
  const names = new Map<number, string>(Object.entries(recordKind).map(([name, kind]) => [kind, name]))
  const found: Recorded[] = []
  for (const { kind, connection, payload } of recordsOfDataFile((at, length) => file.subarray(at, at + length))) {
    if (kind === recordKind.cleanEnd) continue
    const last = found.at(-1)
    if (last !== undefined && last.content.length < (expected[found.length - 1]?.content.length ?? 0)) {
      last.content = Buffer.concat([last.content, payload])
    } else found.push({ direction: `${String(names.get(kind))} ${connection}`, content: Buffer.from(payload) })
  }
  return found
}

async function playAndCompare(steps: readonly Step[], files: MemoryFiles): Promise<void> {
  const clock = new ManualClock()
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
  const capture = await store.create({ name: 'any' })
  const expected: Recorded[] = []
  const sinks = new Map<number, ReceiveSink>()
  for (const [seed, step] of steps.entries()) {
    if (step.kind === 'pass') clock.advance(step.length)
    else if (step.kind === 'settle') {
      await turns(step.length)
    } else if (step.kind === 'event') {
      const event = { kind: 'note', text: 'x'.repeat(step.length) } as const
      capture.recordEvent(step.connection, event)
      expected.push({ direction: `event ${step.connection}`, content: Buffer.from(JSON.stringify(event)) })
    } else if (step.length > 0) {
      const { connection } = step
      const bytes = fill(new Uint8Array(step.length), seed)
      const direction = step.kind === 'sent' ? 'sent' : 'received'
      expected.push({ direction: `${direction} ${connection}`, content: Buffer.from(bytes) })
      const sink = sinks.get(connection) ?? capture.sink(connection)
      sinks.set(connection, sink)
      if (step.kind === 'sent') capture.recordSent(connection, bytes)
      else if (step.kind === 'commit') receive(sink, bytes)
      else {
        sink.append(bytes)
        // Whoever hands over bytes may use their memory for others.
        bytes.fill(0xee)
      }
    }
  }
  await capture.close()
  for (const sink of sinks.values()) sink.close()
  const content = files.contents.get(`/captures/${capture.captureId}.wirebench`) ?? new Uint8Array(0)
  const found = recordsOf(content, expected)
  expect(found.map(({ direction, content: { length } }) => [direction, length])).toEqual(
    expected.map(({ direction, content: { length } }) => [direction, length]),
  )
  expect(found.findIndex(({ content: bytes }, at) => !bytes.equals(expected[at]?.content ?? bytes))).toBe(-1)
  expect(capture.totals().fileBytes).toBe(content.length)
  expect(capture.pool.outstandingBytes).toBe(0)
  await store.close()
  expect([files.openFiles, clock.waitingCount]).toEqual([0, 0])
}

test.each(['none', 'refused', 'taken'] as const)(
  'any interleaving of records is in the file as it came: direct writes are %s',
  async (directWrites) => {
    let directWriteCount = 0
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), fc.nat(4), async (steps, shortness) => {
        const files = new MemoryFiles()
        files.directWrites = directWrites
        // Some writes are cut short anywhere, direct ones as well.
        let turn = 0
        files.beforeWrite = (_path, byteCount) =>
          shortness > 0 && turn++ % shortness === 1 ? 1 + (byteCount >> 1) : byteCount
        await playAndCompare(steps, files)
        directWriteCount += files.directWriteCount
      }),
      { seed: 19, numRuns: 60 },
    )
    expect(directWriteCount > 0).toBe(directWrites === 'taken')
  },
)

async function begin(directWrites: MemoryFiles['directWrites']) {
  const files = new MemoryFiles()
  files.directWrites = directWrites
  const clock = new ManualClock()
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
  const capture = await store.create({ name: 'direct' })
  return { files, clock, store, capture, sink: capture.sink(1) }
}

test('at full speed nothing but whole blocks is written, until nothing more comes', async () => {
  const { files, clock, store, capture, sink } = await begin('taken')
  const writes: string[] = []
  files.beforeWrite = (path, byteCount) => {
    if (isData(path)) writes.push(byteCount % blockBytes === 0 ? 'blocks' : 'rest')
    return byteCount
  }
  for (let chunk = 0; chunk < 300; chunk++) {
    receive(sink, fill(new Uint8Array(100_000), chunk))
    if (chunk % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    if (chunk % 20 === 0) clock.advance(1)
  }
  expect([new Set(writes), files.directWriteCount]).toEqual([new Set(['blocks']), writes.length])
  await capture.flush()
  expect(writes.filter((write) => write === 'rest').length).toBe(1)
  expect(capture.totals()).toEqual(capture.acceptedTotals())
  await store.close()
})

test('the part of a block behind a long stretch is on its way with the next flush, though nothing more comes', async () => {
  const { clock, store, capture, sink } = await begin('taken')
  receive(sink, new Uint8Array(300_000))
  clock.advance(9)
  receive(sink, new Uint8Array(100))
  clock.advance(1)
  await turns(20)
  const before = capture.totals().receivedBytes
  clock.advance(20)
  await turns(20)
  expect([before, capture.totals().receivedBytes]).toEqual([0, 300_100])
  await store.close()
})

test('a full disk at a direct write keeps everything and goes on by itself', async () => {
  const { files, clock, store, capture, sink } = await begin('taken')
  const told: string[] = []
  capture.onProblem = ({ code }) => told.push(code)
  capture.onProblemSolved = () => told.push('solved')
  let isFull = true
  files.beforeWrite = (path, byteCount) => {
    if (isFull && isData(path)) throw systemError('ENOSPC', path)
    return byteCount
  }
  for (let chunk = 0; chunk < 30; chunk++) receive(sink, new Uint8Array(100_000).fill(chunk))
  for (let turn = 0; turn < 3; turn++) {
    clock.advance(500)
    await turns(5)
  }
  expect(told).toEqual(['disk-full'])
  isFull = false
  clock.advance(500)
  await capture.flush()
  expect([told, capture.totals().receivedBytes]).toEqual([['disk-full', 'solved'], 3_000_000])
  const content = files.contents.get(`/captures/${capture.captureId}.wirebench`) ?? new Uint8Array(0)
  const records = [...recordsOfDataFile((at, length) => content.subarray(at, at + length))]
  expect(records.every(({ payload }) => payload.length > 0)).toBe(true)
  await store.close()
})

test('a hundred captures that wait for one slow disk take turns, and none is left behind', async () => {
  const files = new MemoryFiles()
  files.directWrites = 'taken'
  const clock = new ManualClock()
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
  const order: string[] = []
  let underWay = 0
  let most = 0
  files.beforeWrite = async (path, byteCount) => {
    if (!isData(path)) return byteCount
    order.push(path)
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
    return byteCount
  }
  const captures = []
  for (let turn = 0; turn < 100; turn++) captures.push(await store.create({ name: String(turn) }))
  order.length = most = 0
  for (let round = 0; round < 3; round++) {
    for (const capture of captures) capture.recordSent(1, new Uint8Array(70_000))
    clock.advance(10)
    await Promise.all(captures.map((capture) => capture.flush()))
  }
  expect(most).toBeLessThan(4)
  expect(new Set(order.slice(0, 100)).size).toBe(100)
  expect(captures.every((capture) => capture.totals().sentBytes === 210_000)).toBe(true)
  await store.close()
})

test('bytes that paused their connection are written at once, though less than a batch waits', async () => {
  const { files, clock, store, capture, sink } = await begin('taken')
  const goOn = vi.fn()
  const send = (byteCount: number): boolean => sink.commit(sink.reserve(byteCount).length)
  // The disk seems slow: no more than 1 MiB may wait from now on.
  const written = new Promise<void>((endWrite) => {
    files.beforeWrite = async (path, byteCount) => {
      if (isData(path)) {
        files.beforeWrite = null
        await written
      }
      return byteCount
    }
    while (capture.acceptedTotals().receivedBytes < 1_200_000) send(100_000)
    void turns(5).then(() => {
      clock.advance(400)
      endWrite()
    })
  })
  await written
  await turns(10)
  sink.onWritable = goOn
  let isAdmitted = true
  while (isAdmitted) isAdmitted = send(1000)
  await turns(20)
  expect(goOn).toHaveBeenCalledOnce()
  await store.close()
})
