/**
 * How fast streams are cut into messages, beside a loop written by hand for the same bytes; and the messages view of a
 * large capture: how fast it is scanned, and how long any window of it takes.
 *
 * Options: --seconds N (of each socket, default 2), --runs N (default 5), --megabytes N (of the capture, default 500), --windows N (default 300).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { FrameBatch } from '../src-main/protocol/framing/frame-batch.ts'
import { parseFramingSpec } from '../src-main/protocol/framing/framing-spec.ts'
import { createFramer } from '../src-main/protocol/framing/framer.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { benchOptions } from './bench-options.ts'
import { JsonChild } from './json-child.ts'
import { median, megabytesPerSecond } from './measure.ts'
import { chunkBytes, makeMessageChunk, messageBytes, specOf, type MessageKind } from './message-stream.ts'

const options = benchOptions({
  seconds: { type: 'string', default: '2' },
  runs: { type: 'string', default: '5' },
  megabytes: { type: 'string', default: '500' },
  windows: { type: 'string', default: '300' },
})
const runs = Number(options.runs)
const windowCount = Number(options.windows)
const chunkCount = 512
const sinkMs = Number(options.seconds) * 1000
const inDist = (name: string): string => join(import.meta.dirname, `${name}.js`)

/** Counts lines, as one would write it for this alone; the ends are kept, since whoever counts messages wants them. */
function countLines(chunk: Uint8Array, ends: Float64Array, base: number): number {
  let count = 0
  for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) ends[count++] = base + at + 1
  return count
}

const maximumBytes = 64 * 1024 * 1024

/** Believes every length: one wrong byte and it reads past the end. */
function countLengthsBlindly(chunk: Uint8Array, ends: Float64Array, base: number): number {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  let count = 0
  for (let at = 0; at + 4 <= chunk.length;) {
    at += 4 + view.getUint32(at)
    ends[count++] = base + at
  }
  return count
}

/** As one writes it for a stream: a message may go on in the next chunk, and a length may be a lie. */
function countLengths(chunk: Uint8Array, ends: Float64Array, base: number): number {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  let count = 0
  for (let at = 0; at + 4 <= chunk.length;) {
    const length = view.getUint32(at)
    if (length > maximumBytes) throw new RangeError(`A length of ${length} bytes is too much.`)
    const end = at + 4 + length
    if (end > chunk.length) break
    ends[count++] = base + end
    at = end
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

interface Speeds {
  readonly framer: number
  readonly byHand: number
  readonly blindly: number
}

/** Messages a second: of the framer, of a loop written by hand, and of one that checks nothing. */
function measureFraming(kind: MessageKind): Speeds {
  const chunk = makeMessageChunk(kind)
  const framer = createFramer(parseFramingSpec(specOf(kind)))
  const batch = new FrameBatch()
  const ends = new Float64Array(chunkBytes)
  const byHand = (count: typeof countLines): number =>
    framesPerSecond(() => {
      let total = 0
      for (let turn = 0; turn < chunkCount; turn++) total += count(chunk, ends, turn * chunkBytes)
      return total
    })
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
    byHand: byHand(kind === 'lf' ? countLines : countLengths),
    blindly: byHand(kind === 'lf' ? countLines : countLengthsBlindly),
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
    const chunk = makeMessageChunk('lf')
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

/** Megabytes a second that plain Node takes from a socket, cutting them into messages or only counting the bytes. */
async function measureSink(kind: MessageKind, sinkKind: MessageKind | 'none'): Promise<number> {
  const firehose = new JsonChild(inDist('message-firehose'), kind, sinkMs)
  const sink = new JsonChild(inDist('framed-sink'), sinkKind, await firehose.nextNumber('port'))
  const { receivedBytes, messageCount, elapsedMs } = await sink.next()
  firehose.stop()
  if (sinkKind !== 'none' && Number(messageCount) * messageBytes !== receivedBytes) {
    throw new Error(`${String(messageCount)} messages were found in ${String(receivedBytes)} bytes.`)
  }
  return megabytesPerSecond(Number(receivedBytes), Number(elapsedMs))
}

for (const kind of ['lf', 'u32be'] as const) {
  measureFraming(kind)
  const results = Array.from({ length: runs }, () => measureFraming(kind))
  const framer = median(results.map((result) => result.framer))
  const ratioTo = (other: 'byHand' | 'blindly'): string =>
    median(results.map((result) => result.framer / result[other])).toFixed(2)
  process.stdout.write(
    `${kind}: ${(framer / 1e6).toFixed(1)} million messages of ${messageBytes} bytes a second, ` +
      `${ratioTo('byHand')} of a loop written by hand, ${ratioTo('blindly')} of one that checks nothing\n`,
  )
  const sinks: { bare: number; framed: number }[] = []
  for (let run = 0; run < runs; run++) {
    sinks.push({ bare: await measureSink(kind, 'none'), framed: await measureSink(kind, kind) })
  }
  process.stdout.write(
    `${kind} from a socket: ${median(sinks.map(({ framed }) => framed)).toFixed(0)} MB/s, ` +
      `${median(sinks.map(({ bare, framed }) => framed / bare)).toFixed(2)} of a bare Node sink\n`,
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
