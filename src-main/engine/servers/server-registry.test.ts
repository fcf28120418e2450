import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { CaptureStore } from '../../capture/capture-store.ts'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { MemoryFiles } from '../../capture/testing/memory-files.ts'
import { EventHub } from '../../contract/event-hub.ts'
import { describeError, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import {
  completeServerDefinition,
  serverTls,
  type LocalAuthority,
  type ServerDefinition,
  type ServerSnapshot,
} from '../../contract/schemas/server.ts'
import { MemoryDocumentStore } from '../documents/testing/memory-document-store.ts'
import { ServerCaptures } from './server-capture.ts'
import { ServerRegistry } from './server-registry.ts'
import { PlayedServers } from './testing/played-servers.ts'

const echo = (name: string, port = 7007, startsWithWorkbench = false): ServerDefinition =>
  completeServerDefinition({ kind: 'echo', name, port, startsWithWorkbench })

const authority: LocalAuthority = {
  caPath: '/data/tls/ca.pem',
  caPem: 'PEM',
  caFingerprint: 'ab'.repeat(32),
  clientCertificatePath: '/data/tls/client.pem',
  clientKeyPath: '/data/tls/client.key',
}

interface Opened {
  readonly store: MemoryDocumentStore
  readonly servers: PlayedServers
  readonly clock: ManualClock
  readonly problems: ErrorShape[]
  readonly changes: ServerSnapshot[]
  readonly removed: string[]
  readonly registry: ServerRegistry
}

function memoryCaptures(clock: ManualClock): Pick<ServerCaptures, 'begin' | 'close'> {
  const store = CaptureStore.open({
    folder: '/captures',
    clock,
    programVersion: '0.0.0-test',
    files: new MemoryFiles(),
  })
  const captures = store.then((opened) => new ServerCaptures({ captures: opened, events: new EventHub(), clock }))
  return { begin: async (definition) => (await captures).begin(definition), close: () => undefined }
}

function openRegistry(store = new MemoryDocumentStore()): Opened {
  const servers = new PlayedServers()
  const clock = new ManualClock()
  const problems: ErrorShape[] = []
  const changes: ServerSnapshot[] = []
  const removed: string[] = []
  const registry = new ServerRegistry({
    store,
    factory: servers,
    captures: memoryCaptures(clock),
    authority: () => Promise.resolve(authority),
    clock,
    onProblem: (error) => problems.push(error),
  })
  registry.onChanged((snapshot) => changes.push(snapshot))
  registry.onRemoved((serverId) => removed.push(serverId))
  return { store, servers, clock, problems, changes, removed, registry }
}

const namesOf = async (registry: ServerRegistry): Promise<string[]> =>
  (await registry.list()).map(({ definition }) => definition.name)

describe('the list of servers', () => {
  it('is kept over a restart', async () => {
    const { store, registry, changes } = openRegistry()
    const created = await registry.create(echo('Echo one'))
    const { serverId } = await registry.create(echo('Two'))
    await registry.update(serverId, echo('Renamed', 9))
    expect(created).toEqual({
      serverId: expect.stringMatching(/^echo-one-[a-z2-9]{6}$/) as unknown,
      definition: echo('Echo one'),
      state: 'stopped',
      address: null,
      telemetryAddress: null,
      captureId: null,
      activity: null,
      ruleCounts: {},
      faultCounts: {},
      problemCount: 0,
      lastProblem: null,
      clientCount: 0,
      totalClients: 0,
      receivedBytes: 0,
      sentBytes: 0,
      failedHandshakes: 0,
      lastHandshakeError: null,
      error: null,
    })
    expect(changes.map(({ definition }) => definition.name)).toEqual(['Echo one', 'Two', 'Renamed'])
    const restarted = openRegistry(store)
    expect((await restarted.registry.list()).map(({ definition }) => definition)).toEqual([
      echo('Echo one'),
      echo('Renamed', 9),
    ])
  })

  it('forgets what is removed', async () => {
    const { registry, removed } = openRegistry()
    const { serverId } = await registry.create(echo('a'))
    await registry.remove(serverId)
    expect([await registry.list(), removed]).toEqual([[], [serverId]])
    await expect(registry.start(serverId)).rejects.toMatchObject({ code: 'server-not-found' })
  })

  it('takes up what another process made, changed and removed', async () => {
    const store = new MemoryDocumentStore()
    const one = openRegistry(store)
    const { serverId: shared } = await one.registry.create(echo('shared'))
    const { serverId: gone } = await one.registry.create(echo('gone'))
    const other = openRegistry(store)
    await other.registry.update(shared, echo('changed there'))
    await other.registry.remove(gone)
    await other.registry.create(echo('made there'))
    await one.registry.create(echo('made here'))
    expect(await namesOf(one.registry)).toEqual(['changed there', 'made here', 'made there'])
    expect(one.removed).toEqual([gone])
    expect(await namesOf(openRegistry(store).registry)).toEqual(['changed there', 'made there', 'made here'])
  })

  it.each([
    [{ kind: 'unreadable', reason: 'Line 2 is not JSON.' } as const, 'Line 2 is not JSON. It was left as it is.'],
    [{ kind: 'value', value: { schemaVersion: 2 } } as const, 'It was written by a newer Wirebench'],
    [
      {
        kind: 'value',
        value: { schemaVersion: 1, servers: [{ id: 'a', definition: { kind: 'quantum', name: 'x' } }] },
      } as const,
      'servers[0].definition.kind: Expected ("echo" | "discard" | "chargen" | "command" | "m2" | "jsonrpc") but received "quantum". It was left as it is.',
    ],
  ])('works in memory and leaves a file that it cannot read (%#)', async (document, reason) => {
    const { store, registry, problems } = openRegistry(new MemoryDocumentStore(document))
    const { serverId } = await registry.create(echo('a'))
    await registry.start(serverId)
    expect({ document: store.document, names: await namesOf(registry), problems: problems.length }).toEqual({
      document,
      names: ['a'],
      problems: 2,
    })
    expect(problems[0]).toMatchObject({ code: 'file-unreadable', data: { file: 'document.json' } })
    expect(problems[0]?.data.reason).toContain(reason)
  })

  it('works in memory when the disk refuses, and says so', async () => {
    const { store, registry, problems } = openRegistry()
    store.refusal = new WirebenchError('data-folder-unwritable', { folder: '/data' })
    await registry.create(echo('a'))
    expect([await namesOf(registry), problems.map(({ code }) => code)]).toEqual([['a'], ['data-folder-unwritable']])
  })
})

describe('a server of the list', () => {
  it('is started and stopped, telling every state', async () => {
    const { registry, changes, servers } = openRegistry()
    const { serverId } = await registry.create(echo('a', 0))
    const started = await registry.start(serverId)
    servers.made[0]?.receive(5)
    const stopped = await registry.stop(serverId)
    expect({
      started,
      stopped,
      states: changes.map(({ state }) => state),
      closed: servers.made[0]?.stopped,
    }).toMatchObject({
      started: { state: 'listening', address: { address: '127.0.0.1', port: 40_000, family: 'ipv4' } },
      stopped: { state: 'stopped', address: null, clientCount: 0, totalClients: 1, receivedBytes: 5 },
      states: ['stopped', 'starting', 'listening', 'stopping', 'stopped'],
      closed: true,
    })
  })

  it('keeps why it could not start, until the next start', async () => {
    const { registry, servers } = openRegistry()
    const { serverId } = await registry.create(echo('a', 80))
    servers.portsInUse.add(80)
    await expect(registry.start(serverId)).rejects.toMatchObject({ code: 'port-in-use' })
    expect(await registry.list()).toMatchObject([
      { state: 'stopped', error: { code: 'port-in-use', data: { port: 80 } } },
    ])
    servers.portsInUse.clear()
    expect(await registry.start(serverId)).toMatchObject({ state: 'listening', error: null })
  })

  it('starts once, however often it is asked', async () => {
    const { registry, servers } = openRegistry()
    const { serverId } = await registry.create(echo('a'))
    await Promise.all([registry.start(serverId), registry.start(serverId)])
    await registry.start(serverId)
    await Promise.all([registry.stop(serverId), registry.stop(serverId)])
    await registry.stop(serverId)
    expect(servers.made.length).toBe(1)
  })

  it.each([
    ['its capture is made', true, [true, false]],
    ['it begins to listen', false, [true, true, false]],
  ])('may be stopped while %s, and started while it stops', async (_, isRecorded, stopped) => {
    const { registry, servers } = openRegistry()
    const { serverId } = await registry.create({ ...echo('a'), isRecorded })
    let listen: () => void = () => undefined
    servers.beforeListening = new Promise((resolve) => (listen = resolve))
    const starting = registry.start(serverId)
    const refused = expect(starting).rejects.toMatchObject({ code: 'cancelled' })
    const stopping = registry.stop(serverId)
    listen()
    await stopping
    await refused
    expect((await registry.list())[0]).toMatchObject({ state: 'stopped', error: null })
    await registry.start(serverId)
    const [, again] = await Promise.all([registry.stop(serverId), registry.start(serverId)])
    expect([again.state, servers.made.map(({ stopped }) => stopped)]).toEqual(['listening', stopped])
  })

  it('cannot be moved or removed while it runs', async () => {
    const { registry } = openRegistry()
    const { serverId } = await registry.create(echo('a'))
    await registry.start(serverId)
    await expect(registry.update(serverId, echo('a', 7008))).rejects.toMatchObject({ code: 'server-running' })
    await expect(registry.remove(serverId)).rejects.toMatchObject({ code: 'server-running' })
    expect(await namesOf(registry)).toEqual(['a'])
  })

  it('takes up another name, rules and faults while it runs, and keeps them', async () => {
    const { registry, servers, store } = openRegistry()
    const { serverId } = await registry.create(echo('a'))
    await registry.start(serverId)
    const wanted = completeServerDefinition({
      ...echo('b'),
      isRecorded: false,
      startsWithWorkbench: true,
      table: { commands: [{ name: 'add', action: { kind: 'reply', template: '1' } }] },
      rules: { rules: [{ ruleId: 'r-1', match: { kind: 'any' }, actions: [{ kind: 'end' }] }] },
      faults: { faults: [{ kind: 'mute' }] },
    })
    const { state, definition } = await registry.update(serverId, wanted)
    expect([state, definition, servers.made.map((server) => server.definition)]).toEqual([
      'listening',
      wanted,
      [wanted],
    ])
    expect((await openRegistry(store).registry.list()).map((kept) => kept.definition)).toEqual([wanted])
    await registry.stop(serverId)
  })

  it('tells its counters at most ten times a second, the last value included', async () => {
    const { registry, servers, clock, changes } = openRegistry()
    const { serverId } = await registry.create(echo('a'))
    await registry.start(serverId)
    changes.length = 0
    for (let millisecond = 0; millisecond < 1_000; millisecond++) {
      servers.made[0]?.receive(1)
      clock.advance(1)
    }
    clock.advance(100)
    expect([changes.length, changes.at(-1)?.receivedBytes]).toEqual([10, 1_000])
    servers.made[0]?.receive(1)
    await registry.stop(serverId)
    expect(clock.waitingCount).toBe(0)
  })

  it('with TLS tells of handshakes that failed, and why the last one did', async () => {
    const { registry, servers, clock, changes } = openRegistry()
    const { serverId } = await registry.create({ ...echo('a'), tls: v.parse(serverTls, { variant: 'mutual' }) })
    await registry.start(serverId)
    servers.made[0]?.failHandshake('First.')
    servers.made[0]?.failHandshake('Second.')
    clock.advance(100)
    expect([servers.made[0]?.definition.tls?.variant, changes.at(-1)]).toMatchObject([
      'mutual',
      {
        failedHandshakes: 2,
        lastHandshakeError: { code: 'client-handshake-failed', data: { reason: 'Second.' } },
      },
    ])
    await registry.stop(serverId)
    expect((await registry.list())[0]).toMatchObject({ state: 'stopped', failedHandshakes: 2 })
  })

  it('that breaks by itself says why', async () => {
    const { registry, servers } = openRegistry()
    const { serverId } = await registry.create(echo('a'))
    await registry.start(serverId)
    servers.made[0]?.listeners.onFailed?.(describeError('listen-failed', { host: '127.0.0.1', port: 7007 }))
    const broken = { address: null, error: { code: 'listen-failed' } }
    expect(await registry.list()).toMatchObject([{ state: 'stopping' }])
    await registry.stop(serverId)
    expect(await registry.list()).toMatchObject([{ ...broken, state: 'stopped' }])
  })
})

describe('all servers', () => {
  it('have one CA', async () => {
    expect(await openRegistry().registry.authority()).toEqual(authority)
  })

  it('start with the workbench where wanted, and one that cannot does not hinder the others', async () => {
    const { registry, servers } = openRegistry()
    await registry.create(echo('wanted', 1, true))
    await registry.create(echo('not wanted', 2))
    await registry.create(echo('taken', 3, true))
    await registry.create(echo('wanted too', 4, true))
    servers.portsInUse.add(3)
    await registry.startAll()
    expect((await registry.list()).map(({ state, error }) => error?.code ?? state)).toEqual([
      'listening',
      'stopped',
      'port-in-use',
      'listening',
    ])
    await registry.close()
    expect((await registry.list()).every(({ state }) => state === 'stopped')).toBe(true)
  })
})
