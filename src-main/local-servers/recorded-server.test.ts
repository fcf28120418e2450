import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { completeServerDefinition, type ServerDefinitionInput } from '../contract/schemas/server.ts'
import type { LocalServerHandle } from '../engine/servers/local-server-factory.ts'
import { SystemClock } from '../sockets/system-clock.ts'
import { localServerFactory } from './local-server-factory.ts'
import { PlayedTraffic } from './testing/played-traffic.ts'
import { testCertificates } from './testing/test-certificates.ts'

const clients: Socket[] = []
let server: LocalServerHandle

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await server.stop()
})

/** Looks again and again: much of this happens without anybody being told. */
async function until(isSo: () => boolean, everyMs = 1): Promise<void> {
  while (!isSo()) await setTimeout(everyMs)
}

/** The client takes nothing more, and something is left. */
async function isStuck(): Promise<void> {
  let last = -1
  await until(() => {
    const { sentBytes = 0, unsentBytes = 0 } = server.clients()[0] ?? {}
    const stands = sentBytes === last && unsentBytes > 0
    last = sentBytes
    return stands
  }, 50)
}

async function start(definition: Partial<ServerDefinitionInput> = {}) {
  const traffic = new PlayedTraffic()
  const root = async () => (await testCertificates()).root
  const factory = localServerFactory(root, { clock: new SystemClock() })
  server = factory.make(completeServerDefinition({ kind: 'echo', name: 'Echo', ...definition }), traffic, {})
  const { port } = await server.listen()
  const dial = (): Socket => {
    const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    client.on('error', () => undefined)
    clients.push(client)
    return client
  }
  return { traffic, port, dial }
}

describe('the traffic of a server', () => {
  it('tells the whole story of each client under its number', async () => {
    const { traffic, dial } = await start()
    const client = dial()
    client.end('hello')
    await once(client.resume(), 'close')
    await until(() => traffic.story.includes('1 ended'))
    expect([traffic.story, traffic.events.at(-1), traffic.openSinks]).toEqual([
      ['1 accepted', '1 received 5', '1 sent 5', '1 peer-ended', '1 ended'],
      {
        kind: 'ended',
        transition: null,
        dialledAddresses: 0,
        ending: { by: 'peer', how: 'fin', unsentBytes: 0, error: null },
      },
      0,
    ])
  })

  it('has the end of this side after the bytes before it', async () => {
    const { traffic, dial } = await start({ kind: 'command', command: { afterReply: 'close' } })
    const client = dial()
    client.end(Buffer.from('00000001c0', 'hex'))
    await once(client.resume(), 'close')
    await until(() => traffic.story.includes('1 ended'))
    expect(traffic.story.filter((line) => !line.endsWith('note'))).toEqual([
      '1 accepted',
      '1 received 5',
      expect.stringMatching(/^1 sent/),
      '1 local-ended',
      '1 peer-ended',
      '1 ended',
    ])
  })

  it('says who ended a client and how, and what was never sent', async () => {
    const { traffic, dial } = await start({ kind: 'chargen' })
    const endings: unknown[] = []
    for (const end of [
      (client: Socket) => client.resetAndDestroy(),
      () => server.closeClient(server.clients()[0]?.connection ?? 0, 'rst'),
      () => server.closeClient(server.clients()[0]?.connection ?? 0, 'fin'),
    ]) {
      const client = dial()
      // It reads nothing, so that something stays unsent.
      client.pause()
      await isStuck()
      end(client)
      await until(() => server.clients().length === 0)
      const last = traffic.events.at(-1)
      if (last?.kind !== 'ended') throw new Error('It has not ended')
      const { by, how, unsentBytes, error } = last.ending
      endings.push([by, how, unsentBytes > 0, error?.code ?? null])
      client.destroy()
    }
    expect(endings).toEqual([
      ['peer', 'rst', true, 'connection-reset'],
      ['local', 'rst', true, null],
      ['local', 'fin', true, null],
    ])
  })

  it('holds what the system took of a write that was cut off, to the byte', async () => {
    const { traffic, dial } = await start({ kind: 'chargen' })
    const client = dial()
    client.pause()
    await isStuck()
    const arrived: Buffer[] = []
    client.on('data', (chunk: Buffer) => arrived.push(chunk))
    server.closeClient(1, 'fin')
    await once(client.resume(), 'end')
    expect(Buffer.concat(arrived).equals(traffic.sentTo.get(1) ?? Buffer.alloc(0))).toBe(true)
  })

  it('has clients that were refused as notes', async () => {
    const { traffic, dial } = await start({ maxClients: 1 })
    dial()
    await until(() => server.clients().length === 1)
    const second = dial()
    await once(second.resume(), 'end')
    const { localPort } = second
    expect(traffic.events.at(-1)).toEqual({
      kind: 'note',
      text: `127.0.0.1:${localPort} was accepted and closed at once: no more than 1 at a time.`,
    })
  })

  it('has what was negotiated over TLS, and handshakes that failed', async () => {
    const { traffic, port } = await start({ tls: { variant: 'mutual' } })
    const { root, client } = await testCertificates()
    const socket = connectTls({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: root.certificatePem,
      cert: client.certificatePem,
      key: client.keyPem,
      maxVersion: 'TLSv1.3',
    })
    clients.push(socket)
    // A reset that comes together with the last bytes may look like an end.
    socket.write('hello')
    await once(socket, 'data')
    expect(server.closeClient(1, 'rst')).toBe(true)
    await once(socket, 'error')
    const stranger = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: root.certificatePem })
    stranger.on('error', () => undefined)
    clients.push(stranger)
    await until(() => server.totals().failedHandshakes === 1)
    expect([traffic.story, traffic.events]).toMatchObject([
      ['1 accepted', '1 secured', '1 received 5', '1 sent 5', '1 ended', '0 note'],
      [
        { kind: 'accepted' },
        {
          kind: 'secured',
          tls: { version: 'TLSv1.3', serverName: 'localhost', isVerified: true, verdict: { ok: true } },
          peerCertificates: [{ pem: expect.stringContaining('BEGIN CERTIFICATE') as unknown }],
        },
        { kind: 'ended', ending: { by: 'local', how: 'rst' } },
        {
          kind: 'note',
          text: expect.stringContaining('It showed no client certificate, and this server asks for one.') as unknown,
        },
      ],
    ])
  })
})

