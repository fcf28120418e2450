/**
 * A crowd of clients on the local echo server, recorded and not, beside a bare Node echo server with the same clients: how long
 * do round trips take, as a ratio of their 99th percentiles? The goal is 1.3 at most. Checks that every byte comes back and
 * that every byte is in the capture.
 *
 * Options: --clients N (default 1000), --rounds N (default 20), --bytes N (default 64), --runs N (default 5).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchOptions } from './bench-options.ts'
import { JsonChild } from './json-child.ts'
import { describeMachine, median } from './measure.ts'

const options = benchOptions({
  clients: { type: 'string', default: '1000' },
  rounds: { type: 'string', default: '20' },
  bytes: { type: 'string', default: '64' },
  runs: { type: 'string', default: '5' },
  seconds: { type: 'string' },
})
const [clients, rounds, bytes, runs] = [options.clients, options.rounds, options.bytes, options.runs].map(Number)
if (clients === undefined || rounds === undefined || bytes === undefined || runs === undefined) process.exit(2)
/** Rounds of the clients that are not timed. */
const warmUpRounds = 3
const expectedBytes = clients * (rounds + warmUpRounds) * bytes * 2
const inDist = (name: string): string => join('dist', 'bench', `${name}.js`)

interface Measured {
  readonly p50Us: number
  readonly p99Us: number
  readonly right: boolean
}

async function crowdOn(port: number): Promise<Measured> {
  const crowd = new JsonChild(inDist('echo-crowd'), port, clients ?? 0, rounds ?? 0, bytes ?? 0)
  const { p50Us, p99Us, right } = await crowd.next()
  return { p50Us: Number(p50Us), p99Us: Number(p99Us), right: right === true }
}

async function bareEcho(): Promise<Measured> {
  const peer = new JsonChild(inDist('bare-echo'))
  try {
    return await crowdOn(await peer.nextNumber('port'))
  } finally {
    peer.stop()
  }
}

async function wirebenchEcho(isRecorded: boolean): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-bench-'))
  const workbench = new JsonChild(inDist('echo-workbench'), folder, String(isRecorded))
  try {
    const measured = await crowdOn(await workbench.nextNumber('port'))
    workbench.finish()
    const { clients: served, recordedBytes } = await workbench.next()
    const right = served === clients && recordedBytes === (isRecorded ? expectedBytes : 0)
    return { ...measured, right: measured.right && right }
  } finally {
    workbench.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const inMs = (microseconds: number): string => (microseconds / 1000).toFixed(1).padStart(7)

print(describeMachine())
print(`${clients} clients at once, ${rounds} messages of ${bytes} bytes each, ${runs} runs; milliseconds, p50 and p99`)
print('             bare       not recorded   recorded      ratio of p99, not recorded and recorded')
const ratios = { plain: [] as number[], recorded: [] as number[] }
let allRight = true
for (let run = 1; run <= runs; run++) {
  const bare = await bareEcho()
  const plain = await wirebenchEcho(false)
  const recorded = await wirebenchEcho(true)
  allRight &&= bare.right && plain.right && recorded.right
  ratios.plain.push(plain.p99Us / bare.p99Us)
  ratios.recorded.push(recorded.p99Us / bare.p99Us)
  const times = [bare, plain, recorded].map(({ p50Us, p99Us }) => inMs(p50Us) + inMs(p99Us)).join(' ')
  print(`run ${run}  ${times}   ${ratios.plain.at(-1)?.toFixed(2)}  ${ratios.recorded.at(-1)?.toFixed(2)}`)
}
print(
  `median ratio of p99: ${median(ratios.plain).toFixed(2)} not recorded, ${median(ratios.recorded).toFixed(2)} recorded`,
)
if (!allRight) {
  print('Bytes were lost, changed or not recorded.')
  process.exitCode = 1
}
