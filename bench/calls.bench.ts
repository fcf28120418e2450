/**
 * Calls one after another over one connection, JSON-RPC over lines: the client of the workbench with its ledger and capture, and its server
 * with its capture, beside a bare Node client and server that exchange the same bytes and do nothing else. Every reply is checked.
 *
 * Options: --calls N (of each measurement, default 10000), --runs N (default 5).
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { CaptureStore } from '../src-main/capture/capture-store.ts'
import { EventHub } from '../src-main/contract/event-hub.ts'
import { callRequest, callSettings } from '../src-main/contract/schemas/call-settings.ts'
import { completeConnectionSettings } from '../src-main/contract/schemas/connection.ts'
import { CallService } from '../src-main/engine/calls/call-service.ts'
import { Pulse } from '../src-main/engine/pulse.ts'
import { SessionRegistry } from '../src-main/engine/sessions/session-registry.ts'
import { M2SequenceGenerator } from '../src-main/protocol/m2/m2-sequence.ts'
import { NodeDialer } from '../src-main/sockets/node-dialer.ts'
import { SystemClock } from '../src-main/sockets/system-clock.ts'
import { SystemNameResolver } from '../src-main/sockets/system-name-resolver.ts'
import { NodeTlsProvider } from '../src-main/sockets/tls/node-tls-provider.ts'
import { DiskKeyLogFiles } from '../src-main/storage/disk-key-log-files.ts'
import { benchOptions } from './bench-options.ts'
import { JsonChild } from './json-child.ts'
import { describeMachine, median } from './measure.ts'

const options = benchOptions({ calls: { type: 'string', default: '10000' }, runs: { type: 'string', default: '5' } })
const runs = Number(options.runs)
const callCount = Number(options.calls)
const inDist = (name: string): string => join(import.meta.dirname, `${name}.js`)
const folder = await mkdtemp(join(tmpdir(), 'wirebench-bench-'))

/** Calls a second. */
async function callBare(port: number, count: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let rest = ''
  let answered: (line: string) => void = () => undefined
  socket.on('data', (chunk: Buffer) => {
    rest += chunk.toString('latin1')
    const end = rest.indexOf('\n')
    if (end === -1) return
    const line = rest.slice(0, end)
    rest = rest.slice(end + 1)
    answered(line)
  })
  const begin = performance.now()
  for (let id = 1; id <= count; id++) {
    const reply = new Promise<string>((resolve) => (answered = resolve))
    socket.write(`{"jsonrpc":"2.0","method":"add","params":{"x":1,"y":2},"id":${id}}\n`)
    const line = await reply
    if (line !== `{"jsonrpc":"2.0","result":{"solution":3},"id":${id}}`) throw new Error(`Wrong reply: ${line}`)
  }
  const elapsedMs = performance.now() - begin
  socket.destroy()
  return (count * 1000) / elapsedMs
}

const request = v.parse(callRequest, { command: 'add', parameters: { notation: 'json', text: '{"x":1,"y":2}' } })
const clock = new SystemClock()
const events = new EventHub()
const pulse = new Pulse(clock)
const capturesFolder = join(folder, 'captures')
const captures = await CaptureStore.open({ folder: capturesFolder, clock, programVersion: 'bench' })
const variables = { resolve: () => null }
const sessions = new SessionRegistry({
  ports: {
    clock,
    resolver: new SystemNameResolver(),
    dialer: new NodeDialer(),
    tls: new NodeTlsProvider(),
    keyLogFiles: new DiskKeyLogFiles(capturesFolder),
  },
  captures,
  events,
  pulse,
  facts: { variables: () => Promise.resolve(variables), interpretationOf: () => Promise.resolve(null) },
})
const service = new CallService({
  clock,
  events,
  pulse,
  sessions,
  messages: { sequenceOf: () => new M2SequenceGenerator() },
  profiles: { library: () => Promise.resolve({ entries: [], folders: [], problems: [] }) } as never,
  variables,
})
const settings = v.parse(callSettings, { protocol: 'jsonrpc' })

/** Calls a second. */
async function callOurs(port: number, count: number): Promise<number> {
  const session = await sessions.open({
    profileId: null,
    settings: completeConnectionSettings({ host: '127.0.0.1', port }),
  })
  const { sessionId } = session
  const isOpen = new Promise<void>((resolve) => {
    session.watch({
      onReceived: () => undefined,
      onChanged: () => {
        if (session.state === 'open') resolve()
      },
    })
  })
  service.of(sessionId).configure(settings)
  await session.connect()
  await isOpen
  const begin = performance.now()
  for (let turn = 0; turn < count; turn++) {
    const { entry, answerText } = await service.run(sessionId, request)
    if (entry.ok !== true || answerText !== '{"solution":3}') throw new Error(`Wrong reply: ${String(answerText)}`)
  }
  const elapsedMs = performance.now() - begin
  await sessions.close(sessionId)
  return (count * 1000) / elapsedMs
}

const bareServer = new JsonChild(inDist('bare-call-server'))
const ourServer = new JsonChild(inDist('call-server'), join(folder, 'server'))
const barePort = await bareServer.nextNumber('port')
const ourPort = await ourServer.nextNumber('port')
const rows = new Map<string, number[]>()
const note = (name: string, value: number): void => void rows.set(name, [...(rows.get(name) ?? []), value])
try {
  await callBare(barePort, callCount / 10)
  await callOurs(ourPort, callCount / 10)
  for (let run = 0; run < runs; run++) {
    const bare = await callBare(barePort, callCount)
    const ours = await callOurs(ourPort, callCount)
    note('calls a second, client and server of the workbench', ours)
    note('calls a second, bare Node client and server', bare)
    note('ratio of both', ours / bare)
    note('ratio of the client alone, to the bare server', (await callOurs(barePort, callCount)) / bare)
    note('ratio of the server alone, from the bare client', (await callBare(ourPort, callCount)) / bare)
  }
} finally {
  bareServer.stop()
  ourServer.stop()
  service.close()
  await sessions.closeAll()
  await captures.close()
  await rm(folder, { recursive: true, force: true })
}
process.stdout.write(`${describeMachine()}\nmedians of ${runs}, ${callCount} calls each\n\n`)
for (const [name, values] of rows) {
  process.stdout.write(`${name.padEnd(56)}${median(values).toFixed(name.startsWith('ratio') ? 3 : 0)}\n`)
}
