/**
 * A sender at full speed on loopback while the window is open on the session: is every byte in the capture, does the
 * page stay responsive, does memory stay flat, and how fast is it beside a bare `data` sink, a bare `onread` sink and a
 * bare writer to the same disk? An empty page beside it tells what of the page's pauses is the machine's.
 *
 * Options: --seconds N (default 10), --sink-seconds N (default 3), --runs N (default 5), --away (the page leaves once
 * connected: what the engine does alone).
 */
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from '@playwright/test'
import { WorkbenchPage } from '../e2e/pages/workbench-page.ts'
import { chromiumArguments } from '../scripts/lib/chromium.mjs'
import { hashOfReceived } from '../e2e/fixtures/captured-bytes.ts'
import { JsonChild } from './json-child.ts'
import { describeMachine, median, megabytesPerSecond, MemoryWatch, readProcessUse } from './measure.ts'
import { startPageWatch, type PageFeeling } from './page-watch.ts'
import { WebWorkbench } from './web-workbench.ts'

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    'sink-seconds': { type: 'string', default: '3' },
    runs: { type: 'string', default: '5' },
    away: { type: 'boolean', default: false },
  },
})
const seconds = Number(options.seconds)
const sinkSeconds = Number(options['sink-seconds'])
const runs = Number(options.runs)

interface Run {
  readonly dataSink: number
  readonly onreadSink: number
  readonly bareWriter: number
  readonly wirebench: number
  readonly gigabytes: number
  readonly cpuSecondsPerGigabyte: number
  readonly memoryGrowthMegabytes: number
  readonly feeling: PageFeeling
  readonly emptyPageFeeling: PageFeeling
  readonly allBytesRight: boolean
}

const inDist = (name: string): string => join('dist', 'bench', `${name}.js`)

/** Megabytes a second that a sink which only counts takes from the firehose. */
async function measureBareSink(kind: 'data' | 'onread'): Promise<number> {
  const firehose = new JsonChild(inDist('firehose'), sinkSeconds * 1000)
  const sink = new JsonChild(inDist('bare-sink'), kind, await firehose.nextNumber('port'))
  const { receivedBytes, elapsedMs } = await sink.next()
  firehose.stop()
  return megabytesPerSecond(Number(receivedBytes), Number(elapsedMs))
}

/** Megabytes a second that a loop of positional writes brings to the disk. */
async function measureBareWriter(): Promise<number> {
  const writer = new JsonChild(inDist('bare-writer'), sinkSeconds * 1000, tmpdir())
  const { writtenBytes, elapsedMs } = await writer.next()
  return megabytesPerSecond(Number(writtenBytes), Number(elapsedMs))
}

async function measureWirebench(browser: Browser): Promise<Omit<Run, 'dataSink' | 'onreadSink' | 'bareWriter'>> {
  const firehose = new JsonChild(inDist('firehose'), seconds * 1000)
  const port = await firehose.nextNumber('port')
  const workbench = await WebWorkbench.start()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  try {
    const emptyPage = await (await browser.newContext()).newPage()
    const page = await context.newPage()
    await page.goto(workbench.url)
    const window = new WorkbenchPage(page)
    await window.openNewConnection()
    await window.fillConnection({ host: '127.0.0.1', port })
    const before = readProcessUse(workbench.processId)
    const memory = new MemoryWatch(workbench.processId)
    await window.dialog.getByRole('button', { name: 'Connect without saving' }).click()
    await window.session.expectState('Open')
    if (options.away) await page.goto('about:blank')
    const stopPageWatch = await startPageWatch(page)
    const stopEmptyPageWatch = await startPageWatch(emptyPage)
    const { sentBytes, elapsedMs } = await firehose.next()
    const feeling = await stopPageWatch()
    const emptyPageFeeling = await stopEmptyPageWatch()
    const { growthBytes } = memory.stop()
    const cpuSeconds = readProcessUse(workbench.processId).cpuSeconds - before.cpuSeconds
    await emptyPage.context().close()
    await context.close()
    await workbench.end()
    const received = await hashOfReceived(await onlyCapture(workbench.capturesFolder))
    firehose.say({ hashOf: Number(sentBytes) })
    const { sha256 } = await firehose.next()
    return {
      wirebench: megabytesPerSecond(Number(sentBytes), Number(elapsedMs)),
      gigabytes: Number(sentBytes) / 1e9,
      cpuSecondsPerGigabyte: cpuSeconds / (Number(sentBytes) / 1e9),
      memoryGrowthMegabytes: growthBytes / 1e6,
      feeling,
      emptyPageFeeling,
      allBytesRight: received.byteCount === sentBytes && received.sha256 === sha256,
    }
  } finally {
    firehose.stop()
    await workbench.stop()
  }
}

