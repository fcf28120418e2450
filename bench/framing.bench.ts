/**
 * How fast streams are cut into messages, beside a loop written by hand for the same bytes; and the messages view of a
 * large capture: how fast it is scanned, and how long any window of it takes.
 *
 * Options: --runs N (default 5), --megabytes N (of the capture, default 500), --windows N (default 300).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { FrameBatch } from '../src-main/protocol/framing/frame-batch.ts'
import { parseFramingSpec } from '../src-main/protocol/framing/framing-spec.ts'
import { createFramer } from '../src-main/protocol/framing/framer.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { median, megabytesPerSecond } from './measure.ts'

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    megabytes: { type: 'string', default: '500' },
    windows: { type: 'string', default: '300' },
  },
})
const runs = Number(options.runs)
const windowCount = Number(options.windows)
const messageBytes = 64
const chunkBytes = 64 * 1024
const chunkCount = 512

/** A chunk of whole messages of 64 bytes: lines, or lengths and what they announce. */
function makeChunk(kind: 'lf' | 'u32be'): Uint8Array {
  const chunk = new Uint8Array(chunkBytes).fill(0x61)
  for (let at = 0; at < chunkBytes; at += messageBytes) {
    if (kind === 'lf') chunk[at + messageBytes - 1] = 0x0a
    else chunk.set([0, 0, 0, messageBytes - 4], at)
  }
  return chunk
}

/** Counts lines, as one would write it for this alone; the ends are kept, since whoever counts messages wants them. */
function countLines(chunk: Uint8Array, ends: Float64Array, base: number): number {
  let count = 0
  for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) ends[count++] = base + at + 1
  return count
}

function countLengths(chunk: Uint8Array, ends: Float64Array, base: number): number {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  let count = 0
  for (let at = 0; at + 4 <= chunk.length;) {
    at += 4 + view.getUint32(at)
    ends[count++] = base + at
  }
  return count
}

function framesPerSecond(work: () => number): number {
  const begin = performance.now()
  const count = work()
  const expected = (chunkBytes / messageBytes) * chunkCount
  if (count !== expected) throw new Error(`${count} messages were found, not ${expected}.`)
  return (count * 1000) / (performance.now() - begin)
}

function measureFraming(kind: 'lf' | 'u32be'): { framer: number; byHand: number } {
  const chunk = makeChunk(kind)
  const framer = createFramer(parseFramingSpec(kind === 'lf' ? 'lf' : 'length:u32be'))
  const batch = new FrameBatch()
  const ends = new Float64Array(chunkBytes)
  const countByHand = kind === 'lf' ? countLines : countLengths
  return {
    framer: framesPerSecond(() => {
      let count = 0
      for (let turn = 0; turn < chunkCount; turn++) {
        framer.scanInto(chunk, 0, batch)
        count += batch.count
        batch.clear()
      }
      return count
    }),
    byHand: framesPerSecond(() => {
      let count = 0
      for (let turn = 0; turn < chunkCount; turn++) count += countByHand(chunk, ends, turn * chunkBytes)
      return count
    }),
  }
}

interface ViewFeeling {
  readonly scanMegabytesPerSecond: number
  /** Of windows anywhere, in milliseconds. */
  readonly medianMs: number
  readonly p99Ms: number
}

async function measureView(folder: string): Promise<ViewFeeling> {
  const store = await CaptureStore.open({ folder, clock: new SystemClock(), programVersion: 'bench' })
  try {
    const capture = await store.create({ name: 'bench' })
    const { captureId } = capture
    const chunk = makeChunk('lf')
    const totalBytes = Number(options.megabytes) * 1e6
    for (let written = 0; written < totalBytes; written += chunk.length) {
      capture.recordSent(1, chunk)
      if (!capture.hasRoom) await capture.flush()
    }
    await capture.close()
    const framing = { sent: parseFramingSpec('lf'), received: parseFramingSpec('lf') }
    const request = { captureId, view: 'messages', rowCount: 100, previewBytes: 256, framing } as const
    const begin = performance.now()
    let end = await store.window({ ...request, firstRow: 'end' })
    while (!end.complete) end = await store.window({ ...request, firstRow: 'end' })
    const scanMs = performance.now() - begin
    const timesMs: number[] = []
    for (let turn = 0; turn < windowCount; turn++) {
      // Everywhere, in an order in which nothing near was read just before.
      const firstRow = Math.floor(((turn * 0.618034) % 1) * (end.totalRows - request.rowCount))
      const asked = performance.now()
      const { rows } = await store.window({ ...request, firstRow })
      timesMs.push(performance.now() - asked)
      if (rows.length !== request.rowCount) throw new Error(`A window had ${rows.length} rows.`)
    }
    timesMs.sort((one, other) => one - other)
    return {
      scanMegabytesPerSecond: megabytesPerSecond(totalBytes, scanMs),
      medianMs: median(timesMs),
      p99Ms: timesMs[Math.floor(timesMs.length * 0.99)] ?? 0,
    }
  } finally {
    await store.close()
  }
}

for (const kind of ['lf', 'u32be'] as const) {
  measureFraming(kind)
  const results = Array.from({ length: runs }, () => measureFraming(kind))
  const framer = median(results.map((result) => result.framer))
  const byHand = median(results.map((result) => result.byHand))
  const ratio = median(results.map((result) => result.framer / result.byHand))
  process.stdout.write(
    `${kind}: ${(framer / 1e6).toFixed(1)} million messages of ${messageBytes} bytes a second, ` +
      `${ratio.toFixed(2)} of a loop written by hand (${(byHand / 1e6).toFixed(1)} million)\n`,
  )
}
const folder = await mkdtemp(join(tmpdir(), 'wirebench-bench-'))
try {
  const feeling = await measureView(folder)
  process.stdout.write(
    `messages view of ${options.megabytes} MB: scanned at ${feeling.scanMegabytesPerSecond.toFixed(0)} MB/s, ` +
      `any window after ${feeling.medianMs.toFixed(1)} ms, 99 of 100 within ${feeling.p99Ms.toFixed(1)} ms\n`,
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
