import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../capture/testing/manual-clock.ts'
import { completeServerDefinition } from '../contract/schemas/server.ts'
import type { LocalServerListeners } from '../engine/servers/local-server-factory.ts'
import { SystemClock } from '../sockets/system-clock.ts'
import type { ServedPorts } from './behaviour-of.ts'
import { LocalServer, type ListenOptions } from './local-server.ts'
import { securedServer } from './local-server-factory.ts'
import type { ServerBehaviour } from './server-behaviour.ts'

const anyPort: ListenOptions = { host: '127.0.0.1', port: 0, maxClients: null, telemetryPort: 0 }
const noTrouble = {
  failedHandshakes: 0,
  lastHandshakeError: null,
  telemetryAddress: null,
  activity: null,
  ruleCounts: {},
  faultCounts: {},
  problemCount: 0,
  lastProblem: null,
}
const clock = new SystemClock()
/** Takes what comes and says nothing. */
const silent: ServerBehaviour = {
  serve: (client) => ({
    received: () => undefined,
    peerEnded: () => client.end(),
    closed: () => undefined,
  }),
}

function serverOf(
  options: Partial<ListenOptions> = {},
  main = silent,
  listeners: LocalServerListeners = {},
): LocalServer {
  const ports = (): ServedPorts => ({ main, telemetry: null })
  return new LocalServer({ ports, clock, options: { ...anyPort, ...options }, listeners })
}

const open: { server: LocalServer; clients: Socket[] } = { server: serverOf(), clients: [] }

interface Started {
  readonly server: LocalServer
  readonly story: string[]
  connectClient(): Promise<Socket>
  /** Resolves once the story has so many lines. */
  told(lines: number): Promise<string[]>
}

async function start(options: Partial<ListenOptions> = {}, behaviour = silent): Promise<Started> {
  const story: string[] = []
  let check: () => void = () => undefined
  const tell = (line: string): void => {
    story.push(line)
    check()
  }
  const server = serverOf(options, behaviour, {
    onClientConnected: ({ connection }) => tell(`client ${connection} connected`),
    onClientClosed: ({ connection, receivedBytes, sentBytes }, how, error) =>
      tell(`client ${connection} closed: ${how} ${error?.code ?? ''} ${receivedBytes}/${sentBytes}`),
    onClientRefused: () => tell('client refused'),
    onFailed: ({ code }) => tell(`failed: ${code}`),
  })
  open.server = server
  const { address, port } = await server.listen()
  return {
    server,
    story,
    told: (lines) =>
      new Promise((resolve) => {
        check = () => story.length >= lines && resolve(story)
        check()
      }),
    async connectClient() {
      const socket = connect({ host: address, port, allowHalfOpen: true })
      open.clients.push(socket)
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    },
  }
}

afterEach(async () => {
  for (const client of open.clients.splice(0)) client.destroy()
  await open.server.stop()
})

