import { expect, test } from 'vitest'
import type { ErrorShape } from '../contract/errors.ts'
import { CaptureStore } from './capture-store.ts'
import { retryDelayMs } from './data-writer.ts'
import { closeGiveUpMs, pendingLimitBytes } from './live-capture.ts'
import { eventually } from './testing/eventually.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles, systemError } from './testing/memory-files.ts'
import { digestOf, readAll } from './testing/read-all.ts'
import { receive } from './testing/script.ts'

async function begin() {
  const files = new MemoryFiles()
  const clock = new ManualClock()
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
  const capture = await store.create({ name: 'writer' })
  return { files, clock, store, capture }
}

const isData = (path: string): boolean => path.endsWith('.wirebench')

test('little data is written 10 ms after its first byte, and only then counted', async () => {
  const { clock, store, capture } = await begin()
  const grown: number[] = []
  capture.onGrew = (totals) => grown.push(totals.receivedBytes)
  receive(capture.sink(1), new Uint8Array(5))
  clock.advance(9)
  receive(capture.sink(2), new Uint8Array(7))
  const before = [capture.totals().receivedBytes, capture.acceptedTotals().receivedBytes]
  clock.advance(1)
  await eventually(() => grown.length > 0)
  expect([before, grown, capture.totals().receivedBytes]).toEqual([[0, 12], [12], 12])
  await store.close()
})

