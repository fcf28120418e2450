import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it, test } from 'vitest'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { completeServerDefinition, type ServerDefinitionInput } from '../../contract/schemas/server.ts'
import { serverFault } from '../../contract/schemas/server-faults.ts'
import { FaultTally } from '../../protocol/server-faults/fault-table.ts'
import { parseFaultSpec } from '../../protocol/server-faults/fault-spec.ts'
import { SystemClock } from '../../sockets/system-clock.ts'
import { echoBehaviour } from '../echo-server.ts'
import type { LocalServerHandle } from '../../engine/servers/local-server-factory.ts'
import { localServerFactory, securedServer } from '../local-server-factory.ts'
import type { ServedClient, ServerBehaviour } from '../server-behaviour.ts'
import { everyFault } from '../testing/every-fault.ts'
import { PlayedClient } from '../testing/played-client.ts'
import { testCertificates } from '../testing/test-certificates.ts'
import { faultyBehaviour } from './faulty-behaviour.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const faultsOf = (spec: string) => parseFaultSpec([spec])

const open: { servers: LocalServerHandle[]; clients: Socket[] } = { servers: [], clients: [] }
afterEach(async () => {
  for (const client of open.clients.splice(0)) client.destroy()
  await Promise.all(open.servers.splice(0).map((server) => server.stop()))
})

const definitionOf = (spec: string, more: Partial<ServerDefinitionInput> = {}) =>
  completeServerDefinition({ kind: 'echo', name: 'Echo', faults: faultsOf(spec), ...more })

async function start(spec: string, more: Partial<ServerDefinitionInput> = {}): Promise<LocalServerHandle> {
  const server = securedServer({ definition: definitionOf(spec, more), sources: { clock: new SystemClock() } })
  open.servers.push(server)
  await server.listen()
  return server
}

/** What a client sees: its text, then how it ended; `open` when it had everything it waits for. */
interface Seen {
  readonly text: string
  readonly ending: string
  readonly chunks: number
}

async function connectTo(server: LocalServerHandle): Promise<Socket> {
  const { address, port } = await server.listen()
  const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true })
  open.clients.push(socket)
  return socket
}

function watch(socket: Socket, isEnough: (text: string) => boolean): Promise<Seen> {
  return new Promise((resolve) => {
    let text = ''
    let chunks = 0
    const done = (ending: string): void => resolve({ text, ending, chunks })
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1')
      chunks++
      if (isEnough(text)) done('open')
    })
    socket.on('end', () => {
      // A reset that came together with the last bytes looks like FIN to libuv; only then the system knows no peer any more.
      const isReset = !socket.writableEnded && socket.remoteAddress === undefined
      done(isReset ? 'ECONNRESET' : 'end')
    })
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
  })
}

/** Sends to a new client of an echo under faults; resolves when it ended or has so many bytes. */
async function exchange(
  server: LocalServerHandle,
  sent: string,
  enoughBytes = Number.POSITIVE_INFINITY,
): Promise<Seen> {
  const socket = await connectTo(server)
  const seen = watch(socket, (text) => text.length >= enoughBytes)
  socket.write(sent)
  return seen
}

