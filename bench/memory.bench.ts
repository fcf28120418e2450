/**
 * Does the memory of the engine stay flat while a capture grows? Full speed into a capture, with the window open on it; the
 * whole capture is compared with what was sent.
 *
 * Options: --gigabytes N (default 20), --runs N (default 1).
 */
import { startSender } from './bare-rate.ts'
import { withBrowser } from './bench-browser.ts'
import { benchOptions } from './bench-options.ts'
import { describeMachine } from './measure.ts'
import { receiveInWorkbench } from './receiving.ts'

const options = benchOptions({ gigabytes: { type: 'string', default: '20' }, runs: { type: 'string', default: '1' } })

process.stdout.write(`${describeMachine()}\n`)
await withBrowser(async (browser) => {
  for (let run = 1; run <= Number(options.runs); run += 1) {
    const sender = startSender(`--bytes=${Number(options.gigabytes) * 1e9}`)
    const result = await receiveInWorkbench(browser, sender, { kind: 'blocks', isAway: false, showsLines: false })
    process.stdout.write(
      `memory of the engine over ${(result.receivedBytes / 1e9).toFixed(1)} GB   ` +
        `+${(result.engineMemoryGrowthBytes / 1e6).toFixed(0)} MB, ${result.isRight ? 'every byte right' : 'BYTES WRONG'}\n`,
    )
    if (!result.isRight) process.exitCode = 1
  }
})
