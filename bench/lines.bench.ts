/**
 * Lines of 64 bytes sent in batches at full speed into a session that is cut into lines, with the window open on them, beside
 * a bare `onread` sink that takes the same stream in the same run. The whole capture is compared with what was sent.
 *
 * Options: --seconds N (default 5), --sink-seconds N (default 3), --runs N (default 5).
 */
import { measureBareSink, startSender } from './bare-rate.ts'
import { withBrowser } from './bench-browser.ts'
import { benchOptions } from './bench-options.ts'
import { describeMachine, median, megabytesPerSecond } from './measure.ts'
import { describeFeeling, receiveInWorkbench, type Reception } from './receiving.ts'

const options = benchOptions({
  seconds: { type: 'string', default: '5' },
  'sink-seconds': { type: 'string', default: '3' },
  runs: { type: 'string', default: '5' },
})
const runs = Number(options.runs)

const results: { readonly onreadSink: number; readonly lines: Reception }[] = []
const rateOf = ({ sentBytes, elapsedMs }: Reception): number => megabytesPerSecond(sentBytes, elapsedMs)
await withBrowser(async (browser) => {
  for (let run = 1; run <= runs; run += 1) {
    const onreadSink = await measureBareSink('onread', 'lines', Number(options['sink-seconds']))
    const sender = startSender('--kind=lines', `--seconds=${options.seconds}`)
    const lines = await receiveInWorkbench(browser, sender, { kind: 'lines', isAway: false, showsLines: true })
    results.push({ onreadSink, lines })
    process.stdout.write(
      `run ${run}: ${rateOf(lines).toFixed(0)} MB/s, onread ${onreadSink.toFixed(0)} MB/s, ${describeFeeling(lines.feeling)}, ` +
        `${lines.isRight ? 'every byte right' : 'BYTES WRONG'}\n`,
    )
  }
})

const ratio = median(results.map(({ onreadSink, lines }) => rateOf(lines) / onreadSink))
const keyMs = median(results.map(({ lines }) => lines.feeling.longestKeyDelayMs))
process.stdout.write(
  `\n${describeMachine()}\nlines of 64 bytes at full speed, cut into lines and shown, medians of ${runs}\n\n` +
    `ratio to a bare onread sink             ${ratio.toFixed(2)}\n` +
    `longest wait of a key                   ${keyMs.toFixed(0)} ms\n`,
)
if (results.some(({ lines }) => !lines.isRight)) process.exitCode = 1
