/**
 * A sender that offers a fixed rate: which share of what it offers is kept, without a window and with the window open on the
 * capture as it grows? Kept is what was in the capture of what the sender could send in its time; a receiver that falls
 * behind makes it send less. The whole capture is compared with what was sent.
 *
 * Options: --gigabytes N (offered in each run, default 12), --rate N (megabytes a second, default 1000), --runs N (default 5),
 * --window away|open|both (default both).
 */
import type { Browser } from '@playwright/test'
import { startSender } from './bare-rate.ts'
import { withBrowser } from './bench-browser.ts'
import { benchOptions } from './bench-options.ts'
import { measureBareWriter } from './disk-rate.ts'
import { describeMachine, median } from './measure.ts'
import { describeFeeling, receiveInWorkbench, type Reception } from './receiving.ts'

const options = benchOptions({
  gigabytes: { type: 'string', default: '12' },
  rate: { type: 'string', default: '1000' },
  runs: { type: 'string', default: '5' },
  window: { type: 'string', default: 'both' },
})
const offeredBytes = Number(options.gigabytes) * 1e9
const bytesPerSecond = Number(options.rate) * 1e6
const runs = Number(options.runs)
const windows = (['away', 'open'] as const).filter((name) => options.window === 'both' || options.window === name)
if (windows.length === 0) throw new Error(`--window is away, open or both, not ${options.window}.`)

const keptShare = ({ receivedBytes }: Reception): number => receivedBytes / offeredBytes
const cpuPerGigabyte = ({ engineCpuSeconds, receivedBytes }: Reception): number =>
  engineCpuSeconds / (receivedBytes / 1e9)

async function offer(browser: Browser, isAway: boolean): Promise<Reception> {
  const sender = startSender(`--rate=${bytesPerSecond}`, `--seconds=${offeredBytes / bytesPerSecond}`)
  return receiveInWorkbench(browser, sender, { kind: 'blocks', isAway, showsLines: false })
}

const directWriter: number[] = []
const away: Reception[] = []
const open: Reception[] = []
await withBrowser(async (browser) => {
  for (let run = 1; run <= runs; run += 1) {
    directWriter.push(await measureBareWriter('direct', 3))
    for (const name of windows) {
      const results = name === 'away' ? away : open
      const result = await offer(browser, name === 'away')
      results.push(result)
      process.stdout.write(
        `run ${run}, window ${name}: ${keptShare(result).toFixed(4)} kept, ` +
          `${cpuPerGigabyte(result).toFixed(2)} CPU s/GB, memory +${(result.engineMemoryGrowthBytes / 1e6).toFixed(0)} MB, ` +
          `${describeFeeling(result.feeling)}, ${result.isRight ? 'every byte right' : 'BYTES WRONG'}\n`,
      )
    }
  }
})

const of = (results: readonly Reception[], pick: (result: Reception) => number): number => median(results.map(pick))
type Rows = readonly (readonly [measure: string, value: string])[]
const awayRows = (): Rows => [
  ['kept, without a window', of(away, keptShare).toFixed(4)],
  ['engine CPU seconds per GB, without', of(away, cpuPerGigabyte).toFixed(2)],
]
const openRows = (): Rows => [
  ['kept, window open', of(open, keptShare).toFixed(4)],
  ['engine CPU seconds per GB, window open', of(open, cpuPerGigabyte).toFixed(2)],
  ['frames a second', of(open, ({ feeling }) => feeling.framesPerSecond).toFixed(0)],
  ['frame time p95', `${of(open, ({ feeling }) => feeling.frameP95Ms).toFixed(1)} ms`],
  ['longest wait of a key', `${of(open, ({ feeling }) => feeling.longestKeyDelayMs).toFixed(0)} ms`],
  ['the same in an empty page', `${of(open, (result) => result.emptyPageFeeling.longestKeyDelayMs).toFixed(0)} ms`],
]
const all = [...away, ...open]
const rows: Rows = [
  ['bare direct writer to the same disk', `${median(directWriter).toFixed(0)} MB/s`],
  ...(windows.includes('away') ? awayRows() : []),
  ...(windows.includes('open') ? openRows() : []),
  ['runs with every byte right', `${all.filter(({ isRight }) => isRight).length} of ${windows.length * runs}`],
]
process.stdout.write(
  `\n${describeMachine()}\n${options.rate} MB/s offered, ${options.gigabytes} GB, medians of ${runs}\n\n`,
)
for (const [measure, value] of rows) process.stdout.write(`${measure.padEnd(42)}${value}\n`)
if (all.some(({ isRight }) => !isRight)) process.exitCode = 1
