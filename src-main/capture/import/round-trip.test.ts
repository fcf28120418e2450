import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { exportOptions, type ExportOptionsInput } from '../../contract/schemas/capture-transfer.ts'
import type { CaptureRow } from '../../contract/schemas/capture.ts'
import type { Direction, SocketAddress } from '../../contract/schemas/common.ts'
import type { ConnectionEnding, ConnectionEvent } from '../../contract/schemas/connection.ts'
import { exportCapture } from '../export/export-capture.ts'
import type { ReceiveSink } from '../receive-sink.ts'
import { ImportBench } from '../testing/import-bench.ts'
import { digestOf, readAll } from '../testing/read-all.ts'
import { receive } from '../testing/script.ts'

const address = (text: string, port: number): SocketAddress => ({
  address: text,
  port,
  family: text.includes(':') ? 'ipv6' : 'ipv4',
})
const beginning = (kind: 'connected' | 'accepted', local: SocketAddress, remote: SocketAddress): ConnectionEvent =>
  kind === 'accepted' ? { kind, local, remote } : { kind, transition: null, local, remote, elapsedMs: 1 }

/** Local servers listen here: imports are told so, and turn their directions the right way. */
const servedPort = 7000
/** How each connection begins; null for one whose ends the capture does not name. */
const beginnings: readonly (ConnectionEvent | null)[] = [
  beginning('connected', address('127.0.0.1', 40_001), address('127.0.0.1', 7001)),
  beginning('connected', address('2001:db8::10', 40_002), address('2001:db8:0:1::20', 7002)),
  beginning('accepted', address('10.0.0.1', servedPort), address('10.0.0.9', 40_003)),
  beginning('accepted', address('fe80::1%eth0', servedPort), address('fe80::2%eth0', 40_004)),
  null,
  beginning('connected', address('::ffff:192.168.1.5', 40_006), address('::ffff:192.168.1.9', 7006)),
  beginning('connected', address('::1', 40_007), address('::1', 7007)),
]
/** The ends that stand in for those that are not known. */
const madeUpEnds = (connection: number): string => `192.0.2.1:${20_000 + connection} 192.0.2.2:60000`

const endings: readonly Pick<ConnectionEnding, 'by' | 'how'>[] = [
  { by: 'local', how: 'fin' },
  { by: 'peer', how: 'fin' },
  { by: 'local', how: 'rst' },
  { by: 'peer', how: 'rst' },
  { by: 'error', how: 'lost' },
]

/** Sizes around the borders of rows, segments, packets and dumps. */
const byteCounts = [
  1, 15, 16, 17, 1439, 1440, 1441, 1460, 1461, 65_280, 65_281, 65_475, 65_476, 65_495, 65_496, 140_001,
]
const anyStep = fc.record({
  connection: fc.integer({ min: 1, max: beginnings.length }),
  what: fc.oneof(
    fc.record({
      kind: fc.constant('bytes' as const),
      direction: fc.constantFrom('sent' as const, 'received' as const),
      byteCount: fc.oneof(fc.constantFrom(...byteCounts), fc.integer({ min: 1, max: 300 })),
      seed: fc.nat(255),
    }),
    fc.record({
      kind: fc.constant('note' as const),
      text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    }),
    fc.record({ kind: fc.constant('peer-ended' as const) }),
  ),
  /** Before it: around the borders of microseconds and of 32 bits. */
  passedNs: fc.constantFrom(0, 0, 1, 999, 1000, 1_000_000, 2 ** 32, 5_000_000_001),
})
const anyStory = fc.record({
  steps: fc.array(anyStep, { minLength: 1, maxLength: 25 }),
  ending: fc.array(fc.constantFrom(...endings), { minLength: beginnings.length, maxLength: beginnings.length }),
})
type Story = typeof anyStory extends fc.Arbitrary<infer Value> ? Value : never

/** Bytes of every value, line feeds, zeros and what is no text among them. */
const mixedBytes = (byteCount: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: byteCount }, (_value, at) => (at * 31 + (at >>> 7) + seed) & 0xff)

