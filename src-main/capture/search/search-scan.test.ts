import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CaptureStore } from '../capture-store.ts'
import { anyPattern, anyScope, everything } from '../testing/any-pattern.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { readAll } from '../testing/read-all.ts'
import { referenceHits } from '../testing/reference-hits.ts'
import { anyStep, play, receive, type Step } from '../testing/script.ts'
import { compiledPattern, DrivenSearch, searchAll } from '../testing/search-all.ts'
import { readHits } from './hit-reader.ts'
import { HitTable } from './hit-table.ts'
import { findNearest, isAfter } from './nearest-match.ts'

const text = (value: string) => ({ kind: 'text' as const, text: value, ignoresCase: false, encoding: 'utf-8' })

async function openStore(files = new MemoryFiles(), clock = new ManualClock()) {
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1.2.3', files })
  return { store, files, clock }
}

/** Records a capture and closes it. */
async function record(steps: readonly Step[]) {
  const { store, files, clock } = await openStore()
  const capture = await store.create({ name: 'search' })
  play(steps, capture, clock)
  await capture.close()
  await store.close()
  return { files, captureId: capture.captureId }
}

const manySteps = fc.array(anyStep, { maxLength: 60 })

test('a search finds what the whole streams hold, live, closed and reopened', async () => {
  await fc.assert(
    fc.asyncProperty(manySteps, manySteps, anyPattern, anyScope, async (steps, moreSteps, pattern, scope) => {
      const { store, files, clock } = await openStore()
      const capture = await store.create({ name: 'search' })
      const { captureId } = capture
      const search = new DrivenSearch(store, captureId, pattern, scope)
      play(steps, capture, clock)
      await capture.flush()
      await search.goOn()
      play(moreSteps, capture, clock)
      await capture.flush()
      await search.goOn()
      await capture.close()
      await search.goOn()
      const expected = referenceHits(await readAll(store, captureId, 'records'), pattern, scope)
      expect(search.places).toEqual(expected)
      expect(search.hits.count).toBe(expected.length)
      await store.close()
      const again = await openStore(files)
      expect(await searchAll(again.store, captureId, pattern, scope)).toEqual(expected)
      await again.store.close()
      expect(files.openFiles).toBe(0)
    }),
    { numRuns: 150 },
  )
})

test('no match goes over a damaged stretch, and what stands around it is found', async () => {
  await fc.assert(
    fc.asyncProperty(manySteps, anyPattern, anyScope, fc.nat(), async (steps, pattern, scope, seed) => {
      const { files, captureId } = await record(steps)
      const data = files.contents.get(`/captures/${captureId}.wirebench`)
      if (data === undefined || data.length <= 4200) return
      const at = 4096 + (seed % (data.length - 4160))
      data.fill(0xee, at, at + 40)
      const { store } = await openStore(files)
      const expected = referenceHits(await readAll(store, captureId, 'records'), pattern, scope)
      expect(await searchAll(store, captureId, pattern, scope)).toEqual(expected)
      await store.close()
    }),
    { numRuns: 100 },
  )
})

test('a capture that turns out to be damaged while it is searched is searched anew', async () => {
  const { store, files, clock } = await openStore()
  const capture = await store.create({ name: 'rot' })
  const { captureId } = capture
  for (let at = 0; at < 40; at++) capture.recordSent(1, new Uint8Array(100_000).fill(0x41 + at))
  clock.advance(10)
  await capture.close()
  await store.openCapture(captureId)
  const data = files.contents.get(`/captures/${captureId}.wirebench`) ?? new Uint8Array(0)
  data.fill(0, 4096 + 100_032 * 20, 4096 + 100_032 * 20 + 32)
  const places = await searchAll(store, captureId, text('CD'), everything)
  expect(places).toEqual(referenceHits(await readAll(store, captureId, 'records'), text('CD'), everything))
  expect(places).toHaveLength(1)
  expect((await store.openCapture(captureId)).recovery).toMatchObject({ indexReason: 'mismatch' })
  await store.close()
})

