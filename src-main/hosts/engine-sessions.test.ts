import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionEvent } from '../contract/schemas/connection.ts'
import { freePort, TestPeer } from '../sockets/testing/test-peer.ts'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
const peers: TestPeer[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  await driver.close()
  for (const peer of peers.splice(0)) await peer.close()
})

async function listen(onClient: (socket: Socket) => void, host?: string): Promise<number> {
  const peer = await TestPeer.listen((socket) => {
    socket.on('error', () => undefined)
    onClient(socket)
  }, host)
  peers.push(peer)
  return peer.port
}

const echo = (socket: Socket): void => void socket.pipe(socket)
const closed = ({ state }: { state: string }): boolean => state === 'closed'

function eventLine(event: ConnectionEvent): string {
  const transition = 'transition' in event ? event.transition : null
  return transition === null ? event.kind : `${event.kind}, ${transition.from} to ${transition.to}: ${transition.cause}`
}

describe('one session', () => {
  test('connects, is echoed, disconnects; its capture tells the whole story', async () => {
    const port = await listen(echo)
    const { sessionId, captureId } = await driver.connect(port)
    await driver.send(sessionId, 'hello')
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 5)
    await driver.call('session.disconnect', { sessionId })
    const session = await driver.until(sessionId, closed)
    await driver.call('session.close', { sessionId })
    expect([session.ending, session.counters]).toEqual([
      { by: 'local', how: 'fin', unsentBytes: 0, error: null },
      { sentBytes: 5, receivedBytes: 5, unsentBytes: 0 },
    ])
    const records = await driver.records(captureId)
    expect(
      records.map((row) =>
        row.kind === 'event'
          ? eventLine(row.event)
          : row.kind === 'data'
            ? `${row.direction} ${new TextDecoder().decode(row.preview)}`
            : row.kind,
      ),
    ).toEqual([
      'dialling, idle to connecting: requested',
      'connected, connecting to open: connected',
      'sent hello',
      'received hello',
      'local-ended, open to half-closed-local: local-close',
      'peer-ended',
      'ended, half-closed-local to closed: peer-closed',
    ])
  })

  test('is refused', async () => {
    const { sessionId } = await driver.openSession(await freePort())
    await driver.call('session.connect', { sessionId })
    const { ending } = await driver.until(sessionId, closed)
    expect(ending).toMatchObject({ by: 'error', how: 'not-connected', error: { code: 'connection-refused' } })
  })

  test('looks a name up before it dials', async () => {
    const port = await listen(echo)
    const { sessionId, captureId } = await driver.connect(port, 'localhost')
    await driver.call('session.close', { sessionId })
    expect((await driver.story(captureId)).slice(0, 2).map(eventLine)).toEqual([
      'resolving, idle to resolving: requested',
      'resolved, resolving to connecting: resolved',
    ])
  })

  test('is reset', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()).resume())
    const { sessionId } = await driver.connect(port)
    await driver.send(sessionId, 'x')
    const { ending } = await driver.until(sessionId, closed)
    expect(ending).toMatchObject({ by: 'peer', how: 'rst', error: { code: 'connection-reset' } })
  })

  test('has a host that is no host', async () => {
    const { sessionId } = await driver.openSession(7, 'not a host')
    await driver.call('session.connect', { sessionId })
    const { ending } = await driver.until(sessionId, closed)
    expect(ending).toMatchObject({ by: 'error', how: 'not-connected', error: { code: 'host-malformed' } })
  })

  test('reaches a peer by name, in either family', async () => {
    const port = await listen(echo)
    const { remote, resolvedAddresses } = await driver.connect(port, 'localhost')
    expect(remote).toEqual({ address: '127.0.0.1', port, family: 'ipv4' })
    expect(resolvedAddresses).toContain('127.0.0.1')
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
  test.skipIf(!hasIpv6)('speaks IPv6 (skipped where the machine has no ::1)', async () => {
    const port = await listen(echo, '::1')
    const { sessionId, remote } = await driver.connect(port, '::1')
    await driver.send(sessionId, 'six')
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 3)
    expect(remote).toEqual({ address: '::1', port, family: 'ipv6' })
  })

  test('connects again, with all connections in one capture', async () => {
    const port = await listen(echo)
    const { sessionId, captureId } = await driver.connect(port)
    await driver.send(sessionId, 'one')
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 3)
    await driver.call('session.abort', { sessionId })
    await driver.until(sessionId, closed)
    await driver.call('session.connect', { sessionId })
    const again = await driver.until(sessionId, ({ state }) => state === 'open')
    await driver.send(sessionId, 'two')
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 6)
    await driver.call('session.close', { sessionId })
    const received = (await driver.records(captureId)).flatMap((row) =>
      row.kind === 'data' && row.direction === 'received'
        ? [[row.connection, new TextDecoder().decode(row.preview), row.streamOffset]]
        : [],
    )
    expect([again.connectionNumber, again.ending, received]).toEqual([
      2,
      null,
      [
        [1, 'one', 0],
        [2, 'two', 3],
      ],
    ])
  })

  test('sends what was queued before it was connected first', async () => {
    const port = await listen(echo)
    const { sessionId, captureId } = await driver.openSession(port)
    await driver.send(sessionId, 'first ')
    await driver.call('session.connect', { sessionId })
    await driver.send(sessionId, 'second')
    await driver.call('session.end-sending', { sessionId })
    await driver.until(sessionId, closed)
    await driver.call('session.close', { sessionId })
    const received = (await driver.records(captureId)).flatMap((row) =>
      row.kind === 'data' && row.direction === 'received' ? [new TextDecoder().decode(row.preview)] : [],
    )
    expect(received.join('')).toBe('first second')
  })

  test('half-closed by the peer still sends, until the user disconnects', async () => {
    let heard = Promise.resolve('')
    const port = await listen((socket) => {
      socket.end('bye')
      heard = text(socket)
    })
    const { sessionId } = await driver.openSession(port)
    await driver.call('session.connect', { sessionId })
    await driver.until(sessionId, ({ state }) => state === 'half-closed-remote')
    await driver.send(sessionId, 'one more thing')
    await driver.call('session.disconnect', { sessionId })
    const { ending } = await driver.until(sessionId, closed)
    expect([ending?.by, ending?.how, ending?.unsentBytes]).toEqual(['peer', 'fin', 0])
    expect(await heard).toBe('one more thing')
  })

  test('shows what a peer that does not read leaves unsent, and keeps it in the ending', async () => {
    const port = await listen(() => undefined)
    const { sessionId } = await driver.connect(port)
    const bytes = new Uint8Array(16 * 1024 * 1024)
    await driver.call('session.send', { sessionId, bytes })
    await driver.until(sessionId, ({ counters }) => counters.sentBytes > 0)
    await driver.call('session.abort', { sessionId })
    const { ending, counters } = await driver.until(sessionId, closed)
    expect([ending?.by, ending?.how, counters.sentBytes + (ending?.unsentBytes ?? 0)]).toEqual([
      'local',
      'rst',
      bytes.length,
    ])
    expect(ending?.unsentBytes).toBeGreaterThan(0)
  })

  test('32 MiB come back unchanged, and what was sent stands in the capture byte for byte', async () => {
    const port = await listen(echo)
    const { sessionId, captureId } = await driver.connect(port)
    const message = new Uint8Array(16 * 1024 * 1024).map((_, index) => (index * 31) ^ (index >> 8))
    await driver.call('session.send', { sessionId, bytes: message })
    await driver.call('session.send', { sessionId, bytes: message })
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 2 * message.length)
    await driver.call('session.close', { sessionId })
    const expected = createHash('sha256').update(message).update(message).digest('hex')
    expect(await hashesOf(captureId)).toEqual({ sent: expected, received: expected })
  })
})

