import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ServerDefinitionInput, ServerSnapshot } from '../contract/schemas/server.ts'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
const clients: Socket[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await driver.close()
})

async function serve(definition: Partial<ServerDefinitionInput> = {}): Promise<ServerSnapshot & { port: number }> {
  const { serverId } = await driver.call('server.create', { definition: { kind: 'echo', name: 'Echo', ...definition } })
  const snapshot = await driver.call('server.start', { serverId })
  return { ...snapshot, port: snapshot.address?.port ?? 0 }
}

async function dial(port: number): Promise<Socket> {
  const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  client.on('error', () => undefined)
  clients.push(client)
  await once(client, 'connect')
  return client
}

const snapshotOf = async (serverId: string): Promise<ServerSnapshot | undefined> =>
  (await driver.call('server.list', {})).find((server) => server.serverId === serverId)

async function untilClients(serverId: string, count: number): Promise<void> {
  while ((await driver.call('server.clients', { serverId })).length !== count) await setTimeout(1)
}

async function readText(client: Socket, length: number): Promise<string> {
  let text = ''
  for await (const chunk of client.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    if (text.length >= length) break
  }
  return text
}

describe('the traffic of a server', () => {
  test('is a capture like any other, with a connection for each client', async () => {
    const { serverId, captureId, port } = await serve()
    const one = await dial(port)
    one.end('from one')
    await once(one.resume(), 'close')
    const two = await dial(port)
    two.end('from two')
    await once(two.resume(), 'close')
    const stopped = await driver.call('server.stop', { serverId })
    const captures = await driver.call('capture.list', {})
    const records = await driver.records(captureId ?? '')
    expect([
      stopped.captureId,
      captures.map(({ captureId: id, name, live }) => [id, name.replaceAll(/\d/g, '0'), live]),
      records.map((row) =>
        row.kind === 'event'
          ? `${row.connection} ${row.event.kind}`
          : row.kind === 'data'
            ? `${row.connection} ${row.direction} ${new TextDecoder().decode(row.preview)}`
            : row.kind,
      ),
    ]).toEqual([
      captureId,
      [[captureId, 'Echo 0000-00-00 00:00:00', false]],
      [1, 2].flatMap((connection) => {
        const text = connection === 1 ? 'from one' : 'from two'
        return [
          `${connection} accepted`,
          `${connection} received ${text}`,
          `${connection} sent ${text}`,
          `${connection} peer-ended`,
          `${connection} ended`,
        ]
      }),
    ])
  })

  test('is told while it grows, and is live until the server stops', async () => {
    const grown: number[] = []
    driver.composed.engine.events.subscribe('capture.grew', null, ({ totals }) => grown.push(totals.receivedBytes))
    const { serverId, captureId, port } = await serve()
    const client = await dial(port)
    client.write('hello')
    await readText(client, 5)
    while (grown.at(-1) !== 5) await setTimeout(1)
    expect((await driver.call('capture.list', {})).map(({ captureId: id, live }) => [id, live])).toEqual([
      [captureId, true],
    ])
    await driver.call('server.stop', { serverId })
    expect((await driver.call('capture.list', {})).map(({ live }) => live)).toEqual([false])
  })

  test('without any client leaves no capture behind, and each run has its own', async () => {
    const { serverId, captureId: first } = await serve()
    const { captureId: gone } = await driver.call('server.stop', { serverId })
    const { captureId: second } = await driver.call('server.start', { serverId })
    expect([gone, second === first, (await driver.call('capture.list', {})).length]).toEqual([null, false, 1])
    await driver.call('server.stop', { serverId })
    expect(await driver.call('capture.list', {})).toEqual([])
  })

  test('is not kept where that is not wanted', async () => {
    const { serverId, captureId, port } = await serve({ isRecorded: false })
    const client = await dial(port)
    client.write('hello')
    expect([await readText(client, 5), captureId]).toEqual(['hello', null])
    await driver.call('server.stop', { serverId })
    expect(await driver.call('capture.list', {})).toEqual([])
  })

  test('is read as the kind of server has it', async () => {
    await serve({ kind: 'm2', port: 0, m2: { telemetryPort: 0 } })
    const [capture] = await driver.call('capture.list', {})
    expect(capture?.interpretation.sent).toMatchObject({ framing: { kind: 'm2' }, decoder: { kind: 'm2' } })
  })
})

