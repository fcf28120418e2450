/**
 * TLS and the way of small messages, beside what plain Node does in the same run: a firehose over TLS into a capture beside a
 * bare `data` sink; connecting with a handshake beside a bare client; and an echo through a session beside a bare round
 * trip, in plain and over TLS.
 *
 * Options: --seconds N (of each firehose, default 3), --runs N (default 5), --connects N (of each run, default 100),
 * --trips N (of each run, default 2000).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectPlain, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { hashOfReceived } from '../e2e/fixtures/captured-bytes.ts'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { Session } from '../src-main/engine/sessions/session.ts'
import { leafPlan, makeAuthority } from '../src-main/local-servers/certificates/authority-certificates.ts'
import { makeCertificate } from '../src-main/local-servers/certificates/make-certificate.ts'
import { NodeDialer } from '../src-main/sockets/node-dialer.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { SystemNameResolver } from '../src-main/sockets/system-name-resolver.ts'
import { NodeTlsProvider } from '../src-main/sockets/tls/node-tls-provider.ts'
import { DiskKeyLogFiles } from '../src-main/storage/disk-key-log-files.ts'
import { benchOptions } from './bench-options.ts'
import { JsonChild } from './json-child.ts'
import { describeMachine, median, megabytesPerSecond } from './measure.ts'
import { settingsFor } from './tls-settings.ts'

const options = benchOptions({
  seconds: { type: 'string', default: '3' },
  runs: { type: 'string', default: '5' },
  connects: { type: 'string', default: '100' },
  trips: { type: 'string', default: '2000' },
})
const runs = Number(options.runs)
const firehoseMs = Number(options.seconds) * 1000
const inDist = (name: string): string => join(import.meta.dirname, `${name}.js`)

const folder = await mkdtemp(join(tmpdir(), 'wirebench-bench-'))
const caPath = join(folder, 'ca.pem')
const identityPath = join(folder, 'server.pem')
const nowUnixMs = Date.now()
const authority = await makeAuthority({ commonName: 'Bench CA', nowUnixMs })
const plan = leafPlan({ names: ['localhost', '127.0.0.1'], nowUnixMs, validDays: 2, usages: ['server'] })
const server = await makeCertificate(plan, authority)
await writeFile(caPath, authority.certificatePem)
await writeFile(identityPath, server.certificatePem + server.keyPem, { mode: 0o600 })

/** Megabytes a second. */
async function measureIntake(kind: 'data' | 'capture'): Promise<number> {
  const firehose = new JsonChild(inDist('firehose'), firehoseMs, identityPath)
  const sink = new JsonChild(inDist('tls-sink'), kind, await firehose.nextNumber('port'), caPath, folder)
  const { receivedBytes, elapsedMs, path } = await sink.next()
  const { sentBytes } = await firehose.next()
  if (typeof path === 'string') {
    firehose.say({ hashOf: Number(sentBytes) })
    const { sha256 } = await firehose.next()
    const received = await hashOfReceived(path)
    if (received.sha256 !== sha256 || received.byteCount !== sentBytes)
      throw new Error('Bytes in the capture are wrong.')
    await rm(path)
  } else if (receivedBytes !== sentBytes) throw new Error('Bytes were lost.')
  firehose.stop()
  sink.stop()
  return megabytesPerSecond(Number(receivedBytes), Number(elapsedMs))
}

const capturesFolder = join(folder, 'captures')
const store = await CaptureStore.open({
  folder: capturesFolder,
  clock: new SystemClock(),
  programVersion: 'bench',
})
const ports = {
  clock: new SystemClock(),
  resolver: new SystemNameResolver(),
  dialer: new NodeDialer(),
  tls: new NodeTlsProvider(),
  keyLogFiles: new DiskKeyLogFiles(capturesFolder),
}

/** A session as the workbench has it, with its capture on disk. */
async function withSession<Result>(
  port: number,
  ca: string | null,
  use: (session: Session, reached: (state: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const capture = await store.create({ name: 'bench' })
  const session = new Session(
    { sessionId: 'bench', title: 'bench', profileId: null },
    { settings: settingsFor(port, ca), capture, variables: { resolve: () => null } },
    ports,
    { onChanged: () => undefined, onProgress: () => undefined },
  )
  const reached = (state: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (session.snapshot().state !== state) return
        stop()
        resolve()
      }
      const stop = session.watch({ onReceived: () => undefined, onChanged: look })
      look()
    })
  try {
    return await use(session, reached)
  } finally {
    session.abort()
    await reached('closed')
    await capture.close()
  }
}

/** A client that reads its file of certificates each time, as one that is started for it does. */
function bareOptions(port: number): ConnectionOptions {
  const to = { port, host: '127.0.0.1', noDelay: true }
  return { ...to, ca: readFileSync(caPath), servername: 'localhost' }
}

/** Milliseconds of each connecting with its handshake. */
async function connectBare(port: number, count: number): Promise<number[]> {
  const timesMs: number[] = []
  for (let turn = 0; turn < count; turn++) {
    const begin = performance.now()
    const socket = connectTls(bareOptions(port))
    await once(socket, 'secureConnect')
    timesMs.push(performance.now() - begin)
    socket.destroy()
    await once(socket, 'close')
  }
  return timesMs
}

