import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BytesRow, CaptureRow } from '../contract/schemas/capture.ts'
import { CaptureStore } from './capture-store.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles } from './testing/memory-files.ts'
import { digestOf, readAll } from './testing/read-all.ts'
import { anyStep, play, receive, referenceStreamRows, referenceTextRows, type Step } from './testing/script.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

async function openStore(files = new MemoryFiles(), clock = new ManualClock()) {
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1.2.3', files })
  return { store, files, clock }
}

interface PlainRecord {
  readonly connection: number
  readonly direction: string
  /** The bytes in hex, or the event as JSON. */
  content: string
}

/** What the steps put on record. */
function expectedRecords(steps: readonly Step[]): PlainRecord[] {
  return steps.flatMap((step) => {
    if (step.kind === 'pass') return []
    const { connection } = step
    if (step.kind === 'event') return [{ connection, direction: 'event', content: JSON.stringify(step.event) }]
    if (step.bytes.length === 0) return []
    const direction = step.kind === 'sent' ? 'sent' : 'received'
    return [{ connection, direction, content: hexOf(step.bytes) }]
  })
}

/** The same of rows of `records`; chunks of one step that did not fit one read are joined. */
function recordsOf(rows: readonly CaptureRow[], expected: readonly PlainRecord[]): PlainRecord[] {
  const found: PlainRecord[] = []
  for (const row of rows) {
    const { connection } = row
    const last = found.at(-1)
    if (row.kind === 'event') {
      found.push({ connection, direction: 'event', content: JSON.stringify(row.event) })
    } else if (row.kind !== 'data') throw new Error(`unexpected ${row.kind}`)
    else if (last !== undefined && last.content.length < (expected[found.length - 1]?.content.length ?? 0)) {
      last.content += hexOf(row.preview)
    } else found.push({ connection, direction: row.direction, content: hexOf(row.preview) })
  }
  return found
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('any mixture of sinks, sent bytes and events comes back in order, live, closed and reopened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
      const { store, files, clock } = await openStore()
      const capture = await store.create({ name: 'mixture' })
      play(steps, capture, clock)
      await capture.flush()
      const live = await readAll(store, capture.captureId, 'records')
      const accepted = capture.acceptedTotals()
      expect(capture.totals()).toEqual(accepted)
      await store.close()
      const again = await openStore(files)
      const summary = await again.store.openCapture(capture.captureId)
      expect({ ...summary.totals, fileBytes: 0 }).toEqual({ ...accepted, fileBytes: 0 })
      expect(summary.recovery).toEqual({
        unclean: false,
        indexRebuilt: false,
        indexReason: null,
        tailBytesIgnored: 0,
        damagedBytes: 0,
        losses: [],
      })
      const reopened = await readAll(again.store, capture.captureId, 'records')
      await again.store.close()
      expect(reopened).toEqual(live)
      const expected = expectedRecords(steps)
      expect(recordsOf(reopened, expected)).toEqual(expected)
      expect(files.openFiles).toBe(0)
      expect(clock.waitingCount).toBe(0)
    }),
    { numRuns: 25 },
  )
})

test('every window of every view equals the plain reference', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 50 })), { maxLength: 8 }),
      async (steps, windows) => {
        const { store, clock } = await openStore()
        const capture = await store.create({ name: 'views' })
        play(steps, capture, clock)
        await capture.flush()
        const { captureId } = capture
        const records = await readAll(store, captureId, 'records')
        const reference: Record<'stream' | 'text' | 'records', readonly CaptureRow[]> = {
          records,
          stream: referenceStreamRows(records),
          text: referenceTextRows(records),
        }
        expect(capture.totals().streamRowCount).toBe(reference.stream.length)
        for (const view of ['records', 'stream', 'text'] as const) {
          const rows = reference[view]
          expect(await readAll(store, captureId, view)).toEqual(rows)
          for (const [at, rowCount] of windows) {
            const firstRow = rows.length === 0 ? at : at % (rows.length + 3)
            const previewBytes = 1024 * 1024
            expect(await store.window({ captureId, view, firstRow, rowCount, previewBytes })).toEqual({
              view,
              firstRow,
              rows: rows.slice(firstRow, firstRow + rowCount),
              totalRows: rows.length,
              complete: true,
            })
          }
          const end = await store.window({ captureId, view, firstRow: 'end', rowCount: 7, previewBytes: 1024 * 1024 })
          expect(end.rows).toEqual(rows.slice(-7))
        }
        await store.close()
      },
    ),
    { numRuns: 25 },
  )
})

