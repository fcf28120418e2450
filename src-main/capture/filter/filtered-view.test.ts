import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CapturePlace, CaptureRow } from '../../contract/schemas/capture.ts'
import type { CaptureFilter } from '../../contract/schemas/capture-filter.ts'
import { plainTools } from '../../protocol/byte-search/testing/plain-tools.ts'
import { parseFramingSpec } from '../../protocol/framing/framing-spec.ts'
import type { CaptureStore } from '../capture-store.ts'
import { anyPattern, anyScope, everything } from '../testing/any-pattern.ts'
import { openMemoryStore } from '../testing/open-memory-store.ts'
import { referenceFilter } from '../testing/reference-filter.ts'
import { referenceLocate } from '../testing/reference-locate.ts'
import { anyStep, play, receive } from '../testing/script.ts'

const { runExpression } = plainTools
const framings = [
  'raw',
  'lf,max=9',
  'crlf,max=50',
  'fixed:7',
  'length:u8,max=90',
  'idle:3,max=99',
  'slip,max=20',
] as const

const anyFilter: fc.Arbitrary<CaptureFilter> = fc.record({
  scope: fc.oneof(fc.constant(everything), anyScope),
  showsEvents: fc.boolean(),
  content: fc.option(anyPattern, { nil: null, freq: 3 }),
  contentIsExcluded: fc.boolean(),
})

const all: CaptureFilter = { scope: everything, showsEvents: true, content: null, contentIsExcluded: false }
const ofText = (text: string): CaptureFilter => ({
  ...all,
  content: { kind: 'text', text, ignoresCase: false, encoding: 'utf-8' },
})

const openStore = (options: Parameters<typeof openMemoryStore>[0] = {}) =>
  openMemoryStore({ runExpression, ...options })

type Asked = Omit<Parameters<CaptureStore['locate']>[0], 'place'>

/** All rows of a view, and how many are not shown. */
async function allRows(store: CaptureStore, asked: Asked, rowCount = 512) {
  const rows: CaptureRow[] = []
  for (;;) {
    const window = await store.window({ ...asked, firstRow: rows.length, rowCount, previewBytes: 1024 * 1024 })
    rows.push(...window.rows)
    if (window.complete && rows.length === window.totalRows) return { rows, hiddenRows: window.hiddenRows }
  }
}

const direction = fc.constantFrom('sent' as const, 'received' as const)
const anyPlace: fc.Arbitrary<CapturePlace> = fc.oneof(
  fc.record({ kind: fc.constant('time' as const), timeNs: fc.nat(600_000_000) }),
  fc.record({ kind: fc.constant('record' as const), record: fc.nat(50), offsetInRecord: fc.constant(0) }),
  fc.record({ kind: fc.constant('byte' as const), direction, streamOffset: fc.oneof(fc.nat(300), fc.nat(9000)) }),
  fc.record({ kind: fc.constant('message' as const), direction, number: fc.oneof(fc.nat(30), fc.nat(900)) }),
)
const silence = fc.record({ kind: fc.constant('pass' as const), delayMs: fc.integer({ min: 300, max: 700 }) })
const steps = fc.array(fc.oneof({ weight: 25, arbitrary: anyStep }, { weight: 1, arbitrary: silence }), {
  maxLength: 40,
})
const tiny = fc.record({
  resumeSpacingBytes: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 2000, max: 100_000 })),
  blockBytes: fc.integer({ min: 32, max: 400 }),
})
const anyFraming = fc.record({ sent: fc.constantFrom(...framings), received: fc.constantFrom(...framings) })