async function hashesOf(captureId: string): Promise<{ sent: string; received: string }> {
  const hashes = { sent: createHash('sha256'), received: createHash('sha256') }
  for (const row of await driver.records(captureId)) {
    if (row.kind !== 'data') continue
    const { bytes } = await driver.call('capture.read', { captureId, record: row.record, length: row.length })
    hashes[row.direction].update(bytes)
  }
  return { sent: hashes.sent.digest('hex'), received: hashes.received.digest('hex') }
}

describe('misuse', () => {
  test.each([
    ['session.send', { bytes: new Uint8Array(0) }, 'nothing-to-send'],
    ['session.send', { bytes: new Uint8Array(16 * 1024 * 1024 + 1) }, 'message-too-large'],
    ['session.end-sending', {}, 'not-connected'],
  ] as const)('%s is answered with a code', async (command, request, code) => {
    const { sessionId } = await driver.openSession(9)
    await expect(driver.call(command, { sessionId, bytes: new Uint8Array(1), ...request })).rejects.toMatchObject({
      code,
    })
  })

  test('connecting twice, sending after the end, and a session that does not exist', async () => {
    const { sessionId } = await driver.connect(await listen(echo))
    await expect(driver.call('session.connect', { sessionId })).rejects.toMatchObject({ code: 'already-connected' })
    await driver.call('session.end-sending', { sessionId })
    await expect(driver.send(sessionId, 'x')).rejects.toMatchObject({ code: 'sending-ended' })
    await driver.until(sessionId, closed)
    await expect(driver.send(sessionId, 'x')).rejects.toMatchObject({ code: 'not-connected' })
    await driver.call('session.close', { sessionId })
    await expect(driver.call('session.cancel', { sessionId })).rejects.toMatchObject({ code: 'session-not-found' })
  })
})