test('the bytes around a place are those of its own connection and direction', async () => {
  const { store } = await openStore()
  const capture = await store.create({ name: 'around' })
  const { captureId } = capture
  const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)
  receive(capture.sink(1), bytes('before the ma'))
  capture.recordSent(1, bytes('something else'))
  capture.recordSent(2, bytes('ch'))
  receive(capture.sink(1), bytes('t'))
  receive(capture.sink(2), bytes('nothing'))
  receive(capture.sink(1), bytes('ch and after it a good deal more than is shown'))
  receive(capture.sink(1), new Uint8Array(200).fill(0x78))
  await capture.flush()
  const readable = async (pattern: Parameters<typeof searchAll>[2]) => {
    const places = await searchAll(store, captureId, pattern, everything)
    const hits = await store.access(captureId, (access) => readHits(access, places))
    return hits.map(({ before, found, after, ...facts }) => ({
      ...facts,
      around: [before, found, after].map((part) => Buffer.from(part).toString()),
    }))
  }
  const facts = { record: 0, timeNs: 0, connection: 1, direction: 'received', streamOffset: 11, offsetInRecord: 11 }
  expect(await readable(text('match'))).toEqual([
    { ...facts, length: 5, around: ['before the ', 'match', ' and after it a good dea'] },
  ])
  const [long] = await readable({ kind: 'expression', source: 'x{150}', ignoresCase: false })
  expect(long).toMatchObject({ length: 150, around: ['d deal more than is shown'.slice(1), 'x'.repeat(64), ''] })
  await store.close()
})

test('the next and the previous match are found without the search that comes to them later', async () => {
  await fc.assert(
    fc.asyncProperty(manySteps, fc.nat(70), fc.nat(50), async (steps, record_, offsetInRecord) => {
      const { files, captureId } = await record(steps)
      const { store } = await openStore(files)
      const places = await searchAll(store, captureId, text('AB'), everything)
      const from = { record: record_, offsetInRecord }
      const nearest = (towards: 'next' | 'previous') =>
        store.access(captureId, (access) =>
          findNearest(access, {
            pattern: compiledPattern(text('AB')),
            scope: everything,
            towards,
            from,
            to: towards === 'next' ? { record: 1e9, offsetInRecord: 0 } : { record: 0, offsetInRecord: -1 },
          }),
        )
      const next = places.find((place) => isAfter(place, from))
      const previous = places.findLast((place) => isAfter(from, place))
      expect(await nearest('next')).toEqual(next === undefined ? null : { found: next })
      expect(await nearest('previous')).toEqual(previous === undefined ? null : { found: previous })
      await store.close()
    }),
    { numRuns: 60 },
  )
})

test('a table keeps the first places in their order, however they come, and counts the others', () => {
  const place = (record: number, offsetInRecord: number) => ({
    record,
    offsetInRecord,
    timeNs: record * 7,
    connection: 4_000_000_000,
    isSent: record % 2 === 1,
    streamOffset: 2 ** 40 + record,
    length: 3,
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(3)), { maxLength: 300 }), (pairs) => {
      const table = new HitTable(100)
      for (const [record_, offset] of pairs) table.add(place(record_, offset))
      const sorted = pairs
        .map(([one, other]) => place(one, other))
        .sort((one, other) => (isAfter(one, other) ? 1 : isAfter(other, one) ? -1 : 0))
      expect(Array.from({ length: table.kept }, (_, number) => table.at(number))).toEqual(sorted.slice(0, 100))
      expect([table.count, table.at(table.kept), table.at(-1)]).toEqual([pairs.length, null, null])
      const first = sorted.slice(0, 100).findIndex(({ record: own }) => own >= 25)
      expect(table.firstFrom(25, 0)).toBe(first < 0 ? table.kept : first)
    }),
    { numRuns: 200 },
  )
})

// Work that grew with the square of the matches took minutes, far past the limit of a test.
test('half a million matches in streams that are looked through one after the other do not hold the engine up', () => {
  const [streams, perStream] = [1000, 500]
  const table = new HitTable(500_000)
  // Streams sent in turns: all matches of the first come, then those of the second.
  for (let stream = 0; stream < streams; stream++) {
    for (let turn = 0; turn < perStream; turn++) {
      const record = turn * streams + stream
      table.add({ record, offsetInRecord: 0, timeNs: 0, connection: stream, isSent: true, streamOffset: 0, length: 1 })
    }
  }
  const kept = Array.from({ length: table.kept }, (_, number) => table.at(number)?.record)
  expect(kept.every((record_, number) => record_ === number)).toBe(true)
  expect(kept).toHaveLength(500_000)
})
