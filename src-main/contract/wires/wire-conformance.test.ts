import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { connect, type Link } from '../connect.ts'
import { CancelSource } from '../cancel-source.ts'
import type { CallContext, CommandHandlers } from '../command-handlers.ts'
import { describeError, WirebenchError, type ErrorShape } from '../errors.ts'
import { EventHub } from '../event-hub.ts'
import { serve } from '../serve.ts'
import { stubHandlers } from '../testing/stub-handlers.ts'
import { contractVersion, type Wire } from '../wire.ts'
import { createMemoryWirePair } from './memory-wire.ts'
import { createMessagePortWire, type EmitterPort } from './message-port-wire.ts'
import { createWebSocketWire } from './websocket-wire.ts'

interface WirePair {
  readonly client: Wire
  readonly server: Wire
  dispose(): Promise<void>
}

const transports: Record<string, () => Promise<WirePair>> = {
  memory: async () => {
    const [client, server] = createMemoryWirePair()
    return { client, server, dispose: async () => undefined }
  },
  'message port': async () => {
    const { port1, port2 } = new MessageChannel()
    return {
      client: createMessagePortWire(port1),
      server: createMessagePortWire(port2),
      dispose: () => closePorts(port1, port2),
    }
  },
  'message port of Electron': async () => {
    const { port1, port2 } = new MessageChannel()
    return {
      client: createMessagePortWire(port1),
      server: createMessagePortWire(likeElectron(port2)),
      dispose: () => closePorts(port1, port2),
    }
  },
  WebSocket: async () => {
    const listener = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
    await once(listener, 'listening')
    const socket = new WebSocket(`ws://127.0.0.1:${(listener.address() as AddressInfo).port}`)
    const client = createWebSocketWire(socket)
    const [[accepted]] = (await Promise.all([once(listener, 'connection'), once(socket, 'open')])) as [[WebSocket], []]
    return {
      client,
      server: createWebSocketWire(accepted),
      dispose: async () => {
        socket.terminate()
        accepted.terminate()
        await new Promise((resolve) => listener.close(resolve))
      },
    }
  },
}

async function closePorts(...ports: MessagePort[]): Promise<void> {
  for (const port of ports) port.close()
}

/** `MessagePortMain` has no `addEventListener` and hands out events, where Node's ports hand out the bare message. */
function likeElectron(port: MessagePort): EmitterPort {
  return {
    on: (type: 'message' | 'close', listener: (event: { readonly data?: unknown }) => void) =>
      type === 'close' ? port.on('close', () => listener({})) : port.on('message', (data) => listener({ data })),
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  }
}

function deferred<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((settle) => (resolve = settle))
  return { promise, resolve }
}

const description = {
  version: '1.0.0',
  nodeVersion: '20',
  platform: 'linux',
  dataFolder: '/data',
  capabilities: { kind: 'web', nativeFileDialogs: false, secretStorage: 'none' },
  dataFolderProblem: null,
} as const