describe('on a real socket', () => {
  it.each<[string, string, number, Omit<Seen, 'chunks'>]>([
    ['half-close:4', 'abcdefgh', 99, { text: 'abcd', ending: 'end' }],
    ['half-close:0', 'abc', 99, { text: '', ending: 'end' }],
    ['cut-message:1', 'abcdefgh', 99, { text: 'abcd', ending: 'end' }],
    ['reset:4', 'abcdefgh', 99, { text: 'abcd', ending: 'ECONNRESET' }],
    ['reset:0', 'abc', 99, { text: '', ending: 'ECONNRESET' }],
    ['refuse:1', 'abc', 99, { text: '', ending: 'ECONNRESET' }],
    ['stall:3', 'abcdef', 3, { text: 'abc', ending: 'open' }],
    ['delay:5,jitter=5', 'abc', 3, { text: 'abc', ending: 'open' }],
    ['coalesce:5', 'abc', 3, { text: 'abc', ending: 'open' }],
    ['throttle:1000', 'abcdefghijklmnopqrstuvwxyzabcd', 30, { text: 'abcdefghijklmnopqrstuvwxyzabcd', ending: 'open' }],
    ['split', 'abcdef', 6, { text: 'abcdef', ending: 'open' }],
  ])('%s', async (spec, sent, enough, seen) => {
    const server = await start(spec)
    const { text, ending } = await exchange(server, sent, enough)
    const [kind = ''] = spec.split(/[:,]/)
    expect({ text, ending, counts: server.totals().faultCounts }).toEqual({ ...seen, counts: { [kind]: 1 } })
  })

  it('split with a gap brings each segment by itself', async () => {
    const { text, chunks } = await exchange(await start('split:2,gap=20'), 'abcdef', 6)
    expect([text, chunks]).toEqual(['abcdef', 3])
  })

  it('refuse takes every second client, and only those', async () => {
    const server = await start('refuse:2')
    const endings: string[] = []
    for (let client = 0; client < 4; client++) endings.push((await exchange(server, 'hello', 5)).ending)
    expect([endings, server.totals().faultCounts]).toEqual([
      ['open', 'ECONNRESET', 'open', 'ECONNRESET'],
      { refuse: 2 },
    ])
  })

  it('mute reads everything, says nothing, and ends once the client has', async () => {
    const server = await start('mute')
    const socket = await connectTo(server)
    const seen = watch(socket, () => false)
    socket.end('x'.repeat(300_000))
    expect([(await seen).ending, (await seen).text, server.totals().receivedBytes]).toEqual(['end', '', 300_000])
  })

  it('drop and garbage are the same for the same seed', async () => {
    const outcomes: string[] = []
    for (let run = 0; run < 2; run++) {
      const server = await start('drop:0.5 garbage:0.5,max=3 seed:7')
      const socket = await connectTo(server)
      const seen = watch(socket, (text) => text.endsWith('#'))
      await once(socket, 'connect')
      // One message at a time: each is an echo of its own.
      for (let index = 0; index < 20; index++) {
        const before = server.totals().receivedBytes
        socket.write(`${index};`)
        while (server.totals().receivedBytes === before) await new Promise((resolve) => setImmediate(resolve))
      }
      server.redefine(definitionOf(''))
      socket.write('#')
      outcomes.push((await seen).text)
    }
    expect(outcomes[1]).toBe(outcomes[0])
    expect(outcomes[0]).not.toContain('0;1;2;3;4;5;6;7;8;9;')
  })

  it('the faults of a running server change for the clients it has', async () => {
    const server = await start('')
    const socket = await connectTo(server)
    const first = watch(socket, (text) => text.length >= 3)
    socket.write('one')
    expect((await first).text).toBe('one')
    server.redefine(definitionOf('half-close:2'))
    const second = watch(socket, () => false)
    socket.write('two')
    expect(await second).toMatchObject({ text: 'tw', ending: 'end' })
  })

  it('a whole mebibyte comes through all that does not destroy', async () => {
    const server = await start('split:4096 coalesce:1 delay:1,jitter=2 throttle:100000000')
    const sent = Array.from({ length: 1 << 18 }, (_, index) => String(index % 9973).padStart(4, '.')).join('')
    const { text } = await exchange(server, sent, sent.length)
    expect(text === sent).toBe(true)
  })

  it('a TLS client sees the reset too', async () => {
    const factory = localServerFactory(async () => (await testCertificates()).root, { clock: new SystemClock() })
    const server = factory.make(definitionOf('reset:4', { tls: {} }), null, {})
    open.servers.push(server)
    const { port } = await server.listen()
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    open.clients.push(socket)
    const seen = watch(socket, () => false)
    socket.write('abcdefgh')
    expect(await seen).toMatchObject({ text: 'abcd', ending: 'ECONNRESET' })
  })
})

/** Everything a behaviour told of one client under faults. */
function played(spec: string, behaviour: ServerBehaviour = echoBehaviour) {
  const clock = new ManualClock()
  const client = new PlayedClient()
  const faulty = faultyBehaviour(behaviour, faultsOf(spec), clock, new FaultTally())
  return { clock, client, faulty, service: faulty.serve(client) }
}

/** Gives the test what a behaviour is given. */
function grasping(): { behaviour: ServerBehaviour; client: () => ServedClient; drained: () => number } {
  let grasped: ServedClient | null = null
  let drained = 0
  return {
    behaviour: {
      serve(client) {
        grasped = client
        return {
          received: () => undefined,
          drained: () => drained++,
          peerEnded: () => client.end(),
          closed: () => undefined,
        }
      },
    },
    client() {
      if (grasped === null) throw new Error('No client yet')
      return grasped
    },
    drained: () => drained,
  }
}

