import { setImmediate as nextTurn } from 'node:timers/promises'
import { queryObjects } from 'node:v8'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isErrorCode, type ErrorCode } from '../contract/errors.ts'
import type { PreparedTls } from '../engine/ports.ts'
import { startValidServer } from '../local-servers/testing/faulty-servers.ts'
import { startTcpTestServer, type TestServer } from '../local-servers/testing/tls-test-server.ts'
import { lossWatcher } from './loss-watcher.ts'
import { NodeStream } from './node-stream.ts'
import { seededNumbers, startFaultServer } from './testing/fault-server.ts'
import { only, prepareTls } from './testing/prepare-tls.ts'
import { StreamRecorder } from './testing/stream-recorder.ts'

const connectionCount = 1200
const atOnce = 24
const seed = 4

/** Whatever a peer does to an open connection or a handshake is one of these. */
const knownCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'connection-reset',
  'broken-pipe',
  'plaintext-server',
  'reset-before-tls',
  'reset-during-handshake',
  'closed-during-handshake',
  'handshake-failed',
  'no-common-version',
  'no-common-cipher',
  'tls-broken',
])

const events =
  /^(connected|secured|paused|resumed|nothing|loss-noticed (fin|rst)|peer-ended( without close_notify)?|closed)$/

let servers: TestServer[] = []
let plainFaults: TestServer
let tlsFaults: TestServer
let prepared: readonly PreparedTls[] = []

beforeAll(async () => {
  const old = await startValidServer({ tls: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } })
  const recent = await startValidServer({ tls: { minVersion: 'TLSv1.3' } })
  const echo = await startTcpTestServer((socket) => socket.pipe(socket))
  plainFaults = await startFaultServer([echo.port], seed)
  tlsFaults = await startFaultServer([old.port, recent.port], seed)
  servers = [plainFaults, tlsFaults, old, recent, echo]
  prepared = [await prepareTls(), await prepareTls(only('TLSv1.2')), await prepareTls(only('TLSv1.3'))]
})

afterAll(async () => {
  for (const server of servers) await server.stop()
})

/** One connection: it writes, ends, holds, reads, switches to TLS and gives up as the numbers say. */
async function run(numbers: () => number): Promise<StreamRecorder> {
  const chance = (share: number): boolean => numbers() < share
  const tls = prepared[Math.floor(numbers() * prepared.length)] ?? null
  const isTls = chance(0.6)
  const stream = new StreamRecorder((isTls ? tlsFaults : plainFaults).port, { tls: isTls ? tls : null })
  const { handle } = stream
  const isClosed = (): boolean => stream.log.includes('closed')
  if (chance(0.2)) handle.holdReading(true)
  if (chance(0.8)) handle.write(new Uint8Array(1 + Math.floor(numbers() * 30_000)))
  const turns = Math.floor(numbers() * 120)
  let switches = !isTls
  let sends = true
  for (let turn = 0; turn < turns && !isClosed(); turn++) {
    await nextTurn()
    const action = numbers()
    if (action < 0.04 && sends) handle.write(new Uint8Array(1 + Math.floor(numbers() * 5000)))
    else if (action < 0.05 && sends) {
      sends = switches = false
      handle.endSending()
    } else if (action < 0.08) handle.holdReading(chance(0.5))
    else if (action < 0.1) {
      handle.holdReading(true)
      handle.readOnce(1 + Math.floor(numbers() * 5000), chance(0.5))
    } else if (action < 0.11) handle.cancelRead()
    else if (action < 0.12) await handle.details()
    else if (action < 0.13 && switches && tls !== null && stream.local !== null) {
      switches = false
      handle.startTls(tls)
    } else if (action < 0.14) handle.destroy(chance(0.5))
  }
  handle.destroy(chance(0.5))
  await stream.seen('closed')
  return stream
}

/** Collects garbage, which is what V8 does before it counts. */
function leftStreams(): number {
  return queryObjects(NodeStream, { format: 'count' })
}

function usedBytes(): number {
  leftStreams()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What keeps the process alive, as a list of kinds. */
const resources = (): string[] => process.getActiveResourcesInfo().sort()

test(`${connectionCount} connections that break at every point: each is closed once, for a known reason, and nothing is left`, async () => {
  const numbers = seededNumbers(seed)
  const seen: StreamRecorder['log'][] = []
  const runMany = async (count: number): Promise<void> => {
    let left = count
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        seen.push((await run(numbers)).log)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
  await runMany(connectionCount / 4)
  const before = usedBytes()
  await runMany((connectionCount * 3) / 4)
  // The servers notice at last that their clients are gone.
  for (const server of servers.splice(0)) await server.stop()
  for (let turn = 0; turn < 500; turn++) await nextTurn()
  const kinds = resources()
  const after = usedBytes()
  const left = leftStreams()

  const wrong = seen.filter((log) => {
    const failures = log.filter((line) => !events.test(line))
    const isKnown = failures.every((code) => isErrorCode(code) && knownCodes.has(code))
    return log.indexOf('closed') !== log.length - 1 || failures.length > 1 || !isKnown
  })
  expect(wrong).toEqual([])
  expect(seen.length).toBe(connectionCount)
  const codes = new Set(seen.flat().filter((line) => !events.test(line)))
  // It was worth its name.
  expect([...codes]).toEqual(
    expect.arrayContaining([
      'connection-reset',
      'plaintext-server',
      'reset-before-tls',
      'reset-during-handshake',
      'closed-during-handshake',
      'tls-broken',
    ]),
  )
  expect(lossWatcher.isIdle).toBe(true)
  expect(kinds.filter((kind) => kind === 'TCPSocketWrap' || kind === 'Timeout' || kind === 'ProcessWrap')).toEqual([])
  // The last ones may still be held by what V8 has not thrown away.
  expect(left).toBeLessThan(atOnce)
  expect(after - before).toBeLessThan(16 * 1024 * 1024)
}, 120_000)