test('any window and any place is that of the rows which a look at all of them leaves, live, closed, damaged and reopened', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 2, maxLength: 2 }),
      fc.option(anyFraming, { nil: null, freq: 2 }),
      tiny,
      anyFilter,
      fc.array(anyPlace, { minLength: 10, maxLength: 20 }),
      fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 40 })), { maxLength: 6 }),
      fc.option(fc.nat(3000), { nil: null }),
      async ([first = [], second = []], cut, sizes, filter, places, windows, damageAt) => {
        const { store, files, clock } = await openStore({ sizes })
        const capture = await store.create({ name: 'filtered' })
        const { captureId } = capture
        const unfiltered: Asked =
          cut === null
            ? { captureId, view: 'records' }
            : {
                captureId,
                view: 'messages',
                framing: { sent: parseFramingSpec(cut.sent), received: parseFramingSpec(cut.received) },
              }
        const asked = { ...unfiltered, filter }
        const compare = async (by: CaptureStore): Promise<readonly CaptureRow[]> => {
          const records = (await allRows(by, { captureId, view: 'records' })).rows
          const { rows } = await allRows(by, unfiltered)
          const shown = referenceFilter(records, rows, filter)
          const hiddenRows = rows.length - shown.length
          expect(await allRows(by, asked, 1 + (sizes.blockBytes % 50))).toEqual({ rows: shown, hiddenRows })
          for (const [at, rowCount] of windows) {
            const firstRow = at % (shown.length + 2)
            expect(await by.window({ ...asked, firstRow, rowCount, previewBytes: 1024 * 1024 })).toEqual({
              view: asked.view,
              firstRow,
              rows: shown.slice(firstRow, firstRow + rowCount),
              totalRows: shown.length,
              hiddenRows,
              complete: true,
            })
          }
          const reference = referenceLocate(records, shown)
          for (const place of places) {
            const expected = { row: reference(place), totalRows: shown.length, complete: true }
            expect([place, await by.locate({ ...asked, place })]).toEqual([place, expected])
          }
          return shown
        }
        play(first, capture, clock)
        await capture.flush()
        const early = (await allRows(store, asked)).rows
        play(second, capture, clock)
        await capture.flush()
        const later = (await allRows(store, asked)).rows
        expect(later.slice(0, early.length)).toEqual(early)
        // Everything is decided once it was silent.
        clock.advance(1000)
        await capture.flush()
        const live = await compare(store)
        expect(live.slice(0, later.length)).toEqual(later)
        await capture.close()
        await compare(store)
        await store.close()
        const data = files.contents.get(`/captures/${captureId}.wirebench`) ?? new Uint8Array(0)
        if (damageAt !== null) data.fill(0xee, 4096 + damageAt, 4096 + damageAt + 40)
        const again = await openStore({ files, sizes })
        await compare(again.store)
        await again.store.close()
        expect(files.openFiles).toBe(0)
      },
    ),
    { numRuns: 25 },
  )
})

test('a row whose match may go on waits with those behind it, until it went on or was silent for half a second', async () => {
  const { store, clock } = await openStore()
  const capture = await store.create({ name: 'waits' })
  const { captureId } = capture
  const asked = {
    captureId,
    view: 'records',
    filter: ofText('ABCD'),
    firstRow: 0,
    rowCount: 9,
    previewBytes: 9,
  } as const
  const look = async (): Promise<readonly unknown[]> => {
    const { rows, hiddenRows, complete } = await store.window(asked)
    return [rows.map(({ record }) => record), hiddenRows, complete]
  }
  receive(capture.sink(1), new Uint8Array(Buffer.from('..AB')))
  receive(capture.sink(2), new Uint8Array(Buffer.from('ABCD')))
  await capture.flush()
  expect(await look()).toEqual([[], 0, true])
  receive(capture.sink(1), new Uint8Array(Buffer.from('CD..')))
  await capture.flush()
  expect(await look()).toEqual([[0, 1], 1, true])
  receive(capture.sink(1), new Uint8Array(Buffer.from('A')))
  await capture.flush()
  expect(await look()).toEqual([[0, 1], 1, true])
  clock.advance(600)
  receive(capture.sink(1), new Uint8Array(Buffer.from('BCD')))
  await capture.flush()
  expect(await look()).toEqual([[0, 1], 3, true])
  await store.close()
})

