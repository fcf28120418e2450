import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CapturePlace, CaptureRow, CaptureViewName } from '../contract/schemas/capture.ts'
import { parseFramingSpec } from '../protocol/framing/framing-spec.ts'
import type { CaptureStore } from './capture-store.ts'
import { openMemoryStore } from './testing/open-memory-store.ts'
import { referenceLocate } from './testing/reference-locate.ts'
import { anyStep, play } from './testing/script.ts'

const views: readonly CaptureViewName[] = ['records', 'stream', 'text', 'messages']

const framings = [
  'raw',
  'lf,max=9',
  'crlf,max=50',
  'fixed:7',
  'length:u8,max=90',
  'idle:3,max=99',
  'json,max=20',
] as const

const direction = fc.constantFrom('sent' as const, 'received' as const)
const anyPlace: fc.Arbitrary<CapturePlace> = fc.oneof(
  fc.record({ kind: fc.constant('time' as const), timeNs: fc.nat(300_000_000) }),
  fc.record({
    kind: fc.constant('record' as const),
    record: fc.nat(60),
    offsetInRecord: fc.oneof(fc.nat(40), fc.nat(9000)),
  }),
  fc.record({ kind: fc.constant('byte' as const), direction, streamOffset: fc.oneof(fc.nat(300), fc.nat(9000)) }),
  fc.record({ kind: fc.constant('message' as const), direction, number: fc.oneof(fc.nat(30), fc.nat(900)) }),
)

const tiny = fc.record({
  resumeSpacingBytes: fc.integer({ min: 1, max: 900 }),
  blockBytes: fc.integer({ min: 32, max: 400 }),
})

test('the row at any place is the one that a look through all rows finds, live, damaged and reopened', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 40 }),
      fc.constantFrom(...framings),
      fc.constantFrom(...framings),
      tiny,
      fc.array(anyPlace, { minLength: 20, maxLength: 40 }),
      fc.option(fc.nat(3000), { nil: null }),
      async (steps, sent, received, sizes, places, damageAt) => {
        const { store, files, clock } = await openMemoryStore({ sizes })
        const capture = await store.create({ name: 'places' })
        const { captureId } = capture
        const framing = { sent: parseFramingSpec(sent), received: parseFramingSpec(received) }
        play(steps, capture, clock)
        await capture.flush()
        await compare(store, captureId, framing, places)
        await capture.close()
        await compare(store, captureId, framing, places)
        await store.close()
        const data = files.contents.get(`/captures/${captureId}.wirebench`) ?? new Uint8Array(0)
        if (damageAt !== null) data.fill(0xee, 4096 + damageAt, 4096 + damageAt + 40)
        const again = await openMemoryStore({ files, sizes })
        await compare(again.store, captureId, framing, places)
        await again.store.close()
      },
    ),
    { numRuns: 40 },
  )
})

async function compare(
  store: CaptureStore,
  captureId: string,
  framing: { sent: ReturnType<typeof parseFramingSpec>; received: ReturnType<typeof parseFramingSpec> },
  places: readonly CapturePlace[],
): Promise<void> {
  const records = await allRows(store, { captureId, view: 'records' })
  for (const view of views) {
    const asked = view === 'messages' ? { captureId, view, framing } : { captureId, view }
    const rows = view === 'records' ? records : await allRows(store, asked)
    const reference = referenceLocate(records, rows)
    for (const place of places) {
      const expected = { row: reference(place), totalRows: rows.length, complete: true }
      expect([view, place, await store.locate({ ...asked, place })]).toEqual([view, place, expected])
    }
  }
}

type Asked = Omit<Parameters<CaptureStore['locate']>[0], 'place'>

async function allRows(store: CaptureStore, asked: Asked): Promise<CaptureRow[]> {
  const rows: CaptureRow[] = []
  for (;;) {
    const window = await store.window({ ...asked, firstRow: rows.length, rowCount: 512, previewBytes: 1024 * 1024 })
    rows.push(...window.rows)
    if (window.complete && rows.length === window.totalRows) return rows
  }
}