describe('files that a window hands over', () => {
  test('are kept in the data folder, and sent by their path to the byte', async () => {
    const content = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) & 0xff)
    const { path } = await driver.call('message.keep-file', { name: '../boot.bin', bytes: content })
    expect(path.endsWith(join('files', 'boot.bin'))).toBe(true)
    const { sessionId, captureId } = await driver.connect(await listen(echo))
    await driver.call('session.send-message', { sessionId, message: { content: { mode: 'file', path } } })
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === content.length)
    await driver.call('session.close', { sessionId })
    const expected = createHash('sha256').update(content).digest('hex')
    expect(await hashesOf(captureId)).toEqual({ sent: expected, received: expected })
  })

  test('are refused beyond 16 MiB', async () => {
    const bytes = new Uint8Array(16 * 1024 * 1024 + 1)
    await expect(driver.call('message.keep-file', { name: 'a', bytes })).rejects.toMatchObject({
      code: 'message-too-large',
    })
  })

  test('are measured without being read; what is no file is refused', async () => {
    const { path } = await driver.call('message.keep-file', { name: 'boot.bin', bytes: new Uint8Array(70_001) })
    await expect(driver.call('message.measure-file', { path })).resolves.toEqual({ sizeBytes: 70_001 })
    await expect(driver.call('message.measure-file', { path: `${path}.gone` })).rejects.toMatchObject({
      code: 'file-not-found',
    })
    await expect(driver.call('message.measure-file', { path: dirname(path) })).rejects.toMatchObject({
      code: 'file-unreadable',
    })
  })
})

describe('many sessions', () => {
  test('two at once do not mix', async () => {
    const port = await listen(echo)
    const sessions = await Promise.all([driver.connect(port), driver.connect(port)])
    await Promise.all(sessions.map(({ sessionId }, index) => driver.send(sessionId, `to ${index}`)))
    await Promise.all(
      sessions.map(({ sessionId }) => driver.until(sessionId, ({ counters }) => counters.receivedBytes === 4)),
    )
    await Promise.all(sessions.map(({ sessionId }) => driver.call('session.close', { sessionId })))
    const texts = await Promise.all(
      sessions.map(async ({ captureId }) =>
        (await driver.records(captureId)).flatMap((row) =>
          row.kind === 'data' ? [`${row.direction} ${new TextDecoder().decode(row.preview)}`] : [],
        ),
      ),
    )
    expect(texts).toEqual([
      ['sent to 0', 'received to 0'],
      ['sent to 1', 'received to 1'],
    ])
  })

  test('a hundred at once', async () => {
    const port = await listen(echo)
    const sessions = await Promise.all(Array.from({ length: 100 }, () => driver.connect(port)))
    await Promise.all(
      sessions.map(async ({ sessionId }, index) => {
        await driver.send(sessionId, `session ${index}`)
        const length = `session ${index}`.length
        await driver.until(sessionId, ({ counters }) => counters.receivedBytes === length)
        await driver.call('session.disconnect', { sessionId })
        await driver.until(sessionId, closed)
      }),
    )
    const endings = (await driver.call('session.list', {})).map(({ ending }) => `${ending?.by} ${ending?.how}`)
    expect(endings).toEqual(Array.from({ length: 100 }, () => 'local fin'))
  })
})