test('a filter of headers alone leaves the payloads unread', async () => {
  const { store, files } = await openStore()
  const capture = await store.create({ name: 'headers' })
  for (let at = 0; at < 40; at++) capture.recordSent(1, new Uint8Array(200_000 + at))
  capture.recordEvent(1, { kind: 'note', text: 'end' })
  await capture.close()
  const { captureId } = capture
  await store.window({ captureId, view: 'records', firstRow: 0, rowCount: 1, previewBytes: 0 })
  const before = files.bytesRead
  const filter = { ...all, scope: { ...everything, minimumBytes: 200_030 } }
  const window = await store.window({ captureId, view: 'records', filter, firstRow: 0, rowCount: 50, previewBytes: 0 })
  expect(window).toMatchObject({ totalRows: 11, hiddenRows: 30, complete: true })
  expect(files.bytesRead - before).toBeLessThan(3_000_000)
  await store.close()
})

test('an abandoned filter reads no more', async () => {
  const { store, files } = await openStore()
  const capture = await store.create({ name: 'typed' })
  for (let at = 0; at < 600; at++) capture.recordSent(1, new Uint8Array(100_000))
  await capture.close()
  const { captureId } = capture
  const look = (text: string) =>
    store.window({ captureId, view: 'records', filter: ofText(text), firstRow: 0, rowCount: 9, previewBytes: 9 })
  // One letter after another: each is asked for once, and goes on behind that.
  const windows = await Promise.all(Array.from({ length: 20 }, (_, at) => look('x'.repeat(at + 2))))
  expect(windows.filter(({ complete }) => complete)).toEqual([])
  for (;;) if ((await look('x'.repeat(21))).complete) break
  // The four that were kept went through the whole; the others had their first 8 MiB at most, and a stretch in which they were stopped.
  expect(files.bytesRead).toBeLessThan(4 * 61e6 + 17 * 10e6)
  await store.close()
})

test('a filter that cannot be is refused with a reason at its first use', async () => {
  const { store } = await openStore()
  const capture = await store.create({ name: 'refused' })
  capture.recordSent(1, Uint8Array.of(1))
  await capture.flush()
  const { captureId } = capture
  const look = (view: 'records' | 'stream' | 'text', filter: CaptureFilter) =>
    store.window({ captureId, view, filter, firstRow: 0, rowCount: 1, previewBytes: 0 })
  await expect(look('stream', all)).rejects.toMatchObject({ code: 'filter-not-applicable' })
  await expect(look('text', all)).rejects.toMatchObject({ code: 'filter-not-applicable' })
  const place = { kind: 'time', timeNs: 0 } as const
  const located = store.locate({ captureId, view: 'text', filter: all, place })
  await expect(located).rejects.toMatchObject({ code: 'filter-not-applicable' })
  const hex: CaptureFilter = { ...all, content: { kind: 'hex', hex: '4' } }
  await expect(look('records', hex)).rejects.toMatchObject({ code: 'pattern-malformed' })
  const encoding: CaptureFilter = { ...all, content: { kind: 'text', text: 'a', ignoresCase: false, encoding: 'x' } }
  await expect(look('records', encoding)).rejects.toMatchObject({ code: 'encoding-unknown' })
  await store.close()
})

test('rows with very many matches are each decided', async () => {
  const { store } = await openStore()
  const capture = await store.create({ name: 'zeros' })
  const line = new TextEncoder().encode('0\n')
  const lineCount = 126 * 1024
  const bytes = new Uint8Array(lineCount * line.length).map((_byte, at) => line[at % line.length] ?? 0)
  capture.recordSent(1, bytes)
  await capture.close()
  const framing = parseFramingSpec('lf')
  const { captureId } = capture
  const shown = await store.window({
    captureId,
    view: 'messages',
    framing: { sent: framing, received: framing },
    filter: ofText('0'),
    firstRow: 0,
    rowCount: 1,
    previewBytes: 16,
  })
  expect([shown.complete, shown.totalRows, shown.hiddenRows]).toEqual([true, lineCount, 0])
  await store.close()
})
