import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CaptureRow } from '../contract/schemas/capture.ts'
import type { ConnectionEvent } from '../contract/schemas/connection.ts'
import { parseFramingSpec } from '../protocol/framing/framing-spec.ts'
import type { CaptureStore } from './capture-store.ts'
import type { FramingPair } from './message-scanner.ts'
import { openMemoryStore } from './testing/open-memory-store.ts'
import { readAll } from './testing/read-all.ts'
import { referenceMessageRows } from './testing/reference-messages.ts'
import { play, type Step } from './testing/script.ts'

/** Small maxima, so that limits are met; and pieces of which likely streams are made. */
const framings: readonly { readonly spec: string; readonly pieces: readonly string[] }[] = [
  { spec: 'raw', pieces: ['01'] },
  { spec: 'lf,max=9', pieces: ['0a', '61', '68656c6c6f0a', '61616161616161616161610a'] },
  { spec: 'crlf,max=5', pieces: ['0d', '0a', '61', '61620d0a', '6161616161610d0a'] },
  { spec: 'delimiter:616162,keep,max=4', pieces: ['61', '6161', '62', '616162', '63'] },
  { spec: 'json-lines,max=12', pieces: ['7b7d0a', '7b7d0d0a', '0d', '0a', '7b2261223a317d'] },
  { spec: 'fixed:3', pieces: ['01', '0203'] },
  { spec: 'length:u8,max=9', pieces: ['00', '0107', '03010203', '05010203', 'ff'] },
  { spec: 'length:u32be,max=9', pieces: ['00000000', '0000000107', '00', 'ff'] },
  { spec: 'length:varint,before=1,max=9', pieces: ['0000', '000107', '8001', 'ff'] },
  { spec: 'markers:1002,1003,escape=10,max=9', pieces: ['1002', '1003', '1010', '01', '02'] },
  { spec: 'markers:7e,7e,escape=7d,xor=20,max=9', pieces: ['7e', '7d5e', '01', '7d'] },
  { spec: 'slip,max=9', pieces: ['c0', 'dbdc', 'dbdd', '01', 'db'] },
  { spec: 'cobs,max=12', pieces: ['00', '01', '0209', '030909', 'ff', '010100'] },
  { spec: 'json,max=20', pieces: ['7b2261223a317d', '5b315d', '20', '2278225c', '3132', '78'] },
  { spec: 'msgpack,max=12', pieces: ['01', '82', 'a20102', 'c1', 'd902', 'dc0002'] },
  { spec: 'tcpy,max=9', pieces: ['0000000107', '00', '0000000201ff'] },
  { spec: 'm2,max=20', pieces: ['7b226964223a317d0d0a', '0d', '0a', '7b'] },
  { spec: 'idle:3,max=9', pieces: ['01', '0202'] },
]

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

const plainEvents = [
  { kind: 'note', text: 'between' },
  { kind: 'peer-ended', transition: null },
  { kind: 'local-ended', transition: null },
  {
    kind: 'ended',
    transition: null,
    dialledAddresses: 1,
    ending: { by: 'peer', how: 'fin', unsentBytes: 0, error: null },
  },
] as const satisfies readonly ConnectionEvent[]

const connection = fc.integer({ min: 1, max: 3 })

function stepsOf(pieces: readonly string[]): fc.Arbitrary<Step> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...pieces.map(fromHex)) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 2 }) },
  )
  const bytes = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => new Uint8Array(Buffer.concat(parts)))
  const kind = fc.constantFrom('commit' as const, 'append' as const, 'sent' as const)
  return fc.oneof(
    { weight: 9, arbitrary: fc.record({ kind, connection, bytes }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('event' as const),
        connection,
        event: fc.constantFrom(...plainEvents),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), delayMs: fc.integer({ min: 1, max: 5 }) }),
    },
  )
}

/** All rows of the view, `rowCount` at a time. */
async function readMessages(
  store: CaptureStore,
  captureId: string,
  framing: FramingPair,
  previewBytes: number,
  rowCount = 512,
): Promise<CaptureRow[]> {
  const rows: CaptureRow[] = []
  for (;;) {
    const request = { captureId, view: 'messages', firstRow: rows.length, rowCount, previewBytes, framing } as const
    const window = await store.window(request)
    rows.push(...window.rows)
    if (window.complete && rows.length === window.totalRows) return rows
  }
}

const tiny = fc.record({
  resumeSpacingBytes: fc.integer({ min: 1, max: 300 }),
  blockBytes: fc.integer({ min: 32, max: 120 }),
})

