import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { CaptureRow, CaptureSummary } from '../contract/schemas/capture.ts'
import type { Interpretation } from '../contract/schemas/interpretation.ts'
import { crc32 } from '../protocol/checksum/crc32.ts'
import { parseFramingSpec } from '../protocol/framing/framing-spec.ts'
import { CaptureStore } from './capture-store.ts'
import { fileHeaderBytes } from './file-header.ts'
import { writeUint32 } from './record-codec.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles } from './testing/memory-files.ts'
import { digestOf, readAll } from './testing/read-all.ts'
import { referenceMessageRows } from './testing/reference-messages.ts'
import { receive, referenceStreamRows, referenceTextRows } from './testing/script.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const clean = {
  unclean: false,
  indexRebuilt: false,
  indexReason: null,
  tailBytesIgnored: 0,
  damagedBytes: 0,
  losses: [],
}

const lines = { sent: parseFramingSpec('crlf'), received: parseFramingSpec('fixed:100') }
const interpretation = {
  sent: { framing: lines.sent, decoder: { kind: 'automatic' } },
  received: { framing: lines.received, decoder: { kind: 'automatic' } },
  messageIdPath: '',
} as const satisfies Interpretation

interface Kept {
  readonly files: MemoryFiles
  readonly captureId: string
  readonly data: Uint8Array
  readonly index: Uint8Array
  readonly rows: readonly CaptureRow[]
  /** Where each record ends in the data file. */
  readonly ends: readonly number[]
}

/** Time between two records. */
const clockStepNs = 1_000

async function openStore(files: MemoryFiles, clock = new ManualClock()) {
  return CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
}

/** A closed capture with `rounds` times a few records of each kind. */
async function keepCapture(rounds: number, chunkBytes: number): Promise<Kept> {
  const files = new MemoryFiles()
  const clock = new ManualClock()
  const store = await openStore(files, clock)
  const capture = await store.create({ name: 'kept', interpretation })
  const sink = capture.sink(1)
  for (let round = 0; round < rounds; round++) {
    capture.recordEvent(1, { kind: 'note', text: `round ${round}` })
    clock.nowNs += clockStepNs
    capture.recordSent(1, text(`GET ${round}\r\n`))
    clock.nowNs += clockStepNs
    receive(sink, new Uint8Array(chunkBytes).fill(round + 65))
    clock.nowNs += clockStepNs
    await capture.flush()
  }
  const { captureId } = capture
  const rows = await readAll(store, captureId, 'records')
  await store.close()
  const data = files.contents.get(`/captures/${captureId}.wirebench`) ?? new Uint8Array(0)
  const index = files.contents.get(`/captures/${captureId}.index`) ?? new Uint8Array(0)
  let end = fileHeaderBytes
  const ends = rows.map((row) => {
    end += 32 + (row.kind === 'data' ? row.length : row.kind === 'event' ? JSON.stringify(row.event).length : 0)
    return end
  })
  return { files, captureId, data, index, rows, ends }
}

interface Reopened {
  readonly summary: CaptureSummary
  readonly rows: readonly CaptureRow[]
}

/** Opens a copy of the capture with other files, reads it, and checks of a small one that all views agree. */
async function reopen(kept: Kept, changes: { data?: Uint8Array; index?: Uint8Array | null }): Promise<Reopened> {
  const files = kept.files.copy()
  if (changes.data !== undefined) files.contents.set(`/captures/${kept.captureId}.wirebench`, changes.data)
  if (changes.index === null) files.contents.delete(`/captures/${kept.captureId}.index`)
  else if (changes.index !== undefined) files.contents.set(`/captures/${kept.captureId}.index`, changes.index)
  const before = files.contents.get(`/captures/${kept.captureId}.wirebench`)?.slice()
  const store = await openStore(files)
  try {
    await store.openCapture(kept.captureId)
    const rows = await readAll(store, kept.captureId, 'records')
    if (kept.data.length < 10_000) {
      expect(await readAll(store, kept.captureId, 'stream')).toEqual(referenceStreamRows(rows))
      expect(await readAll(store, kept.captureId, 'text')).toEqual(referenceTextRows(rows))
      expect(await readAll(store, kept.captureId, 'messages')).toEqual(
        referenceMessageRows(rows, lines, Number.POSITIVE_INFINITY, 1024 * 1024),
      )
    }
    const [summary] = await store.list()
    if (summary === undefined) throw new Error('the capture is not listed')
    return { summary, rows }
  } finally {
    await store.close()
    expect(files.openFiles).toBe(0)
    const after = files.contents.get(`/captures/${kept.captureId}.wirebench`)
    expect(before !== undefined && after !== undefined && Buffer.compare(before, after)).toBe(0)
  }
}