/** Records a story; gives the capture and what was noted of each connection that packets tell the end of. */
async function record({ store, clock }: ImportBench, { steps, ending }: Story) {
  const capture = await store.create({ name: 'Told "twice"' })
  const sinks = new Map<number, ReceiveSink>()
  const halfClosed = new Set<number>()
  const withBytes = new Set<number>()
  const notes = new Map<number, string[]>()
  const bytes = (connection: number, direction: Direction, content: Uint8Array): void => {
    withBytes.add(connection)
    if (direction === 'sent') capture.recordSent(connection, content)
    else receive(sinks.get(connection) ?? capture.sink(connection), content)
  }
  for (const { connection, what, passedNs } of steps) {
    clock.nowNs += passedNs
    if (!sinks.has(connection)) {
      sinks.set(connection, capture.sink(connection))
      const event = beginnings[connection - 1] ?? null
      if (event !== null) capture.recordEvent(connection, event)
      bytes(connection, 'sent', Uint8Array.of(0x0d, 0x0a, 0x00, connection))
    }
    if (what.kind === 'bytes') {
      const direction = halfClosed.has(connection) ? 'sent' : what.direction
      bytes(connection, direction, mixedBytes(what.byteCount, what.seed))
    } else if (what.kind === 'note') {
      notes.set(connection, [...(notes.get(connection) ?? []), what.text])
      capture.recordEvent(connection, { kind: 'note', text: what.text })
    } else if (!halfClosed.has(connection)) {
      halfClosed.add(connection)
      capture.recordEvent(connection, { kind: 'peer-ended', transition: null })
    }
  }
  const ended = new Map<number, string>()
  for (const connection of sinks.keys()) {
    const { by, how } = ending[connection - 1] ?? { by: 'local', how: 'fin' }
    const first = halfClosed.has(connection) && how === 'fin' ? 'peer' : by
    const facts = { by: first, how, unsentBytes: 0, error: null }
    capture.recordEvent(connection, { kind: 'ended', transition: null, dialledAddresses: 1, ending: facts })
    if (how === 'lost') notes.delete(connection)
    else ended.set(connection, `${first} ${how}`)
  }
  await capture.close()
  return { captureId: capture.captureId, notes, ended }
}

async function exported({ store }: ImportBench, captureId: string, options: ExportOptionsInput) {
  const source = await store.openForExport(captureId)
  const blocks: Uint8Array[] = []
  try {
    const { isWhole } = await exportCapture({
      source,
      options: v.parse(exportOptions, options),
      facts: { program: 'Wirebench', system: 'linux', hardware: 'x64' },
      sink: async (bytes) => {
        await Promise.resolve()
        blocks.push(bytes.slice())
      },
      readStream: (range) => store.readStream(captureId, range),
      signal: new AbortController().signal,
      progress: () => undefined,
    })
    expect(isWhole).toBe(true)
  } finally {
    await source.close()
  }
  return new Uint8Array(Buffer.concat(blocks))
}

/** Both ends as packets have them: without zones, and IPv4 as what it is. */
function endsText(local: SocketAddress, remote: SocketAddress): string {
  const text = ({ address: of, port }: SocketAddress): string =>
    `${of.replace(/%.*/, '').replace('::ffff:', '')}:${port}`
  return `${text(local)} ${text(remote)}`
}

/** The connections of a capture by their ends. */
function endsOf(rows: readonly CaptureRow[]): (connection: number) => string {
  const known = new Map<number, string>()
  for (const row of rows) {
    if (row.kind !== 'event') continue
    const { event } = row
    if (event.kind === 'connected' || event.kind === 'accepted')
      known.set(row.connection, endsText(event.local, event.remote))
  }
  return (connection) => known.get(connection) ?? madeUpEnds(connection)
}

/** What was on the wire, in its order, with Unix times. What follows at the same time is one: where it was cut, it can be cut anew. */
async function exchanges(
  { store }: ImportBench,
  captureId: string,
  rows: readonly CaptureRow[],
  name: (of: number) => string,
) {
  const startNs = BigInt((await store.openCapture(captureId)).startedAtUnixUs) * 1000n
  const found: { head: string; parts: Uint8Array[] }[] = []
  for (const row of rows) {
    if (row.kind !== 'data') continue
    const head = `${name(row.connection)} ${row.direction} ${startNs + BigInt(row.timeNs)}`
    const last = found.at(-1)
    if (last?.head === head) last.parts.push(row.preview)
    else found.push({ head, parts: [row.preview] })
  }
  return found.map(({ head, parts }) => `${head} ${Buffer.concat(parts).toString('base64')}`)
}

const bytesOf = (rows: readonly CaptureRow[], direction: Direction): Buffer =>
  Buffer.concat(rows.flatMap((row) => (row.kind === 'data' && row.direction === direction ? [row.preview] : [])))