describe('a disk that takes nothing', () => {
  it('holds reading up, and nothing is lost once it goes on', async () => {
    const { traffic, dial } = await start({ kind: 'discard' })
    const bytes = Buffer.alloc(8_000_000, 'never lost ')
    const client = dial()
    await until(() => server.clients().length === 1)
    traffic.fill()
    client.end(bytes)
    await until(() => server.totals().receivedBytes > 0)
    const heldAt = server.totals().receivedBytes
    // Another client is served on, and by then the first would have been read as well.
    const other = dial()
    other.write('x')
    await until(() => server.totals().receivedBytes === heldAt + 1)
    traffic.makeRoom()
    await once(client.resume(), 'end')
    expect([heldAt < 1_000_000, traffic.received.get(1)?.equals(bytes)]).toEqual([true, true])
  })

  it('holds sending up: nothing goes out that is not recorded', async () => {
    const { traffic, dial } = await start()
    const client = dial()
    await until(() => server.clients().length === 1)
    traffic.fill()
    let answer = ''
    client.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    client.write('held')
    await until(() => server.clients()[0]?.unsentBytes === 4)
    expect([answer, server.send(null, Buffer.from(' and sent'))]).toEqual(['', 1])
    traffic.makeRoom()
    client.end()
    await once(client, 'end')
    expect([answer, traffic.sentTo.get(1)?.toString()]).toEqual(['held and sent', 'held and sent'])
  })

  it('does not keep a server from stopping', async () => {
    const { traffic, dial } = await start()
    const client = dial()
    await until(() => server.clients().length === 1)
    traffic.fill()
    client.write('held')
    await until(() => server.clients()[0]?.unsentBytes === 4)
    await server.stop()
    expect(traffic.events.at(-1)).toMatchObject({ kind: 'ended', ending: { by: 'local', unsentBytes: 4 } })
  })
})