let small: Kept
let large: Kept
beforeAll(async () => {
  small = await keepCapture(3, 40)
  large = await keepCapture(12, 400_000)
})

test('a data file cut at any byte opens with all its whole records', async () => {
  for (let length = fileHeaderBytes; length < small.data.length; length++) {
    const { summary, rows } = await reopen(small, { data: small.data.slice(0, length) })
    const wholeCount = small.ends.filter((end) => end <= length).length
    const end = small.ends[wholeCount - 1] ?? fileHeaderBytes
    expect(rows).toEqual(small.rows.slice(0, wholeCount))
    // The last checkpoint stands at the clean end: nothing whole is there now, unless the file ends just there.
    const indexReason = length === small.ends.at(-1) ? null : 'mismatch'
    const torn = small.rows[wholeCount]
    const isHeaderWhole = length - end >= 32
    const lostOf = (direction: string): number | null =>
      isHeaderWhole ? (torn?.kind === 'data' && torn.direction === direction ? torn.length : 0) : null
    expect(summary.recovery).toEqual({
      unclean: true,
      indexRebuilt: indexReason !== null,
      indexReason,
      tailBytesIgnored: length - end,
      damagedBytes: 0,
      losses:
        length === end
          ? []
          : [
              {
                fileOffset: end,
                lostFileBytes: length - end,
                afterTimeNs: small.rows[wholeCount - 1]?.timeNs ?? null,
                beforeTimeNs: isHeaderWhole ? torn?.timeNs : null,
                lostSentBytes: lostOf('sent'),
                lostReceivedBytes: lostOf('received'),
              },
            ],
    })
  }
})

test('a data file cut within its header is a coded error and listed with its problem', async () => {
  for (const length of [0, 1, 19, 20, 4095]) {
    const files = small.files.copy()
    files.contents.set(`/captures/${small.captureId}.wirebench`, small.data.slice(0, length))
    const store = await openStore(files)
    await expect(store.openCapture(small.captureId)).rejects.toMatchObject({ code: 'capture-malformed' })
    expect(await store.list()).toMatchObject([
      { captureId: small.captureId, startedAtUnixUs: 1795168937201000, problem: { code: 'capture-malformed' } },
    ])
    await store.close()
    expect(files.openFiles).toBe(0)
  }
})

test('a capture of a newer program is left alone and says so', async () => {
  const data = small.data.slice()
  data[16] = 2
  await expect(reopen(small, { data })).rejects.toMatchObject({
    code: 'capture-newer',
    data: { found: 2, supported: 1 },
  })
})

test('an index that is missing, cut, flipped, foreign or newer is made again, once', async () => {
  const flipped = large.index.slice()
  flipped[200] = (flipped[200] ?? 0) ^ 1
  const headerFlipped = large.index.slice()
  headerFlipped[5] = 0
  const newer = large.index.slice()
  writeUint32(newer, 8, 2)
  writeUint32(newer, 60, crc32(newer, 0, 60))
  const cases = [
    [null, 'missing'],
    [new Uint8Array(0), 'truncated'],
    [large.index.slice(0, 63), 'truncated'],
    [large.index.slice(0, 64), 'truncated'],
    [large.index.slice(0, 150), 'truncated'],
    [large.index.slice(0, -64), 'truncated'],
    [flipped, 'checksum'],
    [headerFlipped, 'checksum'],
    [small.index, 'mismatch'],
    [newer, 'newer'],
  ] as const
  for (const [index, indexReason] of cases) {
    const { summary, rows } = await reopen(large, { index })
    expect(summary.recovery).toEqual({ ...clean, indexRebuilt: true, indexReason })
    expect(digestOf(rows)).toBe(digestOf(large.rows))
  }
  const files = large.files.copy()
  files.contents.delete(`/captures/${large.captureId}.index`)
  const first = await openStore(files)
  await first.openCapture(large.captureId)
  await first.close()
  expect(files.contents.get(`/captures/${large.captureId}.index`)).toEqual(large.index.slice())
  const second = await openStore(files)
  expect((await second.openCapture(large.captureId)).recovery).toEqual(clean)
  await second.close()
})