describe('clients of a server', () => {
  test('are sent composed messages, some or all of them, with counters of the server', async () => {
    const { serverId, port } = await serve()
    const one = await dial(port)
    await untilClients(serverId, 1)
    const two = await dial(port)
    await untilClients(serverId, 2)
    const message = { content: { mode: 'text', text: 'tick {{$counter n}};' } } as const
    expect([
      await driver.call('server.send', { serverId, message }),
      await driver.call('server.send', { serverId, connections: [2, 2, 99], message }),
    ]).toEqual([
      { clientCount: 2, byteCount: 7 },
      { clientCount: 1, byteCount: 7 },
    ])
    expect([await readText(one, 7), await readText(two, 14)]).toEqual(['tick 1;', 'tick 1;tick 2;'])
  })

  test('that are not there are told apart from nobody at all, and use up no number', async () => {
    const { serverId, port } = await serve()
    const message = { content: { mode: 'text', text: '{{$counter n}}' } } as const
    await expect(driver.call('server.send', { serverId, connections: [7], message })).rejects.toMatchObject({
      code: 'server-client-not-found',
      data: { connection: 7 },
    })
    expect(await driver.call('server.send', { serverId, message })).toEqual({ clientCount: 0, byteCount: 0 })
    const client = await dial(port)
    await untilClients(serverId, 1)
    await driver.call('server.send', { serverId, message })
    expect(await readText(client, 1)).toBe('1')
    await expect(driver.call('server.close-client', { serverId, connection: 7 })).rejects.toMatchObject({
      code: 'server-client-not-found',
    })
    await driver.call('server.stop', { serverId })
    const late = { serverId, connection: 1 }
    await expect(driver.call('server.send', { serverId, message })).rejects.toMatchObject({
      code: 'server-not-running',
    })
    await expect(driver.call('server.close-client', late)).rejects.toMatchObject({ code: 'server-not-running' })
  })

  test('are listed with what they moved, and closed by FIN or RST', async () => {
    const { serverId, port } = await serve()
    const one = await dial(port)
    await untilClients(serverId, 1)
    const two = await dial(port)
    await untilClients(serverId, 2)
    one.write('hello')
    await readText(one, 5)
    const remoteOf = ({ localPort }: Socket) => ({ address: '127.0.0.1', port: localPort, family: 'ipv4' })
    const shared = { state: 'open', unsentBytes: 0, port: 'main', connectedAtUnixUs: expect.any(Number) as unknown }
    expect(await driver.call('server.clients', { serverId })).toEqual([
      { ...shared, connection: 1, remote: remoteOf(one), receivedBytes: 5, sentBytes: 5 },
      { ...shared, connection: 2, remote: remoteOf(two), receivedBytes: 0, sentBytes: 0 },
    ])
    const ended = once(one.resume(), 'end')
    const reset = once(two.resume(), 'error')
    await driver.call('server.close-client', { serverId, connection: 1 })
    await driver.call('server.close-client', { serverId, connection: 2, reset: true })
    await ended
    expect(await reset).toMatchObject([{ code: 'ECONNRESET' }])
    await untilClients(serverId, 0)
    expect(await snapshotOf(serverId)).toMatchObject({ clientCount: 0, totalClients: 2 })
  })

  test('6.3.20 one at a time: a second is accepted and closed at once, the first sees nothing of it, and the next may come', async () => {
    const { serverId, port } = await serve({ maxClients: 1 })
    const first = await dial(port)
    await untilClients(serverId, 1)
    const second = await dial(port)
    const heard: string[] = []
    second.on('data', (chunk) => heard.push(String(chunk)))
    await once(second, 'end')
    first.write('still here')
    expect([heard, await readText(first, 10)]).toEqual([[], 'still here'])
    first.end()
    await untilClients(serverId, 0)
    const third = await dial(port)
    third.write('my turn')
    expect(await readText(third, 7)).toBe('my turn')
  })
})

describe('a definition', () => {
  test('is checked with its templates and scripts, without being kept or started', async () => {
    const commands: NonNullable<ServerDefinitionInput['table']>['commands'] = [
      { name: 'good', action: { kind: 'reply', template: '{"x": 1}' } },
      { name: 'bad', action: { kind: 'reply', template: '{"x": ' } },
      { name: 'script', action: { kind: 'script', source: 'return (' } },
    ]
    const definition = { kind: 'command', name: 'C', table: { commands } } as const
    const { problems } = await driver.call('server.check', { definition })
    expect([problems.map(({ place, error }) => [place, error.code]), await driver.call('server.list', {})]).toEqual([
      [
        ['table.bad.template', 'template-malformed'],
        ['table.script.source', 'script-malformed'],
      ],
      [],
    ])
  })

  test('with the same port twice is refused, and told when it is checked', async () => {
    const definition = { kind: 'm2', name: 'M2', port: 50_123, m2: { telemetryPort: 50_123 } } as const
    expect(await driver.call('server.check', { definition })).toMatchObject({
      problems: [{ place: 'm2.telemetryPort', error: { code: 'server-ports-same', data: { port: 50_123 } } }],
    })
    const { serverId } = await driver.call('server.create', { definition })
    await expect(driver.call('server.start', { serverId })).rejects.toMatchObject({ code: 'server-ports-same' })
    expect(await driver.call('capture.list', {})).toEqual([])
  })
})

test('an M2 server listens at two ports, whose clients are numbered together', async () => {
  const { serverId, port, telemetryAddress } = await serve({ kind: 'm2', port: 0, m2: { telemetryPort: 0 } })
  await dial(port)
  await untilClients(serverId, 1)
  await dial(telemetryAddress?.port ?? 0)
  await untilClients(serverId, 2)
  expect((await driver.call('server.clients', { serverId })).map((client) => [client.connection, client.port])).toEqual(
    [
      [1, 'main'],
      [2, 'telemetry'],
    ],
  )
})