test.each(framings)(
  '$spec: any window is what the framer finds in each whole stream, live, closed and resumed anywhere',
  async ({ spec, pieces }) => {
    const other = framings.map((framing) => framing.spec)
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepsOf(pieces), { maxLength: 40 }),
        fc.constantFrom(...other),
        tiny,
        fc.nat(9),
        fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 9 })), { maxLength: 6 }),
        async (steps, sentSpec, sizes, previewBytes, windows) => {
          const framing = { received: parseFramingSpec(spec), sent: parseFramingSpec(sentSpec) }
          const { store, clock } = await openMemoryStore({ sizes })
          const capture = await store.create({ name: 'messages' })
          const { captureId } = capture
          const half = Math.floor(steps.length / 2)
          // The view is asked for in the middle and grows from there.
          play(steps.slice(0, half), capture, clock)
          await capture.flush()
          await readMessages(store, captureId, framing, previewBytes)
          play(steps.slice(half), capture, clock)
          await capture.flush()
          const records = await readAll(store, captureId, 'records')
          const nowNs = clock.nowNs - 5_000_000_000
          const live = referenceMessageRows(records, framing, nowNs, previewBytes)
          expect(await readMessages(store, captureId, framing, previewBytes)).toEqual(live)
          await capture.close()
          const rows = referenceMessageRows(records, framing, Number.POSITIVE_INFINITY, previewBytes)
          expect(await readMessages(store, captureId, framing, previewBytes, 1 + (previewBytes % 4))).toEqual(rows)
          for (const [at, rowCount] of windows) {
            const firstRow = at % (rows.length + 2)
            const request = { captureId, view: 'messages', firstRow, rowCount, previewBytes, framing } as const
            expect(await store.window(request)).toEqual({
              view: 'messages',
              firstRow,
              rows: rows.slice(firstRow, firstRow + rowCount),
              totalRows: rows.length,
              complete: true,
            })
          }
          await store.close()
        },
      ),
      { numRuns: 25 },
    )
  },
)

test('a line of the maximum is a message, a longer one is marked, and what follows is whole again', async () => {
  const { store } = await openMemoryStore()
  const capture = await store.create({ name: 'limits' })
  const line = (length: number): Uint8Array => new Uint8Array(Buffer.from(`${'a'.repeat(length)}\r\n`))
  for (const length of [65_536, 65_537, 3]) capture.recordSent(1, line(length))
  await capture.flush()
  const framing = { sent: parseFramingSpec('m2'), received: parseFramingSpec('raw') }
  const rows = await readMessages(store, capture.captureId, framing, 2)
  expect(rows.map((row) => row.kind === 'message' && [row.length, row.problem?.code ?? null])).toEqual([
    [65_538, null],
    [65_536, 'overrun'],
    [3, 'overrun'],
    [5, null],
  ])
  const wider = { ...framing, sent: parseFramingSpec('m2,max=65537') }
  const accepted = await readMessages(store, capture.captureId, wider, 2)
  expect(accepted.map((row) => row.kind === 'message' && row.problem)).toEqual([null, null, null])
  await store.close()
})

test('a message ends by its idle gap when a request comes after it, while nothing else does', async () => {
  const { store, clock } = await openMemoryStore()
  const capture = await store.create({ name: 'idle' })
  const { captureId } = capture
  capture.recordSent(1, Uint8Array.of(1, 2))
  await capture.flush()
  const framing = { sent: parseFramingSpec('idle:20'), received: parseFramingSpec('raw') }
  expect(await readMessages(store, captureId, framing, 9)).toEqual([])
  clock.advance(20)
  expect(await readMessages(store, captureId, framing, 9)).toMatchObject([{ length: 2, problem: null }])
  capture.recordSent(1, Uint8Array.of(3))
  clock.advance(30)
  await capture.flush()
  expect(await readMessages(store, captureId, framing, 9)).toMatchObject([{ number: 0 }, { number: 1, length: 1 }])
  await store.close()
})

test('one framing after another, as while it is typed, leaves only few behind', async () => {
  const { store, files } = await openMemoryStore()
  const capture = await store.create({ name: 'typed' })
  capture.recordSent(1, new Uint8Array(1000))
  await capture.close()
  const totals = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const cut = parseFramingSpec(`fixed:${at + 1}`)
      return (await readMessages(store, capture.captureId, { sent: cut, received: cut }, 0)).length
    }),
  )
  expect(totals).toEqual(Array.from({ length: 20 }, (_, at) => Math.ceil(1000 / (at + 1))))
  await store.close()
  expect(files.openFiles).toBe(0)
})