test('a large capture without its index was listed as empty and ended in the middle', async () => {
  const { captureId, data, files, rows } = await keepCapture(44, 400_000)
  files.contents.delete(`/captures/${captureId}.index`)
  const store = await openStore(files)
  const expected = {
    totals: { recordCount: rows.length, receivedBytes: 44 * 400_000, fileBytes: data.length },
    recovery: { ...clean, indexRebuilt: true, indexReason: 'missing' },
  }
  expect(await store.list()).toMatchObject([expected])
  await store.close()
  const { bytesRead } = files
  const next = await openStore(files)
  expect(await next.list()).toMatchObject([{ totals: expected.totals, recovery: clean }])
  // The index that was made then serves from now on.
  expect(files.bytesRead - bytesRead).toBeLessThan(1024 * 1024)
  await next.close()
})

test('an index cut at any byte loses nothing', async () => {
  for (let length = 0; length < large.index.length; length += 13) {
    const store = await openStore(replaceIndex(large, large.index.slice(0, length)))
    const { totals } = await store.openCapture(large.captureId)
    expect([totals.recordCount, totals.fileBytes]).toEqual([large.rows.length, large.data.length])
    await store.close()
  }
})

function replaceIndex(kept: Kept, index: Uint8Array): MemoryFiles {
  const files = kept.files.copy()
  files.contents.set(`/captures/${kept.captureId}.index`, index)
  return files
}

test('a destroyed record in the middle is one row of damage, and everything else is there', async () => {
  const data = large.data.slice()
  const start = large.ends[13] ?? 0
  const end = large.ends[14] ?? 0
  data.fill(0xee, start, start + 40)
  const { summary, rows } = await reopen(large, { data })
  expect(rows[14]).toMatchObject({ kind: 'damage', record: 14, lostFileBytes: end - start })
  expect(digestOf(rows.toSpliced(14, 1))).toBe(digestOf(large.rows.toSpliced(14, 1)))
  expect(summary.recovery).toEqual({
    ...clean,
    indexRebuilt: true,
    indexReason: 'mismatch',
    damagedBytes: end - start,
    losses: [
      {
        fileOffset: start,
        lostFileBytes: end - start,
        afterTimeNs: large.rows[13]?.timeNs,
        beforeTimeNs: large.rows[15]?.timeNs,
        lostSentBytes: 0,
        lostReceivedBytes: end - start - 32,
      },
    ],
  })
})

test('what is lost is named in bytes and time, whichever records are destroyed', async () => {
  const dataRows = [...large.rows.entries()].flatMap(([number, row]) => (row.kind === 'event' ? [] : [{ number, row }]))
  // So far from each other that something of both directions is left between two losses.
  for (const skip of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const data = large.data.slice()
    const destroyed = dataRows.filter((_, at) => at % 8 === skip)
    for (const { number } of destroyed) data.fill(0x11, large.ends[number - 1] ?? fileHeaderBytes, large.ends[number])
    const { summary } = await reopen(large, { data })
    const lostBy = (direction: string): number =>
      destroyed.reduce((sum, { row }) => sum + (row.kind === 'data' && row.direction === direction ? row.length : 0), 0)
    const losses = summary.recovery.losses.map((loss) => [loss.fileOffset, loss.afterTimeNs, loss.beforeTimeNs])
    expect(losses).toEqual(
      destroyed.map(({ number }) => [
        large.ends[number - 1] ?? fileHeaderBytes,
        large.rows[number - 1]?.timeNs ?? null,
        // The clean end behind the last one has a time too.
        large.rows[number + 1]?.timeNs ?? clockStepNs * 3 * 12,
      ]),
    )
    const sumOf = (field: 'lostSentBytes' | 'lostReceivedBytes'): number =>
      summary.recovery.losses.slice(0, -1).reduce((sum, loss) => sum + (loss[field] ?? 0), 0)
    const last = destroyed.at(-1)?.row
    const lastBytes = last?.kind === 'data' ? last.length : 0
    expect([sumOf('lostSentBytes'), sumOf('lostReceivedBytes')]).toEqual([
      lostBy('sent') - (last?.kind === 'data' && last.direction === 'sent' ? lastBytes : 0),
      lostBy('received') - (last?.kind === 'data' && last.direction === 'received' ? lastBytes : 0),
    ])
  }
})