async function onlyCapture(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wirebench'))
  const [name] = names
  if (name === undefined || names.length !== 1) throw new Error(`Expected one capture, found ${names.join(', ')}`)
  return join(folder, name)
}

const executablePath = process.env['WIREBENCH_CHROMIUM']
const browser = await chromium.launch({
  args: chromiumArguments(),
  ...(executablePath === undefined ? {} : { executablePath }),
})
const results: Run[] = []
try {
  for (let run = 1; run <= runs; run += 1) {
    const dataSink = await measureBareSink('data')
    const onreadSink = await measureBareSink('onread')
    const bareWriter = await measureBareWriter()
    const result: Run = { dataSink, onreadSink, bareWriter, ...(await measureWirebench(browser)) }
    results.push(result)
    process.stdout.write(`run ${run}: ${describeRun(result)}\n`)
  }
} finally {
  await browser.close()
}

function describeRun(run: Run): string {
  return [
    `${run.gigabytes.toFixed(2)} GB at ${run.wirebench.toFixed(0)} MB/s`,
    `data ${run.dataSink.toFixed(0)}, onread ${run.onreadSink.toFixed(0)}, disk ${run.bareWriter.toFixed(0)} MB/s`,
    `a key waits ${run.feeling.longestKeyDelayMs.toFixed(0)} ms at most (${run.feeling.keyCount} keys)`,
    `in an empty page ${run.emptyPageFeeling.longestKeyDelayMs.toFixed(0)} ms`,
    `a timer ${run.feeling.longestTimerGapMs.toFixed(0)} ms`,
    `${run.feeling.framesPerSecond.toFixed(0)} frames/s`,
    `memory +${run.memoryGrowthMegabytes.toFixed(0)} MB`,
    run.allBytesRight ? 'every byte right' : 'BYTES WRONG',
  ].join(', ')
}

const of = (pick: (run: Run) => number): number => median(results.map(pick))
const worst = (pick: (run: Run) => number): number => Math.max(...results.map(pick))
const rows: readonly (readonly [measure: string, value: string])[] = [
  ['rate', `${of((run) => run.wirebench).toFixed(0)} MB/s`],
  ['ratio to a bare data sink', of((run) => run.wirebench / run.dataSink).toFixed(2)],
  ['ratio to a bare onread sink', of((run) => run.wirebench / run.onreadSink).toFixed(2)],
  ['ratio to a bare writer to the disk', of((run) => run.wirebench / run.bareWriter).toFixed(2)],
  ['engine CPU seconds per GB', of((run) => run.cpuSecondsPerGigabyte).toFixed(2)],
  ['engine memory growth, worst', `${worst((run) => run.memoryGrowthMegabytes).toFixed(0)} MB`],
  ['longest wait of a key, median', `${of((run) => run.feeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['longest wait of a key, worst', `${worst((run) => run.feeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['the same in an empty page, median', `${of((run) => run.emptyPageFeeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['the same in an empty page, worst', `${worst((run) => run.emptyPageFeeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['longest gap of a timer, median', `${of((run) => run.feeling.longestTimerGapMs).toFixed(0)} ms`],
  ['the same in an empty page, median', `${of((run) => run.emptyPageFeeling.longestTimerGapMs).toFixed(0)} ms`],
  ['frames a second', of((run) => run.feeling.framesPerSecond).toFixed(0)],
  ['frame time p95', `${of((run) => run.feeling.frameP95Ms).toFixed(1)} ms`],
  ['runs with every byte right', `${results.filter((run) => run.allBytesRight).length} of ${results.length}`],
]
process.stdout.write(
  `\n${describeMachine()}\n${seconds} s at full speed ${options.away ? 'with the window away' : 'with the window open'}, medians of ${runs}\n\n`,
)
for (const [measure, value] of rows) process.stdout.write(`${measure.padEnd(40)}${value}\n`)
if (results.length !== runs || results.some((run) => !run.allBytesRight)) process.exitCode = 1
