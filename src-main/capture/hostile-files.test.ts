import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { CaptureViewName } from '../contract/schemas/capture.ts'
import { WirebenchError } from '../contract/errors.ts'
import { crc32 } from '../protocol/checksum/crc32.ts'
import { parseFramingSpec } from '../protocol/framing/framing-spec.ts'
import { CaptureStore } from './capture-store.ts'
import { fileHeaderBytes } from './file-header.ts'
import { recordHeaderBytes, writeUint32 } from './record-codec.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles } from './testing/memory-files.ts'
import { receive } from './testing/script.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const views: readonly CaptureViewName[] = ['records', 'messages', 'stream', 'text']
const framing = { sent: parseFramingSpec('crlf'), received: parseFramingSpec('length:u16be') }
const codes = new Set(['capture-malformed', 'capture-newer', 'file-unreadable'])

let valid: MemoryFiles
let captureId: string
let salt: number
const dataPath = (): string => `/captures/${captureId}.wirebench`
const bytesOf = (path: string): Uint8Array => valid.contents.get(path) ?? new Uint8Array(0)

beforeAll(async () => {
  valid = new MemoryFiles()
  const store = await openStore(valid)
  const capture = await store.create({ name: 'valid' })
  const sink = capture.sink(1)
  for (let round = 0; round < 4; round++) {
    capture.recordEvent(1, { kind: 'note', text: `round ${round}` })
    capture.recordSent(1, text(`GET ${round}\r\n`))
    receive(sink, Uint8Array.of(0, 3, 0xff, 0x00, round, 0, 1, 0x42, 0x57))
  }
  await capture.close()
  captureId = capture.captureId
  salt = capture.salt
})

function openStore(files: MemoryFiles) {
  return CaptureStore.open({ folder: '/captures', clock: new ManualClock(), programVersion: '1', files })
}

/** A change to a file that somebody else wrote. */
type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly bits: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  /** Header fields with a checksum that fits. */
  | { readonly kind: 'forge'; readonly at: number; readonly field: number; readonly value: number }

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 80 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), length: fc.integer({ min: 1, max: 200 }) }),
  fc.record({
    kind: fc.constant('forge' as const),
    at: fc.nat(),
    field: fc.constantFrom(2, 4, 8, 12, 16, 20, 24),
    value: fc.oneof(fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat(0xffff_ffff)),
  }),
)

/** Applies a change behind `from`; `headers` are the places where checked headers stand. */
function change(bytes: Uint8Array, from: number, headers: readonly number[], how: Change): Uint8Array {
  const at = from + (bytes.length > from ? how.at % (bytes.length - from) : 0)
  switch (how.kind) {
    case 'flip': {
      const changed = bytes.slice()
      changed[at] = (changed[at] ?? 0) ^ how.bits
      return changed
    }
    case 'cut':
      return bytes.slice(0, at)
    case 'insert':
      return joined(bytes.subarray(0, at), how.bytes, bytes.subarray(at))
    case 'repeat':
      return joined(bytes.subarray(0, at + how.length), bytes.subarray(at))
    case 'forge':
      return forged(bytes, headers[how.at % headers.length] ?? from, how)
    default:
      return how satisfies never
  }
}

function forged(bytes: Uint8Array, at: number, how: Extract<Change, { kind: 'forge' }>): Uint8Array {
  const changed = bytes.slice()
  if (at + recordHeaderBytes > changed.length) return changed
  if (how.field === 2) changed[at + 2] = how.value
  else writeUint32(changed, at + how.field, how.value)
  writeUint32(changed, at + 28, crc32(changed, at, at + 28, salt))
  return changed
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function headerPlaces(data: Uint8Array): number[] {
  const places: number[] = []
  for (let at = fileHeaderBytes; at + recordHeaderBytes <= data.length;) {
    places.push(at)
    at += recordHeaderBytes + new DataView(data.buffer, data.byteOffset + at).getUint32(4, true)
  }
  return places
}

/** Opens what is there and looks through every view; only coded errors may come, and nothing stays open. */
async function lookThrough(files: MemoryFiles): Promise<void> {
  const store = await openStore(files)
  try {
    const summary = await store.openCapture(captureId)
    for (const view of views) {
      for (const firstRow of [0, 'end'] as const) {
        const window = await store.window({ captureId, view, firstRow, rowCount: 64, previewBytes: 64, framing })
        expect(window.rows.length).toBeLessThanOrEqual(64)
      }
    }
    await store.readStream(captureId, {
      direction: 'received',
      connection: null,
      streamOffset: 0,
      skipBytes: 0,
      length: 1024,
    })
    expect(summary.recovery.losses.length).toBeLessThanOrEqual(64)
  } catch (error) {
    if (!(error instanceof WirebenchError) || !codes.has(error.code)) throw error
  } finally {
    await store.list()
    await store.close()
    expect(files.openFiles).toBe(0)
  }
}

const changes = fc.array(anyChange, { minLength: 1, maxLength: 5 })

test('a data file of any content opens as far as it goes, or says why not', { timeout: 300_000 }, async () => {
  const data = bytesOf(dataPath())
  const places = headerPlaces(data)
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), async (hows, keepsIndex) => {
      const files = valid.copy()
      files.contents.set(
        dataPath(),
        hows.reduce((bytes, how) => change(bytes, fileHeaderBytes, places, how), data),
      )
      if (!keepsIndex) files.contents.delete(`/captures/${captureId}.index`)
      await lookThrough(files)
    }),
    { numRuns: 5_000, seed: 20261201 },
  )
})

test('a data file with any header opens, or says why not', { timeout: 300_000 }, async () => {
  const data = bytesOf(dataPath())
  await fc.assert(
    fc.asyncProperty(changes, async (hows) => {
      const files = valid.copy()
      files.contents.set(
        dataPath(),
        hows.reduce((bytes, how) => change(bytes, 0, [0], { ...how, at: how.at % 200 }), data),
      )
      await lookThrough(files)
    }),
    { numRuns: 1_500, seed: 20261201 },
  )
})

test('an index of any content never changes what the data file says', { timeout: 300_000 }, async () => {
  const path = `/captures/${captureId}.index`
  const index = bytesOf(path)
  const anyIndex = fc.oneof(
    changes.map((hows) => hows.reduce((bytes, how) => change(bytes, 0, [0, 64], how), index)),
    fc.uint8Array({ maxLength: 300 }),
  )
  await fc.assert(
    fc.asyncProperty(anyIndex, async (bytes) => {
      const files = valid.copy()
      files.contents.set(path, bytes)
      await lookThrough(files)
      const store = await openStore(files)
      const { totals } = await store.openCapture(captureId)
      await store.close()
      expect([totals.recordCount, totals.sentBytes, totals.receivedBytes]).toEqual([12, 28, 36])
    }),
    { numRuns: 2_500, seed: 20261201 },
  )
})

test('files beside a capture may hold anything', { timeout: 300_000 }, async () => {
  const anyText = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(text),
    fc.record({ formatVersion: fc.nat(9), name: fc.anything() }).map((value) => text(JSON.stringify(value))),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('json', 'interpretation.json', 'live', 'keys'), anyText, async (suffix, bytes) => {
      const files = valid.copy()
      files.contents.set(`/captures/${captureId}.${suffix}`, bytes)
      await lookThrough(files)
    }),
    { numRuns: 1_500, seed: 20261201 },
  )
})