/** What is noted of a connection, and how it ended. */
function toldOf(rows: readonly CaptureRow[], ends: string): { notes: string[]; ended: string[] } {
  const name = endsOf(rows)
  const events = rows.flatMap((row) => (row.kind === 'event' && name(row.connection) === ends ? [row.event] : []))
  return {
    notes: events.flatMap((event) => (event.kind === 'note' ? [event.text] : [])),
    ended: events.flatMap((event) => (event.kind === 'ended' ? [`${event.ending.by} ${event.ending.how}`] : [])),
  }
}

test('what is written as pcapng and read again has the same bytes in the same order at the same nanosecond, and its events', async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async (story) => {
      const bench = await ImportBench.make()
      const { captureId, notes, ended } = await record(bench, story)
      const file = await exported(bench, captureId, { format: 'pcapng' })
      const back = await bench.import(file, { localPort: servedPort })
      expect(back.isWhole).toBe(true)
      const [rows, rowsBack] = [
        await readAll(bench.store, captureId, 'records'),
        await readAll(bench.store, back.captureId, 'records'),
      ]
      const [name, nameBack] = [endsOf(rows), endsOf(rowsBack)]
      expect(await exchanges(bench, back.captureId, rowsBack, nameBack)).toEqual(
        await exchanges(bench, captureId, rows, name),
      )
      for (const [connection, how] of ended) {
        const told = toldOf(rowsBack, name(connection))
        const own = notes.get(connection) ?? []
        expect(told.ended).toEqual([how])
        expect(told.notes.filter((text) => own.includes(text))).toEqual(own)
      }
      await bench.store.close()
    }),
    { seed: 20261201, numRuns: 60 },
  )
})

test('what is written as a hex dump of both directions and read again has the same bytes, order, connections and nanoseconds', async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async (story) => {
      const bench = await ImportBench.make()
      const { captureId } = await record(bench, story)
      const back = await bench.import(await exported(bench, captureId, { format: 'hexdump' }))
      expect([back.isWhole, back.notes]).toEqual([true, []])
      const rows = await readAll(bench.store, captureId, 'records')
      const rowsBack = await readAll(bench.store, back.captureId, 'records')
      expect(await exchanges(bench, back.captureId, rowsBack, String)).toEqual(
        await exchanges(bench, captureId, rows, String),
      )
      await bench.store.close()
    }),
    { seed: 20261201, numRuns: 25 },
  )
})

test.each(['sent', 'received'] as const)(
  'the %s bytes, as a dump and raw, come back, and a copy is the same',
  async (direction) => {
    await fc.assert(
      fc.asyncProperty(anyStory, async (story) => {
        const bench = await ImportBench.make()
        const { captureId } = await record(bench, story)
        const rows = await readAll(bench.store, captureId, 'records')
        const wanted = bytesOf(rows, direction)
        const raw = await exported(bench, captureId, { format: 'raw', direction })
        expect(Buffer.compare(raw, wanted)).toBe(0)
        const imports = [await bench.import(raw, { format: 'raw', direction })]
        const dump = await exported(bench, captureId, { format: 'hexdump', scope: { direction } })
        // Without a byte there is no dump.
        if (wanted.length > 0) imports.push(await bench.import(dump, { direction }))
        for (const back of imports) {
          expect(
            Buffer.compare(bytesOf(await readAll(bench.store, back.captureId, 'records'), direction), wanted),
          ).toBe(0)
        }
        const copy = await bench.import(await exported(bench, captureId, { format: 'wirebench' }))
        expect(copy.captureId).not.toBe(captureId)
        expect(digestOf(await readAll(bench.store, copy.captureId, 'records'))).toBe(digestOf(rows))
        await bench.store.close()
      }),
      { seed: 20261201, numRuns: 10 },
    )
  },
)

test('every event of a connection that was noted before one packet comes back', async () => {
  const bench = await ImportBench.make()
  const texts = Array.from({ length: 60 }, (_value, number) => `Attempt ${number}`)
  const steps = texts.map((text) => ({ connection: 1, what: { kind: 'note' as const, text }, passedNs: 1 }))
  const ending = beginnings.map(() => ({ by: 'peer', how: 'fin' }) as const)
  const { captureId } = await record(bench, { steps, ending })
  const back = await bench.import(await exported(bench, captureId, { format: 'pcapng' }))
  const { notes } = toldOf(await readAll(bench.store, back.captureId, 'records'), '127.0.0.1:40001 127.0.0.1:7001')
  expect(notes.filter((text) => text.startsWith('Attempt'))).toEqual(texts)
  await bench.store.close()
})
