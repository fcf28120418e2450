import { createHash, randomBytes } from 'node:crypto'
import { writeFile, truncate } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DataRow } from '../contract/schemas/capture.ts'
import type { RunPlanInput, RunSnapshot } from '../contract/schemas/sequence.ts'
import type { SessionSnapshot } from '../contract/schemas/session.ts'
import { TestPeer } from '../sockets/testing/test-peer.ts'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
const peers: TestPeer[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close()
  await driver.close()
})

type FilePlanInput = Extract<RunPlanInput, { kind: 'file' }>

async function connected(onClient: (socket: Socket) => void): Promise<SessionSnapshot> {
  const peer = await TestPeer.listen(onClient)
  peers.push(peer)
  return driver.connect(peer.port)
}

async function fileOf(bytes: Uint8Array): Promise<string> {
  const { dataFolder } = await driver.call('host.describe', {})
  const path = join(dataFolder, 'boot.bin')
  await writeFile(path, bytes)
  return path
}

/** The run once it is over. */
async function sent(session: SessionSnapshot, plan: Omit<FilePlanInput, 'kind'>): Promise<RunSnapshot> {
  let unsubscribe: () => void = () => undefined
  const over = new Promise<RunSnapshot>((resolve) => {
    unsubscribe = driver.composed.engine.events.subscribe('run.changed', session.sessionId, (run) => {
      if (run.state !== 'running') resolve(run)
    })
  })
  await driver.call('run.start', { sessionId: session.sessionId, title: 'File', plan: { kind: 'file', ...plan } })
  return over.finally(unsubscribe)
}

/** What went out, once the session is closed and all of it is on disk. */
async function sentRecords({ sessionId, captureId }: SessionSnapshot): Promise<DataRow[]> {
  await driver.call('session.close', { sessionId })
  return (await driver.records(captureId)).filter((row) => row.kind === 'data')
}

/** Everything a client sends until it ends its side; this side ends then as well. */
function contentOf(socket: Socket): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => {
      socket.end()
      resolve(Buffer.concat(chunks))
    })
    socket.resume()
  })
}

test('50,000 bytes at 100,000 a second are 500 records of 100, then the client closes and the total is the file', async () => {
  const content = randomBytes(50_000)
  const path = await fileOf(content)
  let arrived: Promise<Uint8Array> = Promise.resolve(new Uint8Array(0))
  const session = await connected((socket) => {
    arrived = contentOf(socket)
  })
  const run = await sent(session, { path, closesWhenFinished: true })
  const ended = await driver.until(session.sessionId, ({ state }) => state === 'closed')
  const records = await sentRecords(session)
  expect([run.state, run.file?.sentChunks, run.file?.sentBytes]).toEqual(['done', 500, 50_000])
  expect(new Set(records.map(({ length }) => length))).toEqual(new Set([100]))
  expect([records.length, Buffer.from(await arrived).equals(content)]).toEqual([500, true])
  expect(ended.ending).toMatchObject({ by: 'local', how: 'fin', unsentBytes: 0, error: null })
})

test('23 lines in chunks of 5 are 5 records, the last of 3 lines', async () => {
  const lines = Array.from({ length: 23 }, (_, number) => `line ${number + 10}\n`)
  const path = await fileOf(Buffer.from(lines.join('')))
  const session = await connected((socket) => void contentOf(socket))
  const run = await sent(session, { path, unit: 'lines', rate: 500, chunkSize: 5 })
  const records = await sentRecords(session)
  expect(records.map(({ length }) => length)).toEqual([40, 40, 40, 40, 24])
  expect([run.file?.sentLines, run.file?.sentChunks]).toEqual([23, 5])
})

test('64 MiB arrive unchanged, as fast as the peer takes them', async () => {
  const content = randomBytes(64 * 1024 * 1024)
  const path = await fileOf(content)
  const hash = createHash('sha256')
  let byteCount = 0
  const session = await connected((socket) => {
    socket.on('data', (chunk) => {
      hash.update(chunk)
      byteCount += chunk.length
    })
    socket.on('end', () => socket.end())
    socket.resume()
  })
  const run = await sent(session, { path, rate: null, closesWhenFinished: true })
  await driver.until(session.sessionId, ({ state }) => state === 'closed')
  expect([run.state, byteCount, hash.digest('hex')]).toEqual([
    'done',
    content.length,
    createHash('sha256').update(content).digest('hex'),
  ])
})

test('a file that shrinks while it is sent fails the run, and the connection stays', async () => {
  const path = await fileOf(randomBytes(2_000_000))
  const session = await connected((socket) => socket.resume())
  const running = sent(session, { path, rate: 1_000_000, chunkRate: 20 })
  await driver.until(session.sessionId, ({ counters }) => counters.sentBytes > 0)
  await truncate(path, 600_000)
  const run = await running
  expect(run).toMatchObject({
    state: 'failed',
    error: {
      code: 'file-changed',
      data: { sizeBytes: 2_000_000, sizeNowBytes: 600_000, sentBytes: run.file?.sentBytes },
    },
  })
  expect(await driver.session(session.sessionId)).toMatchObject({ state: 'open' })
})

test('what is no file to send is refused', async () => {
  const session = await connected((socket) => socket.resume())
  const { sessionId } = session
  const { dataFolder } = await driver.call('host.describe', {})
  const start = (plan: Omit<FilePlanInput, 'kind'>) =>
    driver.call('run.start', { sessionId, title: 'File', plan: { kind: 'file', ...plan } })
  await expect(start({ path: join(dataFolder, 'gone') })).rejects.toMatchObject({ code: 'file-not-found' })
  await expect(start({ path: dataFolder })).rejects.toMatchObject({ code: 'file-unreadable' })
  await expect(start({ path: dataFolder, chunkSize: 0.5 })).rejects.toMatchObject({ code: 'rate-malformed' })
  expect(await driver.call('run.list', {})).toEqual([])
})
