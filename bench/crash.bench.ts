/**
 * `kill -9` at random moments while a capture is being written at full speed: is everything there that is older than 50 ms,
 * is every byte right, and how much time was lost?
 *
 * Options: --kills N (default 100), --folder DIR (default the system's temporary folder).
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { benchOptions } from './bench-options.ts'
import { blockBytes, makeBlocks, stampBlocks } from './block-stream.ts'
import { describeMachine, median, percentile } from './measure.ts'

const options = benchOptions({
  kills: { type: 'string', default: '100' },
  folder: { type: 'string', default: tmpdir() },
})
const kills = Number(options.kills)
/** A killed program may lose so much time. */
const allowedLossMs = 50
const longestLifeMs = 1_500
const readBytes = 1024 * 1024

interface Told {
  readonly captureId: string
  readonly accepted: number
  readonly atNs: number
}

interface Outcome {
  readonly isRecovered: boolean
  readonly isCorrupt: boolean
  readonly lostMs: number
  readonly keptBytes: number
}

/** Lets the writer live for `lifeMs` after its first word, kills it, and gives everything it told. */
async function writeAndKill(folder: string, lifeMs: number): Promise<readonly Told[]> {
  const child = fork(join('dist', 'bench', 'crash-writer.js'), [folder], { stdio: 'ignore' })
  const told: Told[] = []
  child.on('message', (message) => {
    if (told.length === 0) setTimeout(() => child.kill('SIGKILL'), lifeMs)
    told.push(message as Told)
  })
  await once(child, 'exit')
  return told
}

/** Compares every byte that is left with the stream. */
async function isRight(store: CaptureStore, captureId: string, byteCount: number): Promise<boolean> {
  const block = makeBlocks(1)
  for (let position = 0; position < byteCount; position += readBytes) {
    const range = {
      direction: 'received',
      connection: 1,
      streamOffset: position,
      skipBytes: 0,
      length: readBytes,
    } as const
    const bytes = await store.readStream(captureId, range)
    if (bytes.length !== Math.min(readBytes, byteCount - position)) return false
    for (let at = 0; at < bytes.length; at += blockBytes) {
      stampBlocks(block, (position + at) / blockBytes)
      const part = bytes.subarray(at, at + blockBytes)
      if (Buffer.compare(part, block.subarray(0, part.length)) !== 0) return false
    }
  }
  return true
}

async function killOnce(lifeMs: number): Promise<Outcome> {
  const folder = await mkdtemp(join(options.folder, 'wirebench-crash-'))
  try {
    const told = await writeAndKill(folder, lifeMs)
    const last = told.at(-1)
    if (last === undefined) throw new Error('The writer told nothing')
    const store = await CaptureStore.open({ folder, clock: new SystemClock(), programVersion: 'crash bench' })
    try {
      const { recovery, totals } = await store.openCapture(last.captureId)
      const keptBytes = totals.receivedBytes
      const firstLost = told.find(({ accepted }) => accepted > keptBytes)
      return {
        isRecovered: recovery.unclean && recovery.damagedBytes === 0,
        isCorrupt: !(await isRight(store, last.captureId, keptBytes)),
        lostMs: firstLost === undefined ? 0 : (last.atNs - firstLost.atNs) / 1e6,
        keptBytes,
      }
    } finally {
      await store.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const outcomes: Outcome[] = []
for (let count = 0; count < kills; count += 1) outcomes.push(await killOnce(Math.random() * longestLifeMs))
const losses = outcomes.map(({ lostMs }) => lostMs)
const recovered = outcomes.filter(({ isRecovered }) => isRecovered).length
const corrupt = outcomes.filter(({ isCorrupt }) => isCorrupt).length
const beyond = losses.filter((lostMs) => lostMs > allowedLossMs).length
const rows: readonly (readonly [measure: string, value: string])[] = [
  ['recovered', `${recovered} of ${kills}`],
  ['with a byte that is wrong', String(corrupt)],
  [
    'time lost',
    `median ${median(losses).toFixed(1)} ms, p95 ${percentile(losses, 0.95).toFixed(1)} ms, most ${Math.max(...losses).toFixed(1)} ms`,
  ],
  [`lost more than ${allowedLossMs} ms`, String(beyond)],
  ['kept, median', `${(median(outcomes.map(({ keptBytes }) => keptBytes)) / 1e6).toFixed(0)} MB`],
]
process.stdout.write(`${describeMachine()}\n\n`)
for (const [measure, value] of rows) process.stdout.write(`${measure.padEnd(40)}${value}\n`)
if (recovered !== kills || corrupt > 0) process.exitCode = 1