test('a full disk keeps everything, pauses the sinks, is told once and goes on by itself', async () => {
  const { files, clock, store, capture } = await begin()
  const sink = capture.sink(1)
  const told: string[] = []
  capture.onProblem = (error: ErrorShape) => told.push(`${error.code} ${String(error.data.file)}`)
  capture.onProblemSolved = () => told.push('solved')
  sink.onWritable = () => told.push('writable')
  let freeBytes = 700_000
  files.beforeWrite = (path, byteCount) => {
    if (!isData(path)) return byteCount
    if (freeBytes === 0) throw systemError('ENOSPC', path)
    const count = Math.min(freeBytes, byteCount)
    freeBytes -= count
    return count
  }
  let sentBytes = 0
  let isPaused = false
  for (let chunk = 0; !isPaused; chunk++) {
    const region = sink.reserve(60_000)
    region.fill(chunk)
    isPaused = !sink.commit(region.length)
    sentBytes += region.length
    await new Promise((resolve) => setImmediate(resolve))
  }
  capture.recordEvent(1, { kind: 'note', text: 'while full' })
  for (let at = 0; at < 3; at++) {
    clock.advance(retryDelayMs)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(told).toEqual([`disk-full ${capture.captureId}.wirebench`])
  freeBytes = Number.MAX_SAFE_INTEGER
  clock.advance(retryDelayMs)
  await capture.flush()
  expect(told.slice(1)).toEqual(['solved', 'writable'])
  expect(capture.totals()).toEqual(capture.acceptedTotals())
  const rows = await readAll(store, capture.captureId, 'records')
  const bytes = rows.flatMap((row) => (row.kind === 'data' ? [[row.length, row.preview[0], row.preview.at(-1)]] : []))
  expect(bytes).toEqual(bytes.map(([length], at) => [length, at & 0xff, at & 0xff]))
  expect(rows.at(-1)).toMatchObject({ kind: 'event', event: { text: 'while full' } })
  expect(capture.totals().receivedBytes).toBe(sentBytes)
  await store.close()
})

test('short writes are continued: the file is the same as with whole ones', async () => {
  const run = async (limit: number): Promise<string> => {
    const { files, store, capture } = await begin()
    files.beforeWrite = (_path, byteCount) => Math.min(limit, byteCount)
    const sink = capture.sink(1)
    for (let at = 0; at < 30; at++) {
      receive(sink, new Uint8Array(1 + at * 40).fill(at))
      capture.recordSent(2, new Uint8Array(at * 800).fill(at))
    }
    await capture.flush()
    const digest = digestOf(await readAll(store, capture.captureId, 'records'))
    await store.close()
    return digest
  }
  expect(await run(1009)).toBe(await run(Number.MAX_SAFE_INTEGER))
})

test('what waits for a slow disk has a bound; sinks pause there and go on below half of it', async () => {
  const { files, store, capture } = await begin()
  const gate: (() => void)[] = []
  files.beforeWrite = async (path, byteCount) => {
    if (isData(path)) await new Promise<void>((resolve) => gate.push(resolve))
    return byteCount
  }
  const sink = capture.sink(1)
  let pendingWhenTold = -1
  sink.onWritable = () => {
    pendingWhenTold = capture.acceptedTotals().fileBytes - capture.totals().fileBytes
  }
  let isPaused = false
  while (!isPaused) isPaused = !sink.commit(sink.reserve(512 * 1024).length)
  const pending = capture.acceptedTotals().fileBytes - capture.totals().fileBytes
  expect(pending).toBeGreaterThanOrEqual(pendingLimitBytes)
  expect(pending).toBeLessThan(pendingLimitBytes + 1024 * 1024)
  expect(capture.pool.outstandingBytes).toBeLessThan(2 * pendingLimitBytes)
  while (pendingWhenTold < 0) {
    gate.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(pendingWhenTold).toBeLessThanOrEqual(pendingLimitBytes / 2)
  files.beforeWrite = null
  while (gate.length > 0) gate.shift()?.()
  await store.close()
})

test('memory is used again: a long run at full speed holds only a few slabs', async () => {
  const { store, capture } = await begin()
  const sink = capture.sink(1)
  for (let at = 0; at < 400; at++) {
    sink.commit(sink.reserve(64 * 1024).length)
    if (at % 8 === 7) await capture.flush()
  }
  expect(capture.totals().receivedBytes).toBeGreaterThan(20_000_000)
  expect(capture.pool.outstandingBytes).toBeLessThanOrEqual(9 * 1024 * 1024)
  sink.close()
  await store.close()
  expect(capture.pool.outstandingBytes).toBe(0)
})

test('the room handed out is never memory that waits for the disk', async () => {
  const { files, store, capture } = await begin()
  files.beforeWrite = async (path, byteCount) => {
    if (isData(path)) await new Promise((resolve) => setImmediate(resolve))
    return byteCount
  }
  const sink = capture.sink(1)
  let sum = 0
  for (let at = 0; at < 3000; at++) {
    const region = sink.reserve(1 + ((at * 7919) % 20_000))
    region.fill(at)
    // The system writes into the room long before it is committed.
    if (at % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    sum += region.length
    sink.commit(region.length)
  }
  await capture.flush()
  expect(capture.totals().receivedBytes).toBe(sum)
  for (let firstRow = 0; firstRow < 3000; firstRow += 300) {
    const { captureId } = capture
    const { rows } = await store.window({ captureId, view: 'records', firstRow, rowCount: 300, previewBytes: 20_000 })
    const wrong = rows.filter(
      (row, at) => row.kind !== 'data' || row.preview.some((v) => v !== ((firstRow + at) & 0xff)),
    )
    expect(wrong).toEqual([])
  }
  await store.close()
})

test('a region not committed is handed out again; too much committed is refused', async () => {
  const { store, capture } = await begin()
  const sink = capture.sink(1)
  const region = sink.reserve(100)
  expect(sink.reserve(100)).toBe(region)
  expect(sink.reserve(10).byteOffset).toBe(region.byteOffset)
  const more = sink.reserve(200)
  expect([more.byteOffset, more.length]).toEqual([region.byteOffset, 200])
  expect(() => sink.commit(201)).toThrow(RangeError)
  await store.close()
})

test('closing writes the clean end once; closed captures refuse more', async () => {
  const { files, clock, store, capture } = await begin()
  const sink = capture.sink(1)
  receive(sink, new Uint8Array(3))
  await Promise.all([capture.close(), capture.close()])
  expect(sink.append(new Uint8Array(3))).toBe(false)
  expect(() => capture.recordSent(1, new Uint8Array(1))).toThrow('closed')
  expect(capture.totals()).toMatchObject({ recordCount: 1, receivedBytes: 3, fileBytes: 4096 + 35 + 32 })
  await store.close()
  expect([files.openFiles, clock.waitingCount]).toEqual([0, 0])
})

test('closing gives up on a disk that stays full, says so, and leaves what was written', async () => {
  const { files, clock, store, capture } = await begin()
  capture.recordSent(1, new Uint8Array(10))
  await capture.flush()
  files.beforeWrite = (path, byteCount) => {
    if (isData(path)) throw systemError('ENOSPC', path)
    return byteCount
  }
  capture.recordSent(1, new Uint8Array(20))
  const closing = capture.close().catch((error: unknown) => error)
  let result: unknown = null
  void closing.then((error) => (result = error))
  for (let passedMs = 0; result === null; passedMs += retryDelayMs) {
    clock.advance(retryDelayMs)
    await new Promise((resolve) => setImmediate(resolve))
    if (passedMs > 10 * closeGiveUpMs) throw new Error('closing did not give up')
  }
  expect(result).toMatchObject({ code: 'disk-full' })
  const summary = await store.openCapture(capture.captureId)
  expect([summary.totals.sentBytes, summary.recovery.unclean]).toEqual([10, true])
  await store.close()
  expect([files.openFiles, clock.waitingCount]).toEqual([0, 0])
})

test('an index that cannot be closed is told, and everything else is closed all the same', async () => {
  const { files, clock, store, capture } = await begin()
  capture.recordSent(1, new Uint8Array(5))
  files.beforeClose = (path) => {
    if (path.endsWith('.index')) throw systemError('EIO', path)
  }
  await expect(capture.close()).rejects.toMatchObject({
    code: 'file-unwritable',
    data: { reason: expect.stringContaining('EIO') as string },
  })
  files.beforeClose = null
  await store.close()
  expect([await store.list(), clock.waitingCount]).toMatchObject([[{ live: false, totals: { sentBytes: 5 } }], 0])
})