describe('listening', () => {
  it.each([
    ['127.0.0.1', 'ipv4'],
    ['::1', 'ipv6'],
  ])('on %s tells the port that the system chose', async (host, family) => {
    const { server } = await start({ host })
    const address = await server.listen()
    expect({ ...address, port: address.port > 0 }).toEqual({ address: host, family, port: true })
  })

  it('fails with a code when the port is in use', async () => {
    const other = createServer()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const server = serverOf({ port })
    const listening = server.listen()
    await expect(listening).rejects.toMatchObject({ code: 'port-in-use', data: { host: '127.0.0.1', port } })
    await server.stop()
    other.close()
    await once(other, 'close')
  })

  it('fails with a code when the address is not of this machine, or no name', async () => {
    const elsewhere = serverOf({ host: '192.0.2.1' })
    await expect(elsewhere.listen()).rejects.toMatchObject({
      code: 'local-address-unavailable',
      data: { address: '192.0.2.1' },
    })
    const nowhere = serverOf({ host: 'not a name' })
    await expect(nowhere.listen()).rejects.toMatchObject({ code: 'name-not-found', data: { host: 'not a name' } })
  })

  it('is given up when stopped at once, and not begun after', async () => {
    const server = serverOf()
    const listening = server.listen()
    await Promise.all([listening, server.stop()])
    const late = serverOf()
    await late.stop()
    await expect(late.listen()).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('clients', () => {
  it('are numbered, counted and forgotten', async () => {
    const { server, connectClient, told } = await start()
    const one = await connectClient()
    await told(1)
    const two = await connectClient()
    await told(2)
    const [first, second] = server.clients()
    expect([first?.remote.port, second?.remote.port]).toEqual([one.localPort, two.localPort])
    one.end('hello')
    two.end()
    const story = await told(4)
    expect({ story: [...story].sort(), clients: server.clients(), totals: server.totals() }).toEqual({
      story: ['client 1 closed: fin  5/0', 'client 1 connected', 'client 2 closed: fin  0/0', 'client 2 connected'],
      clients: [],
      totals: { ...noTrouble, clientCount: 0, totalClients: 2, receivedBytes: 5, sentBytes: 0 },
    })
  })

  it('that reset are told apart', async () => {
    const { connectClient, told } = await start()
    const client = await connectClient()
    await told(1)
    client.resetAndDestroy()
    expect((await told(2))[1]).toBe('client 1 closed: rst connection-reset 0/0')
  })

  it('are closed one by one', async () => {
    const { server, connectClient, told } = await start()
    const client = await connectClient()
    const ended = once(client.resume(), 'end')
    await told(1)
    expect([server.closeClient(7), server.closeClient(1)]).toEqual([false, true])
    await ended
    expect((await told(2))[1]).toBe('client 1 closed: local  0/0')
  })

  it('over the limit see an end at once, and the others nothing of it', async () => {
    const { server, connectClient, told } = await start({ maxClients: 1 })
    const first = await connectClient()
    await told(1)
    const second = await connectClient()
    second.write('let me in')
    await once(second.resume(), 'end')
    second.end()
    first.end('still here')
    await once(first.resume(), 'end')
    expect({ story: await told(3), totals: server.totals() }).toEqual({
      story: ['client 1 connected', 'client refused', 'client 1 closed: fin  10/0'],
      totals: { ...noTrouble, clientCount: 0, totalClients: 1, receivedBytes: 10, sentBytes: 0 },
    })
  })

  it('over the limit that stay are dropped by stop', async () => {
    const { server, connectClient, told } = await start({ maxClients: 0 })
    const client = await connectClient()
    await told(1)
    await server.stop()
    client.destroy()
    expect(server.totals().totalClients).toBe(0)
  })
})

describe('stopping', () => {
  it('closes every client before it answers, and may be called again', async () => {
    const { server, story, connectClient, told } = await start()
    await connectClient()
    await connectClient()
    await told(2)
    await Promise.all([server.stop(), server.stop()])
    expect([...story].sort()).toEqual([
      'client 1 closed: local  0/0',
      'client 1 connected',
      'client 2 closed: local  0/0',
      'client 2 connected',
    ])
  })

  it('frees the port', async () => {
    const { server } = await start()
    const { port } = await server.listen()
    await server.stop()
    const again = securedServer({
      definition: completeServerDefinition({ kind: 'echo', name: 'Echo', port }),
      sources: { clock },
    })
    expect((await again.listen()).port).toBe(port)
    await again.stop()
  })
})

describe('problems of clients', () => {
  it('that come in a flood are counted, told up to a number, and the rest with the end of the client', async () => {
    const told: string[] = []
    const server = securedServer({
      definition: completeServerDefinition({ kind: 'm2', name: 'M2', port: 0, m2: { telemetryPort: 0 } }),
      listeners: { onClientProblem: (connection, { code }) => told.push(`${connection} ${code}`) },
      sources: { clock: new ManualClock() },
    })
    const { address, port } = await server.listen()
    const client = connect({ host: address, port })
    client.end('\n'.repeat(10_000))
    await once(client.resume(), 'close')
    await server.stop()
    expect([server.totals().problemCount, told]).toEqual([
      10_000,
      [...Array<string>(20).fill('1 request-malformed'), '1 problems-left-out'],
    ])
  })
})
