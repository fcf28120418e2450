import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionSettingsInput } from '../contract/schemas/connection.ts'
import type { RetrySchedule } from '../contract/schemas/retry.ts'
import type { SessionSnapshot } from '../contract/schemas/session.ts'
import { freePort } from '../sockets/testing/test-peer.ts'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
const servers: (() => Promise<void>)[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  await driver.close()
  for (const close of servers.splice(0)) await close()
})

const quickly: RetrySchedule = { kind: 'fixed', delayMs: 10, maximumAttempts: null }

/** A server of this machine; on any port when none is given. */
async function listen(onClient: (socket: Socket) => void, port = 0): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onClient(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  servers.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

async function opened(port: number, settings: Partial<ConnectionSettingsInput> = {}): Promise<SessionSnapshot> {
  return driver.call('session.open', { settings: { host: '127.0.0.1', port, ...settings } })
}

async function connecting(port: number, settings: Partial<ConnectionSettingsInput> = {}): Promise<SessionSnapshot> {
  const { sessionId } = await opened(port, settings)
  return driver.call('session.connect', { sessionId })
}

const echo = (socket: Socket): void => void socket.pipe(socket)
const inState =
  (...states: SessionSnapshot['state'][]) =>
  ({ state }: SessionSnapshot): boolean =>
    states.includes(state)

describe('retrying', () => {
  test('a server that is started later is reached, and gets what was queued before', async () => {
    const port = await freePort()
    const { sessionId } = await opened(port, { retry: { schedule: quickly } })
    await driver.send(sessionId, 'before, ')
    await driver.call('session.connect', { sessionId })
    await driver.until(sessionId, ({ retry }) => (retry?.attempt ?? 0) >= 2)
    await driver.send(sessionId, 'while waiting')
    await listen(echo, port)
    const { ending, connectionNumber, retry } = await driver.until(
      sessionId,
      ({ state, counters }) => state === 'open' && counters.receivedBytes === 21,
    )
    expect([ending, retry, connectionNumber >= 3]).toEqual([null, null, true])
  })

  test('ends after the last attempt, each of which is in the capture', async () => {
    const { sessionId, captureId } = await connecting(await freePort(), {
      retry: { schedule: { kind: 'exponential', firstDelayMs: 1, maximumAttempts: 3 } },
    })
    const { ending } = await driver.until(
      sessionId,
      ({ connectionNumber, state }) => connectionNumber === 4 && state === 'closed',
    )
    await driver.call('session.close', { sessionId })
    expect(ending).toMatchObject({ how: 'not-connected', error: { code: 'connection-refused' } })
    expect((await driver.story(captureId)).map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 3 }, () => ['dialling', 'dial-failed', 'ended', 'retry-scheduled']).flat(),
      'dialling',
      'dial-failed',
      'ended',
    ])
  })

  test('a waiting session is cancelled', async () => {
    const { sessionId } = await connecting(await freePort(), {
      retry: { schedule: { kind: 'fixed', delayMs: 60_000 } },
    })
    await driver.until(sessionId, inState('waiting-to-retry'))
    const { state, retry } = await driver.call('session.cancel', { sessionId })
    expect([state, retry]).toEqual(['closed', null])
  })

  test('a connection that the peer closes or resets is made again', async () => {
    let clients = 0
    const port = await listen((socket) => {
      clients += 1
      if (clients === 1) socket.resume().end('bye')
      else if (clients === 2) socket.once('data', () => socket.resetAndDestroy())
      else echo(socket)
    })
    const { sessionId, captureId } = await connecting(port, { retry: { schedule: quickly } })
    await driver.until(sessionId, ({ connectionNumber, state }) => connectionNumber === 2 && state === 'open')
    await driver.send(sessionId, 'x')
    await driver.until(sessionId, ({ connectionNumber, state }) => connectionNumber === 3 && state === 'open')
    await driver.call('session.close', { sessionId })
    const endings = (await driver.story(captureId)).flatMap((event) => (event.kind === 'ended' ? [event.ending] : []))
    expect(endings.map(({ by, how }) => [by, how])).toEqual([
      ['peer', 'fin'],
      ['peer', 'rst'],
      ['local', 'fin'],
    ])
  })

  test('what a lost connection left unsent goes out first on the next one, when the policy says so', async () => {
    const received: Buffer[] = []
    let lost: Socket | null = null
    let clients = 0
    const port = await listen((socket) => {
      clients += 1
      if (clients === 1) {
        socket.once('data', () => socket.pause())
        lost = socket
      } else socket.on('data', (bytes: Buffer) => received.push(bytes))
    })
    const { sessionId, captureId } = await connecting(port, { retry: { schedule: quickly, resendsUnsent: true } })
    await driver.until(sessionId, inState('open'))
    const chunk = new Uint8Array(8 * 1024 * 1024).fill(7)
    await driver.call('session.send', { sessionId, bytes: chunk })
    await driver.until(sessionId, ({ counters }) => counters.sentBytes > 0)
    ;(lost as Socket | null)?.resetAndDestroy()
    const { counters } = await driver.until(
      sessionId,
      (session) => session.connectionNumber === 2 && session.counters.unsentBytes === 0 && session.state === 'open',
    )
    await driver.call('session.close', { sessionId })
    const unsent = (await driver.story(captureId)).flatMap((e) => (e.kind === 'ended' ? [e.ending.unsentBytes] : []))
    expect([counters.sentBytes, unsent]).toEqual([chunk.length, [Buffer.concat(received).length, 0]])
  })
})

