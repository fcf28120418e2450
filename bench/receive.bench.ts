/**
 * A sender at full speed on loopback while the window is open on the session: is every byte in the capture, does the
 * page stay responsive, does memory stay flat, and how fast is it beside a bare `data` sink, a bare `onread` sink and
 * bare writers to the same disk? An empty page beside it tells what of the page's pauses is the machine's.
 *
 * Options: --seconds N (default 10), --sink-seconds N (default 3), --runs N (default 5), --away (the page leaves once
 * connected: what the engine does alone).
 */
import { measureBareSink, startSender } from './bare-rate.ts'
import { withBrowser } from './bench-browser.ts'
import { benchOptions } from './bench-options.ts'
import { measureBareWriter } from './disk-rate.ts'
import { describeMachine, median, megabytesPerSecond } from './measure.ts'
import { receiveInWorkbench, type Reception } from './receiving.ts'

const options = benchOptions({
  seconds: { type: 'string', default: '10' },
  'sink-seconds': { type: 'string', default: '3' },
  runs: { type: 'string', default: '5' },
  away: { type: 'boolean', default: false },
})
const seconds = Number(options.seconds)
const sinkSeconds = Number(options['sink-seconds'])
const runs = Number(options.runs)

interface Run extends Reception {
  readonly dataSink: number
  readonly onreadSink: number
  readonly plainWriter: number
  readonly directWriter: number
}

const rateOf = ({ sentBytes, elapsedMs }: Run): number => megabytesPerSecond(sentBytes, elapsedMs)
const growthMegabytes = ({ engineMemoryGrowthBytes }: Run): number => engineMemoryGrowthBytes / 1e6

const results: Run[] = []
await withBrowser(async (browser) => {
  for (let run = 1; run <= runs; run += 1) {
    const dataSink = await measureBareSink('data', 'blocks', sinkSeconds)
    const onreadSink = await measureBareSink('onread', 'blocks', sinkSeconds)
    const plainWriter = await measureBareWriter('plain', sinkSeconds)
    const directWriter = await measureBareWriter('direct', sinkSeconds)
    const sender = startSender(`--seconds=${seconds}`)
    const received = await receiveInWorkbench(browser, sender, {
      kind: 'blocks',
      isAway: options.away,
      showsLines: false,
    })
    const result: Run = { dataSink, onreadSink, plainWriter, directWriter, ...received }
    results.push(result)
    process.stdout.write(`run ${run}: ${describeRun(result)}\n`)
  }
})

function describeRun(run: Run): string {
  return [
    `${(run.sentBytes / 1e9).toFixed(2)} GB at ${rateOf(run).toFixed(0)} MB/s`,
    `data ${run.dataSink.toFixed(0)}, onread ${run.onreadSink.toFixed(0)}, disk ${run.plainWriter.toFixed(0)}, direct ${run.directWriter.toFixed(0)} MB/s`,
    `a key waits ${run.feeling.longestKeyDelayMs.toFixed(0)} ms at most (${run.feeling.keyCount} keys)`,
    `in an empty page ${run.emptyPageFeeling.longestKeyDelayMs.toFixed(0)} ms`,
    `a timer ${run.feeling.longestTimerGapMs.toFixed(0)} ms`,
    `${run.feeling.framesPerSecond.toFixed(0)} frames/s`,
    `memory +${growthMegabytes(run).toFixed(0)} MB`,
    run.isRight ? 'every byte right' : 'BYTES WRONG',
  ].join(', ')
}

const of = (pick: (run: Run) => number): number => median(results.map(pick))
const worst = (pick: (run: Run) => number): number => Math.max(...results.map(pick))
const rows: readonly (readonly [measure: string, value: string])[] = [
  ['rate', `${of(rateOf).toFixed(0)} MB/s`],
  ['ratio to a bare data sink', of((run) => rateOf(run) / run.dataSink).toFixed(2)],
  ['ratio to a bare onread sink', of((run) => rateOf(run) / run.onreadSink).toFixed(2)],
  ['ratio to a bare writer, page cache', of((run) => rateOf(run) / run.plainWriter).toFixed(2)],
  ['ratio to a bare writer, direct', of((run) => rateOf(run) / run.directWriter).toFixed(2)],
  ['that writer beside an onread sink', of((run) => run.directWriter / run.onreadSink).toFixed(2)],
  ['engine CPU seconds per GB', of((run) => run.engineCpuSeconds / (run.sentBytes / 1e9)).toFixed(2)],
  ['engine memory growth, worst', `${worst(growthMegabytes).toFixed(0)} MB`],
  ['longest wait of a key, median', `${of((run) => run.feeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['longest wait of a key, worst', `${worst((run) => run.feeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['the same in an empty page, median', `${of((run) => run.emptyPageFeeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['the same in an empty page, worst', `${worst((run) => run.emptyPageFeeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['longest gap of a timer, median', `${of((run) => run.feeling.longestTimerGapMs).toFixed(0)} ms`],
  ['the same in an empty page, median', `${of((run) => run.emptyPageFeeling.longestTimerGapMs).toFixed(0)} ms`],
  ['frames a second', of((run) => run.feeling.framesPerSecond).toFixed(0)],
  ['frame time p95', `${of((run) => run.feeling.frameP95Ms).toFixed(1)} ms`],
  ['runs with every byte right', `${results.filter(({ isRight }) => isRight).length} of ${results.length}`],
]
process.stdout.write(
  `\n${describeMachine()}\n${seconds} s at full speed ${options.away ? 'with the window away' : 'with the window open'}, medians of ${runs}\n\n`,
)
for (const [measure, value] of rows) process.stdout.write(`${measure.padEnd(40)}${value}\n`)
if (results.length !== runs || results.some(({ isRight }) => !isRight)) process.exitCode = 1