test('losses are told up to a bound, and damage without end is survived', async () => {
  const many = await keepCapture(150, 40)
  const data = many.data.slice()
  for (let number = 1; number < many.rows.length; number += 3) {
    data[many.ends[number - 1] ?? 0] = 0
  }
  const { summary } = await reopen(many, { data })
  expect(summary.recovery.losses).toHaveLength(64)
  const blank = many.data.slice(0, fileHeaderBytes + 5_000_000)
  const inflated = new Uint8Array(fileHeaderBytes + 5_000_000)
  inflated.set(blank.subarray(0, fileHeaderBytes))
  const nothing = await reopen({ ...many, data: inflated }, { data: inflated })
  expect(nothing.summary.recovery).toMatchObject({
    tailBytesIgnored: 5_000_000,
    losses: [{ lostFileBytes: 5_000_000, afterTimeNs: null, beforeTimeNs: null, lostReceivedBytes: null }],
  })
})

test('an event that is no event any more is shown as damage', async () => {
  const data = small.data.slice()
  data[fileHeaderBytes + 32] = 0
  const { rows } = await reopen(small, { data })
  expect(rows[0]).toMatchObject({ kind: 'damage', record: 0 })
  expect(rows.slice(1)).toEqual(small.rows.slice(1))
})

test('bytes of another capture inside a payload are never taken for records', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  const capture = await store.create({ name: 'nested' })
  capture.recordSent(1, small.data)
  capture.recordSent(1, text('after'))
  await capture.close()
  const path = `/captures/${capture.captureId}.wirebench`
  files.contents.get(path)?.fill(0, fileHeaderBytes, fileHeaderBytes + 32)
  const rows = await readAll(store, capture.captureId, 'records')
  expect(rows.map((row) => row.kind)).toEqual(['damage', 'data'])
  await store.close()
})

test('any flipped bytes are survived: every view opens and agrees with the others', async () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(flips, fc.boolean(), async (changes, isIndexToo) => {
      const data = small.data.slice()
      const index = small.index.slice()
      for (const [at, flip] of changes) {
        const place = fileHeaderBytes + (at % (data.length - fileHeaderBytes))
        data[place] = (data[place] ?? 0) ^ flip
        if (isIndexToo) index[at % index.length] = flip
      }
      const { summary, rows } = await reopen(small, { data, index })
      const damagedBytes = rows.reduce((sum, row) => sum + (row.kind === 'damage' ? row.lostFileBytes : 0), 0)
      expect(damagedBytes).toBeGreaterThanOrEqual(summary.recovery.damagedBytes)
      expect(summary.totals.recordCount).toBe(rows.length)
    }),
    { numRuns: 300 },
  )
})

test('an index far larger than its capture can have is not read, but made anew', async () => {
  const files = small.files.copy()
  const path = `/captures/${small.captureId}.index`
  const index = files.contents.get(path) ?? new Uint8Array(0)
  const inflated = new Uint8Array(index.length + 2 * 1024 * 1024)
  inflated.set(index)
  files.contents.set(path, inflated)
  const store = await openStore(files)
  const { recovery } = await store.openCapture(small.captureId)
  await store.close()
  expect([recovery.indexReason, files.contents.get(path)]).toEqual(['missing', index])
})
