import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ConnectionEvent } from '../contract/schemas/connection.ts'
import type { RunSnapshot } from '../contract/schemas/sequence.ts'
import type { SessionSnapshot } from '../contract/schemas/session.ts'
import { TestPeer } from '../sockets/testing/test-peer.ts'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
const peers: TestPeer[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close()
  await driver.close()
})

const message = { content: { mode: 'text' as const, text: 'This is the message.  It will be repeated.' } }

/** The check on a new connection, once it is over. */
async function checked(onClient: (socket: Socket) => void): Promise<{ run: RunSnapshot; session: SessionSnapshot }> {
  const peer = await TestPeer.listen(onClient)
  peers.push(peer)
  const session = await driver.connect(peer.port)
  let unsubscribe: () => void = () => undefined
  const over = new Promise<RunSnapshot>((resolve) => {
    unsubscribe = driver.composed.engine.events.subscribe('run.changed', session.sessionId, (run) => {
      if (run.state !== 'running') resolve(run)
    })
  })
  const plan = { kind: 'echo-check' as const, message }
  await driver.call('run.start', { sessionId: session.sessionId, title: 'Echo', plan })
  return { run: await over.finally(unsubscribe), session }
}

/** What the capture tells last, once the session was disconnected. */
async function lastEvent({ sessionId, captureId }: SessionSnapshot): Promise<ConnectionEvent | undefined> {
  if ((await driver.session(sessionId)).state !== 'closed') await driver.call('session.disconnect', { sessionId })
  await driver.until(sessionId, ({ state }) => state === 'closed')
  await driver.call('session.close', { sessionId })
  const last = (await driver.records(captureId)).at(-1)
  return last?.kind === 'event' ? last.event : undefined
}

test('the message of 42 bytes comes back in 16, 16 and 10; closing is told last', async () => {
  const { run, session } = await checked((socket) => socket.pipe(socket))
  expect([run.state, run.echo]).toEqual([
    'done',
    { expectedBytes: 42, receivedBytes: 42, pieces: [16, 16, 10], surplusBytes: 0, differsAt: null, peerClosed: false },
  ])
  expect((await driver.session(session.sessionId)).reading).toEqual({ mode: 'automatic' })
  expect(await lastEvent(session)).toMatchObject({ kind: 'ended', ending: { by: 'local', how: 'fin', error: null } })
})

test('a server that closes after 24 bytes', async () => {
  const { run, session } = await checked((socket) => {
    socket.once('data', (bytes) => socket.end(bytes.subarray(0, 24)))
    socket.resume()
  })
  expect(run).toMatchObject({
    state: 'failed',
    error: { code: 'read-incomplete', message: '24 of 42 bytes, then the peer closed.' },
    echo: { receivedBytes: 24, pieces: [16, 8], peerClosed: true },
  })
  expect(await lastEvent(session)).toMatchObject({ kind: 'ended', ending: { by: 'peer', how: 'fin' } })
})

test('a server that sends more, and one that resets: the surplus, and the error before the closing', async () => {
  const more = await checked((socket) => {
    socket.once('data', (bytes) => socket.write(Buffer.concat([bytes, Buffer.from(' and more of it')])))
    socket.on('end', () => socket.end())
    socket.resume()
  })
  expect(more.run).toMatchObject({ state: 'done', echo: { receivedBytes: 48, pieces: [16, 16, 16], surplusBytes: 6 } })
  expect(await lastEvent(more.session)).toMatchObject({ kind: 'ended' })

  const reset = await checked((socket) => {
    void once(socket, 'data').then(() => socket.resetAndDestroy())
    socket.resume()
  })
  expect(reset.run).toMatchObject({ state: 'failed', error: { code: 'connection-reset' } })
  expect(await lastEvent(reset.session)).toMatchObject({ kind: 'ended', ending: { by: 'peer', how: 'rst' } })
})
