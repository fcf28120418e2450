/**
 * A capture of 10 GiB: how long its first opening takes, with and without its index, and how long any window of it takes, of
 * records, bytes, and messages cut in several ways; and of a chart over all of it, the rates. Everything that is read is
 * compared with what was written.
 *
 * Options: --gibibytes N (default 10), --windows N (random windows of each view, default 400), --folder DIR (where the capture
 * is made and removed again, default the system's temporary folder).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { capturePaths } from '../src-main/capture/capture-paths.ts'
import { shortestIntervalNs } from '../src-main/capture/rates/interval-ladder.ts'
import type { CaptureRates } from '../src-main/contract/schemas/capture-rates.ts'
import type { CaptureRow, CaptureViewName, CaptureWindowRequest } from '../src-main/contract/schemas/capture.ts'
import { parseFramingSpec } from '../src-main/protocol/framing/framing-spec.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { benchOptions } from './bench-options.ts'
import { fillBlock, lineBytes, lineText, linesPerBlock, makeLineBlock } from './line-stream.ts'
import { describeMachine, percentile } from './measure.ts'

const options = benchOptions({
  gibibytes: { type: 'string', default: '10' },
  windows: { type: 'string', default: '400' },
  folder: { type: 'string', default: tmpdir() },
})
const blockCount = Math.round((Number(options.gibibytes) * 2 ** 30) / (linesPerBlock * lineBytes))
const windowCount = Number(options.windows)
const rowsPerWindow = 60
const blockBytes = linesPerBlock * lineBytes
const byteCount = blockCount * blockBytes

const folder = await mkdtemp(join(options.folder, 'wirebench-windows-'))
const clock = new SystemClock()
const openStore = (): Promise<CaptureStore> => CaptureStore.open({ folder, clock, programVersion: 'bench' })

let wrongCount = 0
const check = (isRight: boolean, what: string): void => {
  if (isRight) return
  wrongCount += 1
  if (wrongCount <= 10) process.stdout.write(`WRONG: ${what}\n`)
}

/** Writes the capture through the capture layer, as a socket would. */
async function makeCapture(): Promise<string> {
  const store = await openStore()
  const capture = await store.create({ name: 'windows' })
  const sink = capture.sink(1)
  let wake: (() => void) | null = null
  sink.onWritable = () => wake?.()
  for (let block = 0; block < blockCount; block += 1) {
    const bytes = makeLineBlock()
    fillBlock(bytes, block)
    if (!sink.append(bytes)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      wake = null
    }
  }
  sink.close()
  await store.close()
  return capture.captureId
}

const timed = async <Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> => {
  const startedAtMs = performance.now()
  const result = await work()
  return [result, performance.now() - startedAtMs]
}

/** The byte of the stream at an offset. */
function byteAt(offset: number): number {
  return lineText(Math.floor(offset / lineBytes)).charCodeAt(offset % lineBytes)
}

function checkRow(row: CaptureRow, number: number, view: CaptureViewName, messageBytes: number): void {
  if (row.kind === 'bytes') {
    const first = view === 'stream' ? number * 16 : number * lineBytes
    check(row.streamOffset === first, `${view} row ${number} begins at ${row.streamOffset}`)
    check(
      row.bytes.every((value, at) => value === byteAt(first + at)),
      `${view} row ${number} has other bytes`,
    )
  } else if (row.kind === 'data' || row.kind === 'message') {
    const first = row.kind === 'data' ? number * blockBytes : number * messageBytes
    check(row.streamOffset === first, `${view} row ${number} begins at ${row.streamOffset}`)
    check(
      row.preview.every((value, at) => value === byteAt(first + at)),
      `${view} row ${number} has other bytes`,
    )
  } else check(false, `${view} row ${number} is ${row.kind}`)
}

interface View {
  readonly title: string
  readonly view: CaptureViewName
  readonly framing?: string
  /** Bytes of a row, to know how many there are. */
  readonly rowBytes: number
}