test('windows are right far into a capture of several checkpoints, while it grows and afterwards', async () => {
  const { store, clock } = await openStore()
  const capture = await store.create({ name: 'long' })
  const { captureId } = capture
  const sink = capture.sink(1)
  const line = text('The quick brown fox jumps over the lazy dog, again and again.\n')
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < 6000; at++) {
      receive(sink, line.subarray(0, 1 + ((at * 7) % line.length)))
      if (at % 50 === 0) capture.recordSent(2, new Uint8Array(5000).fill(at))
    }
    clock.advance(20)
    await capture.flush()
    const records = await readAll(store, captureId, 'records')
    expect(records).toHaveLength(capture.totals().recordCount)
    expect(digestOf(await readAll(store, captureId, 'stream'))).toBe(digestOf(referenceStreamRows(records)))
    expect(digestOf(await readAll(store, captureId, 'text'))).toBe(digestOf(referenceTextRows(records)))
  }
  expect(capture.state().checkpointCount).toBeGreaterThan(1)
  const live = digestOf(await readAll(store, captureId, 'text'))
  await capture.close()
  expect(digestOf(await readAll(store, captureId, 'text'))).toBe(live)
  await store.close()
})

test('a line goes on over chunks, ends at line feed, direction, connection and 512 bytes', async () => {
  const { store, clock } = await openStore()
  const capture = await store.create({ name: 'lines' })
  const sink = capture.sink(1)
  receive(sink, text('one\ntw'))
  clock.advance(1)
  capture.recordEvent(1, { kind: 'note', text: 'between' })
  receive(sink, text('o\nthree'))
  capture.recordSent(1, text('four'))
  receive(capture.sink(2), text('five'))
  receive(sink, new Uint8Array(600).fill(0x61))
  await capture.flush()
  const rows = (await readAll(store, capture.captureId, 'text')) as BytesRow[]
  expect(
    rows.map((row) => [row.record, row.connection, row.direction, row.streamOffset, row.bytes.length, row.continues]),
  ).toEqual([
    [0, 1, 'received', 0, 4, false],
    [0, 1, 'received', 4, 4, false],
    [2, 1, 'received', 8, 5, true],
    [3, 1, 'sent', 0, 4, true],
    [4, 2, 'received', 13, 4, true],
    [5, 1, 'received', 17, 512, true],
    [5, 1, 'received', 529, 88, true],
  ])
  await store.close()
})

test('reads a part of a record, an event and nothing behind the end', async () => {
  const { store } = await openStore()
  const capture = await store.create({ name: 'parts' })
  receive(capture.sink(4), text('hello world'))
  capture.recordEvent(4, { kind: 'peer-ended', transition: null })
  await capture.flush()
  const { captureId } = capture
  expect((await store.read(captureId, 0, 6, 100)).bytes).toEqual(text('world'))
  expect((await store.read(captureId, 0, 50, 100)).bytes).toEqual(new Uint8Array(0))
  const event = await store.read(captureId, 1, 0, 100)
  expect([event.row, event.bytes]).toEqual([
    { kind: 'event', record: 1, connection: 4, timeNs: 0, event: { kind: 'peer-ended', transition: null } },
    text('{"kind":"peer-ended","transition":null}'),
  ])
  await expect(store.read(captureId, 2, 0, 1)).rejects.toMatchObject({ code: 'window-out-of-range' })
  await store.close()
})

test('times are those of the commit, relative to the beginning, and never go back', async () => {
  const { store, clock } = await openStore()
  const capture = await store.create({ name: 'times' })
  const sink = capture.sink(1)
  receive(sink, text('a'))
  clock.advance(3)
  receive(sink, text('b'))
  clock.nowNs -= 1_000_000
  receive(sink, text('c'))
  await capture.flush()
  const rows = await readAll(store, capture.captureId, 'records')
  expect(rows.map((row) => row.timeNs)).toEqual([0, 3_000_000, 3_000_000])
  await store.close()
})

test('a disk that takes seconds for every read still gives the rows', async () => {
  const { store, files, clock } = await openStore()
  const capture = await store.create({ name: 'slow' })
  for (let chunk = 0; chunk < 40; chunk++) capture.recordSent(1, new Uint8Array(100_000).fill(0x0a))
  await capture.close()
  files.beforeRead = () => clock.advance(3000)
  const request = { captureId: capture.captureId, view: 'text', firstRow: 'end', rowCount: 1, previewBytes: 0 } as const
  expect(await store.window(request)).toMatchObject({ totalRows: 4_000_000, complete: true })
  await store.close()
})
