/**
 * A hundred sessions at full speed at once, each into its capture, beside one: the rate of all together. Every capture is
 * compared with what was sent.
 *
 * Options: --seconds N (default 5), --sessions N (default 100), --runs N (default 5).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSender } from './bare-rate.ts'
import { benchOptions } from './bench-options.ts'
import { checkCapture } from './checked-capture.ts'
import { JsonChild } from './json-child.ts'
import { describeMachine, median, megabytesPerSecond } from './measure.ts'

const options = benchOptions({
  seconds: { type: 'string', default: '5' },
  sessions: { type: 'string', default: '100' },
  runs: { type: 'string', default: '5' },
})
const runs = Number(options.runs)
const sessions = Number(options.sessions)

interface Taken {
  /** Megabytes a second of all together. */
  readonly rate: number
  /** What the slowest session got, of an even share. */
  readonly leastShare: number
  readonly memoryMegabytes: number
  readonly cpuSecondsPerGigabyte: number
  readonly isRight: boolean
}

async function take(count: number): Promise<Taken> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-bench-'))
  const sender = startSender(`--seconds=${options.seconds}`, `--clients=${count}`)
  const port = await sender.nextNumber('port')
  const sink = new JsonChild(join('dist', 'bench', 'many-sink.js'), port, count, folder)
  try {
    await sink.next()
    sender.say({ start: true })
    const { receivedBytes, elapsedMs, cpuSeconds, highestMemoryBytes, paths } = await sink.next()
    let sentBytes = 0
    for (let client = 0; client < count; client += 1) sentBytes += await sender.nextNumber('sentBytes')
    const sizes: number[] = []
    let isRight = receivedBytes === sentBytes
    for (const path of paths as string[]) {
      const checked = await checkCapture(path, 'blocks')
      sizes.push(checked.receivedBytes)
      isRight &&= checked.wrongAt === null
    }
    isRight &&= sizes.reduce((sum, size) => sum + size, 0) === sentBytes
    return {
      rate: megabytesPerSecond(Number(receivedBytes), Number(elapsedMs)),
      leastShare: (Math.min(...sizes) * count) / sentBytes,
      cpuSecondsPerGigabyte: Number(cpuSeconds) / (Number(receivedBytes) / 1e9),
      memoryMegabytes: Number(highestMemoryBytes) / 1e6,
      isRight,
    }
  } finally {
    sender.stop()
    sink.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const results: { readonly one: Taken; readonly many: Taken }[] = []
for (let run = 1; run <= runs; run += 1) {
  const result = { one: await take(1), many: await take(sessions) }
  results.push(result)
  const { one, many } = result
  process.stdout.write(
    `run ${run}: one ${one.rate.toFixed(0)} MB/s, ${sessions} together ${many.rate.toFixed(0)} MB/s, ` +
      `the slowest got ${many.leastShare.toFixed(2)} of an even share, memory ${many.memoryMegabytes.toFixed(0)} MB, ` +
      `CPU ${one.cpuSecondsPerGigabyte.toFixed(2)} and ${many.cpuSecondsPerGigabyte.toFixed(2)} s/GB, ` +
      `${one.isRight && many.isRight ? 'every byte right' : 'BYTES WRONG'}\n`,
  )
}

const ratio = median(results.map(({ one, many }) => many.rate / one.rate))
const share = median(results.map(({ many }) => many.leastShare))
process.stdout.write(
  `\n${describeMachine()}\n${sessions} sessions of ${options.seconds} s at full speed, medians of ${runs}\n\n` +
    `all together, ratio to one alone        ${ratio.toFixed(2)}\n` +
    `the slowest, of an even share           ${share.toFixed(2)}\n`,
)
if (results.some(({ one, many }) => !one.isRight || !many.isRight)) process.exitCode = 1