const views: readonly View[] = [
  { title: 'records', view: 'records', rowBytes: blockBytes },
  { title: 'stream', view: 'stream', rowBytes: 16 },
  { title: 'text', view: 'text', rowBytes: lineBytes },
  { title: 'messages, lines', view: 'messages', framing: 'lf', rowBytes: lineBytes },
  { title: 'messages, 1000 bytes each', view: 'messages', framing: 'fixed:1000', rowBytes: 1000 },
]

/** Asks until everything is counted, as the window of a person does, and gives the longest answer meanwhile. */
async function build(store: CaptureStore, captureId: string, shown: View): Promise<readonly [number, number]> {
  const startedAtMs = performance.now()
  let longestMs = 0
  for (;;) {
    const [window, elapsedMs] = await timed(() => store.window(requestOf(captureId, shown, 0)))
    longestMs = Math.max(longestMs, elapsedMs)
    window.rows.forEach((row, at) => checkRow(row, at, shown.view, shown.rowBytes))
    if (window.complete) {
      const rowCount = Math.ceil(byteCount / shown.rowBytes)
      // A message that has not ended when the capture does is a row too.
      check(window.totalRows === rowCount, `${shown.title}: ${window.totalRows} rows of ${rowCount}`)
      return [performance.now() - startedAtMs, longestMs]
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

function requestOf(captureId: string, { view, framing }: View, firstRow: number): CaptureWindowRequest {
  const base = { captureId, view, firstRow, rowCount: rowsPerWindow, previewBytes: 64 }
  if (framing === undefined) return base
  return { ...base, framing: { sent: parseFramingSpec(framing), received: parseFramingSpec(framing) } }
}

async function randomWindows(store: CaptureStore, captureId: string, shown: View): Promise<number[]> {
  const rowCount = Math.ceil(byteCount / shown.rowBytes)
  const times: number[] = []
  for (let count = 0; count < windowCount; count += 1) {
    const firstRow = Math.floor(Math.random() * (rowCount - rowsPerWindow))
    const [window, elapsedMs] = await timed(() => store.window(requestOf(captureId, shown, firstRow)))
    times.push(elapsedMs)
    check(window.rows.length === rowsPerWindow, `${shown.title}: ${window.rows.length} rows at ${firstRow}`)
    window.rows.forEach((row, at) => checkRow(row, firstRow + at, shown.view, shown.rowBytes))
  }
  return times
}

/** As wide as a chart is drawn. */
const intervalCount = 1000
/** Parts that are looked at closely. */
const partCount = 50
/** A part that is not counted then never will be. */
const mostQuestions = 2000
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** What asking for rates took. */
interface RateTimes {
  readonly firstMs: number
  readonly completeMs: number
  readonly longestMs: number
  readonly partsMs: readonly number[]
}

/** Asks for the rates of the whole until everything is counted, then for parts of it in short intervals. */
async function askForRates(store: CaptureStore, captureId: string): Promise<RateTimes> {
  const startedAtMs = performance.now()
  const answersMs: number[] = []
  const ask = async (): Promise<CaptureRates> => {
    const [rates, elapsedMs] = await timed(() => store.rates({ captureId, fromNs: 0, toNs: null, intervalCount }))
    answersMs.push(elapsedMs)
    const { sentBytes, receivedBytes } = rates.total
    check(sum(sentBytes) === 0, `rates: ${sum(sentBytes)} bytes were sent`)
    check(sum(receivedBytes) === byteCount, `rates: ${sum(receivedBytes)} bytes of ${byteCount}`)
    return rates
  }
  let whole = await ask()
  while (!whole.complete) {
    await new Promise((resolve) => setTimeout(resolve, 30))
    whole = await ask()
  }
  const completeMs = performance.now() - startedAtMs
  check(sum(whole.connections[0]?.receivedBytes ?? []) === byteCount, 'rates: the connection has other bytes')
  const partsMs: number[] = []
  for (let part = 0; part < partCount; part += 1) {
    partsMs.push(
      await askForPart(store, captureId, whole, Math.floor(Math.random() * whole.total.receivedBytes.length)),
    )
  }
  return { firstMs: answersMs[0] ?? 0, completeMs, longestMs: Math.max(...answersMs), partsMs }
}

/** One interval of the whole, in short ones that hold as much together: how long until they are counted. */
async function askForPart(store: CaptureStore, captureId: string, whole: CaptureRates, at: number): Promise<number> {
  const fromNs = whole.fromNs + at * whole.intervalNs
  const toNs = fromNs + whole.intervalNs
  const startedAtMs = performance.now()
  for (let question = 0; question < mostQuestions; question += 1) {
    const rates = await store.rates({ captureId, fromNs, toNs, intervalCount })
    const isFine = rates.intervalNs < whole.intervalNs || whole.intervalNs === shortestIntervalNs
    if (!rates.complete || !isFine) continue
    const bytes = sum(rates.total.receivedBytes)
    check(bytes === whole.total.receivedBytes[at], `rates: ${bytes} bytes in part ${at}`)
    return performance.now() - startedAtMs
  }
  check(false, `rates: part ${at} is not counted after ${mostQuestions} questions`)
  return performance.now() - startedAtMs
}

async function firstOpening(captureId: string): Promise<number> {
  const store = await openStore()
  const [, elapsedMs] = await timed(async () => {
    await store.openCapture(captureId)
    for (const shown of views) await store.window(requestOf(captureId, shown, 0))
  })
  await store.close()
  return elapsedMs
}

try {
  const [captureId, writtenMs] = await timed(makeCapture)
  process.stdout.write(`${describeMachine()}\n\n`)
  const print = (measure: string, value: string): void => void process.stdout.write(`${measure.padEnd(52)}${value}\n`)
  print('written', `${(byteCount / 2 ** 30).toFixed(1)} GiB at ${(byteCount / 1000 / writtenMs).toFixed(0)} MB/s`)
  print('first opening, and the first window of every view', `${(await firstOpening(captureId)).toFixed(0)} ms`)
  await rm(capturePaths(folder, captureId).index)
  print('the same without an index', `${(await firstOpening(captureId)).toFixed(0)} ms`)

  const store = await openStore()
  const memoryBefore = process.memoryUsage.rss()
  const all: number[] = []
  for (const shown of views) {
    const [builtMs, longestMs] = await build(store, captureId, shown)
    const times = await randomWindows(store, captureId, shown)
    all.push(...times)
    print(
      `${shown.title}: random window`,
      `median ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms` +
        ` (counted in ${(builtMs / 1000).toFixed(1)} s, meanwhile at most ${longestMs.toFixed(0)} ms for an answer)`,
    )
  }
  print('all views together: p99 of a random window', `${percentile(all, 0.99).toFixed(1)} ms`)
  await store.close()
  const charted = await openStore()
  const rates = await askForRates(charted, captureId)
  await charted.close()
  print('rates of the whole: first answer', `${rates.firstMs.toFixed(0)} ms`)
  print(
    'rates of the whole: counted in',
    `${(rates.completeMs / 1000).toFixed(1)} s, meanwhile at most ${rates.longestMs.toFixed(0)} ms for an answer`,
  )
  print(
    'rates of a thousandth, in a thousand intervals',
    `median ${percentile(rates.partsMs, 0.5).toFixed(0)} ms, p99 ${percentile(rates.partsMs, 0.99).toFixed(0)} ms`,
  )
  print('memory grown by', `${((process.memoryUsage.rss() - memoryBefore) / 1e6).toFixed(0)} MB`)
  print('everything read as it was written', wrongCount === 0 ? 'yes' : `NO, ${wrongCount} times`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
if (wrongCount > 0) process.exitCode = 1