describe('the end of a connection', () => {
  test('close is at once, with a peer that says nothing and does not close', async () => {
    const port = await listen((socket) => socket.pause())
    const { sessionId } = await driver.connect(port)
    await driver.call('session.close-connection', { sessionId })
    const { ending, flags } = await driver.until(sessionId, inState('closed'))
    expect(ending).toEqual({ by: 'local', how: 'fin', unsentBytes: 0, error: null })
    expect(flags).toEqual({ opened: false, accepted: false, connected: false, cutOff: false, shouldBeConnected: false })
  })

  test('both halves are ended; closing resets the flags', async () => {
    const ended: string[] = []
    const port = await listen((socket) => socket.resume().on('end', () => ended.push('FIN')))
    const { sessionId } = await driver.connect(port)
    await driver.call('session.end-receiving', { sessionId })
    await driver.call('session.end-sending', { sessionId })
    const shut = await driver.session(sessionId)
    await driver.call('session.close-connection', { sessionId })
    const closed = await driver.until(sessionId, inState('closed'))
    expect([shut.receivingEnded, shut.flags.connected, closed.flags.opened, closed.ending?.how]).toEqual([
      true,
      true,
      false,
      'fin',
    ])
  })

  test('without sending after the end of the peer, what is queued then stays, and can be looked at and sent again', async () => {
    const received: string[] = []
    let clients = 0
    const port = await listen((socket) => {
      clients += 1
      if (clients === 1) socket.end('only this')
      else socket.on('data', (bytes: Buffer) => received.push(bytes.toString()))
    })
    const { sessionId } = await connecting(port, { sendsAfterPeerEnd: false })
    const cut = await driver.until(sessionId, inState('half-closed-remote'))
    await driver.send(sessionId, 'kept')
    await driver.call('session.disconnect', { sessionId })
    const { ending, counters } = await driver.until(sessionId, inState('closed'))
    expect([cut.flags, cut.counters.receivedBytes, ending, counters.sentBytes]).toEqual([
      { opened: true, accepted: true, connected: true, cutOff: true, shouldBeConnected: true },
      9,
      { by: 'peer', how: 'fin', unsentBytes: 4, error: null },
      0,
    ])
    expect(await driver.call('session.unsent', { sessionId, maximumBytes: 2 })).toEqual({
      bytes: new TextEncoder().encode('ke'),
      totalBytes: 4,
    })
    await driver.call('session.connect', { sessionId, resendUnsent: true })
    await driver.until(sessionId, (session) => session.counters.sentBytes === 4)
    await driver.call('session.disconnect', { sessionId })
    await driver.until(sessionId, inState('closed'))
    expect(received).toEqual(['kept'])
  })
})

describe('the beginning of a connection', () => {
  test('the initial message is sent first of all, on every connection', async () => {
    const received: string[] = []
    const port = await listen((socket) => {
      let text = ''
      socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
      socket.on('end', () => {
        received.push(text)
        socket.end()
      })
    })
    const settings = { initialMessage: { notation: 'text', content: 'HELLO\\r\\n' } } as const
    const { sessionId } = await opened(port, settings)
    await driver.send(sessionId, 'queued')
    for (let connection = 1; connection <= 2; connection++) {
      await driver.call('session.connect', { sessionId })
      await driver.until(sessionId, inState('open'))
      await driver.call('session.disconnect', { sessionId })
      await driver.until(sessionId, inState('closed'))
    }
    expect(received).toEqual(['HELLO\r\nqueued', 'HELLO\r\n'])
  })

  test('a malformed one is refused before anything is dialled', async () => {
    const { sessionId } = await opened(await freePort(), { initialMessage: { notation: 'hex', content: '0' } })
    await expect(driver.call('session.connect', { sessionId })).rejects.toMatchObject({
      code: 'hex-malformed',
      data: { field: 'initialMessage' },
    })
    expect((await driver.session(sessionId)).state).toBe('idle')
  })

  test('waits before the first dial as the settings want', async () => {
    const port = await listen(echo)
    const { sessionId, captureId } = await connecting(port, { connectDelayMs: 20 })
    const { connectMs } = await driver.until(sessionId, inState('open'))
    await driver.call('session.close', { sessionId })
    const kinds = (await driver.story(captureId)).map(({ kind }) => kind)
    expect([kinds.slice(0, 3), connectMs]).toEqual([['delaying', 'dialling', 'connected'], expect.any(Number)])
  })

  test('host names are kept and resolved; both ends are told', async () => {
    const port = await listen(echo)
    const { local, remote, settings } = await driver.connect(port, 'localhost')
    expect([settings.host, remote, local?.address, (local?.port ?? 0) > 0]).toEqual([
      'localhost',
      { address: '127.0.0.1', port, family: 'ipv4' },
      '127.0.0.1',
      true,
    ])
  })
})