describe('between a behaviour and a client', () => {
  it('nothing is changed or held without faults', () => {
    const { client, service } = played('')
    const bytes = bytesOf('hello')
    service.received(bytes)
    expect([client.writes[0] === bytes, client.unsentBytes]).toEqual([true, 0])
  })

  it('what waits counts as unsent, and the end comes after it', () => {
    const { behaviour, client: inner } = grasping()
    const { client, clock } = played('delay:20', behaviour)
    inner().write(bytesOf('abc'))
    inner().end()
    const waiting = inner().unsentBytes
    clock.advance(20)
    expect([waiting > 0, textOf(client.bytes), client.endings, inner().unsentBytes]).toEqual([true, 'abc', ['end'], 0])
  })

  it('a client that takes no more holds everything behind it, until it drained', () => {
    const { behaviour, client: inner, drained } = grasping()
    const { client, clock, service } = played('throttle:1000', behaviour)
    client.hasRoom = false
    const answered = inner().write(new Uint8Array(60))
    clock.advance(1000)
    const before = client.bytes.length
    client.hasRoom = true
    service.drained?.()
    clock.advance(1000)
    expect([answered, before, client.bytes.length, drained()]).toEqual([false, 20, 60, 1])
  })

  it('so much that waits asks the behaviour to stop, and later to go on', () => {
    const { behaviour, client: inner, drained } = grasping()
    const { clock } = played('delay:50', behaviour)
    const answers = Array.from({ length: 6 }, () => inner().write(new Uint8Array(60_000)))
    clock.advance(50)
    expect([answers, drained()]).toEqual([[true, true, true, true, false, false], 1])
  })

  it('what is thrown away asks it as well', () => {
    const { behaviour, client: inner, drained } = grasping()
    const { clock } = played('mute', behaviour)
    const answers = [inner().write(new Uint8Array(200_000)), inner().write(new Uint8Array(200_000))]
    clock.advance(10)
    expect([answers, drained()]).toEqual([[true, false], 1])
  })

  it.each(['delay:50', 'coalesce:50', 'throttle:100', 'split:1,gap=50', 'mute'])(
    '%s leaves nothing after the client is gone',
    (spec) => {
      const { clock, client, service } = played(spec)
      service.received(new Uint8Array(300_000))
      service.closed()
      const { length } = client.writes
      clock.advance(60_000)
      expect([clock.waitingCount, client.writes.length, client.endings]).toEqual([0, length, []])
    },
  )

  it('a close by the behaviour gives up what waits', () => {
    const { behaviour, client: inner } = grasping()
    const { client, clock } = played('delay:20', behaviour)
    inner().write(bytesOf('abc'))
    inner().close('rst')
    clock.advance(99)
    expect([client.writes, client.endings, clock.waitingCount]).toEqual([[], ['rst'], 0])
  })
})

const withFaults = (spec: string) => completeServerDefinition({ kind: 'echo', name: 'Echo', faults: faultsOf(spec) })

describe('faults that change while a client reads slowly', () => {
  it('that come before it has drained do not keep it from being read from again', () => {
    const { client, faulty, service } = played('')
    client.hasRoom = false
    service.received(bytesOf('abc'))
    const heldBefore = client.readingIsHeld
    faulty.redefine?.(withFaults('flip-bits:0'))
    client.hasRoom = true
    service.drained?.()
    expect([heldBefore, client.readingIsHeld]).toEqual([true, false])
  })

  it('that are taken away let what waited out, and it is read from again', async () => {
    const { client, clock, faulty, service } = played('throttle:1')
    service.received(new Uint8Array(300_000))
    const heldBefore = client.readingIsHeld
    faulty.redefine?.(withFaults(''))
    clock.advance(1000)
    await nextTurn()
    expect([heldBefore, client.bytes.length, client.readingIsHeld]).toEqual([true, 300_000, false])
  })

  it('and a behaviour that writes all the same hears of the room that came meanwhile', async () => {
    const { behaviour, client: inner, drained } = grasping()
    const { faulty, client } = played('coalesce:1000', behaviour)
    inner().write(new Uint8Array(300_000))
    faulty.redefine?.(withFaults('flip-bits:0'))
    inner().write(bytesOf('abc'))
    await nextTurn()
    await nextTurn()
    expect([client.bytes.length, drained()]).toEqual([300_003, 1])
  })
})

test('there is a set of faults for clients to stand, of every kind and with the seed', () => {
  const all = everyFault(9)
  const kinds = new Set(all.flatMap(({ faults }) => faults.map(({ kind }) => kind)))
  expect([[...kinds].sort(), new Set(all.map(({ seed }) => seed))]).toEqual([
    serverFault.options.map((option) => option.entries.kind.literal).sort(),
    new Set([9]),
  ])
})