/** As the session times it: both steps; and from the request on, with the files of the settings read and the capture written. */
function connectSession(port: number, count: number, wholeMs: number[] = []): Promise<number[]> {
  return withSession(port, caPath, async (session, reached) => {
    const timesMs: number[] = []
    for (let turn = 0; turn < count; turn++) {
      const begin = performance.now()
      await session.connect()
      await reached('open')
      wholeMs.push(performance.now() - begin)
      const { connectMs, handshakeMs } = session.snapshot()
      timesMs.push((connectMs ?? Number.NaN) + (handshakeMs ?? Number.NaN))
      session.abort()
      await reached('closed')
    }
    return timesMs
  })
}

const message = new TextEncoder().encode('a message of forty-two bytes, as in the blog')

async function tripBare(port: number, ca: string | null, count: number): Promise<number[]> {
  const socket: Socket =
    ca === null ? connectPlain({ port, host: '127.0.0.1', noDelay: true }) : connectTls(bareOptions(port))
  await once(socket, ca === null ? 'connect' : 'secureConnect')
  let left = 0
  let whenWhole: () => void = () => undefined
  socket.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left === 0) whenWhole()
  })
  const timesMs: number[] = []
  for (let turn = 0; turn < count; turn++) {
    left = message.length
    const whole = new Promise<void>((resolve) => (whenWhole = resolve))
    const begin = performance.now()
    socket.write(message)
    await whole
    timesMs.push(performance.now() - begin)
  }
  socket.destroy()
  return timesMs
}

function tripSession(port: number, ca: string | null, count: number): Promise<number[]> {
  return withSession(port, ca, async (session, reached) => {
    await session.connect()
    await reached('open')
    let left = 0
    let whenWhole: () => void = () => undefined
    session.watch({
      onChanged: () => undefined,
      onReceived: (bytes) => {
        left -= bytes.length
        if (left === 0) whenWhole()
      },
    })
    const timesMs: number[] = []
    for (let turn = 0; turn < count; turn++) {
      left = message.length
      const whole = new Promise<void>((resolve) => (whenWhole = resolve))
      const begin = performance.now()
      session.send(message)
      await whole
      timesMs.push(performance.now() - begin)
    }
    return timesMs
  })
}

const quantile = (timesMs: readonly number[], share: number): number =>
  [...timesMs].sort((one, other) => one - other)[Math.floor(timesMs.length * share)] ?? Number.NaN

/** Two ways of the same, in turns so that both meet the same machine. */
async function inTurns(
  first: (count: number) => Promise<number[]>,
  second: (count: number) => Promise<number[]>,
  count: number,
): Promise<readonly [number[], number[]]> {
  const both: [number[], number[]] = [[], []]
  for (let part = 0; part < 5; part++) {
    both[0].push(...(await first(count / 5)))
    both[1].push(...(await second(count / 5)))
  }
  return both
}

const peer = new JsonChild(inDist('echo-peer'), identityPath)
const { plainPort, tlsPort } = await peer.next()
const connects = Number(options.connects)
const trips = Number(options.trips)
const rows: { name: string; values: number[]; unit: string }[] = []
const note = (name: string, unit: string, value: number): void => {
  const row = rows.find((known) => known.name === name)
  if (row === undefined) rows.push({ name, unit, values: [value] })
  else row.values.push(value)
}
try {
  await connectBare(Number(tlsPort), 20)
  await connectSession(Number(tlsPort), 20)
  for (let run = 0; run < runs; run++) {
    const bare = await measureIntake('data')
    const capture = await measureIntake('capture')
    note('TLS into a capture', 'MB/s', capture)
    note('ratio to a bare TLS data sink', '', capture / bare)
    const wholeMs: number[] = []
    const [ours, theirs] = await inTurns(
      (count) => connectSession(Number(tlsPort), count, wholeMs),
      (count) => connectBare(Number(tlsPort), count),
      connects,
    )
    note('connect and handshake, median', 'ms', median(ours))
    note('ratio to a bare client', '', median(ours) / median(theirs))
    note('the same from the request on, ratio', '', median(wholeMs) / median(theirs))
    for (const [name, port, ca] of [
      ['plain', Number(plainPort), null],
      ['TLS', Number(tlsPort), caPath],
    ] as const) {
      const [session, node] = await inTurns(
        (count) => tripSession(port, ca, count),
        (count) => tripBare(port, ca, count),
        trips,
      )
      note(`echo of a session over ${name}, p50`, 'ms', quantile(session, 0.5))
      note(`ratio to a bare round trip over ${name}, p50`, '', quantile(session, 0.5) / quantile(node, 0.5))
      note(`ratio to a bare round trip over ${name}, p99`, '', quantile(session, 0.99) / quantile(node, 0.99))
    }
  }
} finally {
  peer.stop()
  await store.close()
  await rm(folder, { recursive: true, force: true })
}
process.stdout.write(`${describeMachine()}\nmedians of ${runs}\n\n`)
for (const { name, values, unit } of rows) {
  process.stdout.write(`${name.padEnd(48)}${median(values).toFixed(unit === 'MB/s' ? 0 : 3)} ${unit}\n`)
}