describe.each(Object.entries(transports))('a %s wire', (name, openPair) => {
  const open: WirePair[] = []
  afterEach(async () => {
    for (const pair of open.splice(0)) await pair.dispose()
  })

  async function openWires(): Promise<WirePair> {
    const pair = await openPair()
    open.push(pair)
    return pair
  }

  /** Resolves with the next `count` messages. */
  function take(wire: Wire, count: number): Promise<unknown[]> {
    return new Promise((resolve) => {
      const messages: unknown[] = []
      wire.onMessage((message) => {
        if (messages.push(message) === count) resolve(messages)
      })
    })
  }

  const closed = (wire: Wire): Promise<void> => new Promise((resolve) => void wire.onClose(resolve))
  const cancelMessage = (id: number) => ({ type: 'cancel', id }) as const

  it('keeps messages in order, both ways at once', async () => {
    const { client, server } = await openWires()
    const ids = Array.from({ length: 200 }, (_, id) => id)
    for (const id of ids) {
      client.send(cancelMessage(id))
      server.send(cancelMessage(1000 + id))
    }
    expect(await Promise.all([take(server, 200), take(client, 200)])).toEqual([
      ids.map((id) => cancelMessage(id)),
      ids.map((id) => cancelMessage(1000 + id)),
    ])
  })

  it('keeps what arrives before there is a listener', async () => {
    const { client, server } = await openWires()
    client.send(cancelMessage(1))
    server.send(cancelMessage(2))
    await take(client, 1)
    client.send(cancelMessage(3))
    expect(await take(server, 2)).toEqual([cancelMessage(1), cancelMessage(3)])
  })

  it('carries plain data unchanged', async () => {
    const { client, server } = await openWires()
    const request = {
      text: 'käse \u{1f9c0} \u0000',
      numbers: [0, -1, 1.5, 2 ** 40, Number.MAX_SAFE_INTEGER],
      nothing: null,
      flags: [true, false],
      deep: { list: [{ a: 1 }, {}] },
      empty: new Uint8Array(0),
    }
    client.send({ type: 'call', id: 1, command: 'x', request })
    expect(await take(server, 1)).toEqual([{ type: 'call', id: 1, command: 'x', request }])
  })

  it('delivers bytes as plain Uint8Array that the receiver may transfer whole', async () => {
    const { client, server } = await openWires()
    const slab = Buffer.alloc(1024 * 1024, 0x41)
    client.send({ type: 'call', id: 1, command: 'x', request: { bytes: slab.subarray(10, 26), rest: [slab] } })
    const [message] = (await take(server, 1)) as [{ request: { bytes: Uint8Array; rest: [Uint8Array] } }]
    const { bytes, rest } = message.request
    expect(Uint8Array.from(bytes)).toEqual(new Uint8Array(16).fill(0x41))
    expect(rest[0].length).toBe(slab.length)
    if (name !== 'memory') expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
    if (name.startsWith('message port')) expect(bytes.buffer.byteLength).toBe(16)
  })

  it('delivers what was sent before a close, then tells both ends once', async () => {
    const { client, server } = await openWires()
    const closes: string[] = []
    client.onClose(() => closes.push('client'))
    server.onClose(() => closes.push('server'))
    const arrived = take(server, 2)
    client.send(cancelMessage(1))
    client.send(cancelMessage(2))
    client.close()
    client.close()
    expect(closes).toEqual(['client'])
    expect(await arrived).toEqual([cancelMessage(1), cancelMessage(2)])
    await closed(server)
    expect(closes).toEqual(['client', 'server'])
  })

  it('does nothing after close, and tells a late close listener at once', async () => {
    const { client, server } = await openWires()
    const late: unknown[] = []
    client.onMessage((message) => late.push(message))
    server.send(cancelMessage(1))
    client.close()
    client.send(cancelMessage(2))
    await closed(server)
    server.send(cancelMessage(3))
    let told = false
    client.onClose(() => (told = true))
    expect({ told, late }).toEqual({ told: true, late: [] })
  })

  describe('under the contract', () => {
    async function join(
      overrides: Partial<CommandHandlers> = {},
    ): Promise<{ link: Link; hub: EventHub; pair: WirePair }> {
      const pair = await openWires()
      const hub = new EventHub()
      serve(pair.server, stubHandlers({ 'host.describe': () => description, ...overrides }), hub)
      return { link: connect(pair.client), hub, pair }
    }

    const failure = async (call: Promise<unknown>): Promise<ErrorShape> =>
      call.then(
        () => expect.unreachable('the call succeeded'),
        (thrown: unknown) => (thrown as WirebenchError).toShape(),
      )

    it('answers a call', async () => {
      const { link } = await join()
      expect(await link.call('host.describe', {})).toEqual(description)
    })

    it('answers a failed call with its code and data', async () => {
      const { link } = await join({
        'session.close': () => {
          throw new WirebenchError('session-not-found')
        },
        'server.start': async () => {
          throw new TypeError('x is not a function')
        },
      })
      expect([
        await failure(link.call('session.close', { sessionId: 's' })),
        await failure(link.call('server.start', { serverId: 's' })),
        await failure(link.call('capture.list', {})),
      ]).toEqual([
        describeError('session-not-found'),
        describeError('internal', { reason: 'x is not a function' }),
        describeError('capability-missing', { capability: 'capture.list' }),
      ])
    })

    it('refuses an unknown command and a bad payload, naming the place', async () => {
      const { link } = await join()
      expect([
        await failure(link.call('no.such' as 'host.describe', {})),
        await failure(link.call('session.send', { sessionId: 'a', bytes: 'text' as never })),
        await failure(link.call('server.create', { definition: { kind: 'echo', name: 'x', port: 70_000 } })),
      ]).toMatchObject([
        { code: 'unknown-command', data: { command: 'no.such' } },
        { code: 'bad-payload', data: { command: 'session.send', path: 'bytes' } },
        { code: 'bad-payload', data: { command: 'server.create', path: 'definition.port' } },
      ])
    })

    it('refuses a bad reply, naming the place', async () => {
      const { link } = await join({
        'host.vitals': () => ({ engineMemoryBytes: 'much' as never, diskFreeBytes: null }),
      })
      expect(await failure(link.call('host.vitals', {}))).toMatchObject({
        code: 'bad-reply',
        data: { command: 'host.vitals', path: 'engineMemoryBytes' },
      })
    })

    it('cancels: the call rejects at once, the handler is told, its late reply is ignored', async () => {
      const started = deferred<CallContext>()
      const aborted = deferred<undefined>()
      const { link } = await join({
        'host.vitals': async (_request, context) => {
          started.resolve(context)
          context.signal.addEventListener('abort', () => aborted.resolve(undefined))
          await aborted.promise
          return { engineMemoryBytes: 1, diskFreeBytes: null }
        },
      })
      const source = new CancelSource()
      const call = failure(link.call('host.vitals', {}, { signal: source.signal }))
      const { signal } = await started.promise
      source.cancel()
      expect(await call).toEqual(describeError('cancelled'))
      await aborted.promise
      expect({ aborted: signal.aborted, next: await link.call('host.describe', {}) }).toEqual({
        aborted: true,
        next: description,
      })
    })

    it('delivers events by topic or all, in order, and none after unsubscribing', async () => {
      const { link, hub } = await join()
      const heard: string[] = []
      link.subscribe('session.closed', 'one', ({ sessionId }) => heard.push(`topic ${sessionId}`))
      const stop = link.subscribe('session.closed', null, ({ sessionId }) => heard.push(`all ${sessionId}`))
      await link.call('host.describe', {})
      for (const sessionId of ['one', 'two']) hub.publish('session.closed', { sessionId })
      await link.call('host.describe', {})
      hub.publish('session.closed', { sessionId: 'three' })
      stop()
      hub.publish('session.closed', { sessionId: 'one' })
      await link.call('host.describe', {})
      expect(heard).toEqual(['topic one', 'all one', 'all two', 'topic one'])
    })

    it('rejects pending and later calls when the host goes away', async () => {
      const { link, pair } = await join({ 'host.vitals': () => new Promise(() => undefined) })
      const gone = new Promise((resolve) => void link.onGone(resolve))
      await link.call('host.describe', {})
      const pending = failure(link.call('host.vitals', {}))
      pair.server.close()
      expect([await pending, await failure(link.call('host.describe', {})), await gone, link.gone]).toEqual([
        describeError('host-gone'),
        describeError('host-gone'),
        describeError('host-gone'),
        true,
      ])
    })

    it('aborts handlers and drops subscriptions when the window goes away', async () => {
      const started = deferred<undefined>()
      const aborted = deferred<undefined>()
      const { link, hub, pair } = await join({
        'host.vitals': (_request, { signal }) => {
          signal.addEventListener('abort', () => aborted.resolve(undefined))
          started.resolve(undefined)
          return new Promise(() => undefined)
        },
      })
      link.subscribe('session.closed', null, () => expect.unreachable('an event after the end'))
      const pending = failure(link.call('host.vitals', {}))
      await started.promise
      link.close()
      await aborted.promise
      const sent: unknown[] = []
      const send = pair.server.send.bind(pair.server)
      pair.server.send = (message) => {
        sent.push(message)
        send(message)
      }
      hub.publish('session.closed', { sessionId: 'one' })
      expect({ sent, pending: await pending }).toEqual({ sent: [], pending: describeError('host-gone') })
    })

    it('ends with a code when the other side speaks another contract version', async () => {
      const [first, second] = [await openWires(), await openWires()]
      serve(first.server, stubHandlers(), new EventHub())
      first.client.send({ type: 'hello', contractVersion: 999 })
      const link = connect(second.client)
      const call = failure(link.call('host.describe', {}))
      second.server.send({ type: 'hello', contractVersion: 998 })
      expect([await take(first.client, 2), await call]).toEqual([
        [
          { type: 'hello', contractVersion },
          { type: 'end', error: describeError('contract-mismatch', { local: contractVersion, remote: 999 }) },
        ],
        describeError('contract-mismatch', { local: contractVersion, remote: 998 }),
      ])
    })
  })
})
