import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TlsSettingsInput } from '../contract/schemas/tls.ts'
import { startMutualServer, startValidServer } from '../local-servers/testing/faulty-servers.ts'
import { testCertificates } from '../local-servers/testing/test-certificates.ts'
import { startTcpTestServer, type TestServer } from '../local-servers/testing/tls-test-server.ts'
import { plainBelow } from '../sockets/testing/plain-below.ts'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
const servers: TestServer[] = []

beforeEach(async () => {
  driver = await EngineDriver.start()
})

afterEach(async () => {
  await driver.close()
  for (const server of servers.splice(0)) await server.stop()
})

async function keep(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  servers.push(server)
  return server
}

/** A session over TLS to a server of the tests, whose CA is trusted; it is connecting. */
async function begin(port: number, tls: TlsSettingsInput = {}): Promise<{ sessionId: string; captureId: string }> {
  const { root } = await testCertificates()
  const settings = { extraCertificates: [root.certificatePem], serverName: 'localhost', ...tls }
  const session = await driver.call('session.open', { settings: { host: '127.0.0.1', port, tls: settings } })
  await driver.call('session.connect', { sessionId: session.sessionId })
  return session
}

const isOpen = ({ state }: { state: string }): boolean => state === 'open'
const isClosed = ({ state }: { state: string }): boolean => state === 'closed'

/** Says `220 ready` in plain when it hears `STARTTLS`, and goes on with TLS as an echo. */
async function startSwitchingServer(): Promise<TestServer> {
  const tlsServer = await keep(startValidServer())
  return keep(
    startTcpTestServer((socket) => {
      socket.once('data', () => {
        socket.write('220 ready\r\n')
        const upstream = connect({ port: tlsServer.port, host: '127.0.0.1', allowHalfOpen: true })
        upstream.on('error', () => socket.destroy())
        socket.pipe(upstream).pipe(socket)
      })
    }),
  )
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s', (version) => {
  const tls = { minVersion: version, maxVersion: version }

  test('a session is secured, echoed, and its capture tells the whole story', async () => {
    const server = await keep(startValidServer({ tls }))
    const { sessionId, captureId } = await begin(server.port)
    const { tls: summary } = await driver.until(sessionId, isOpen)
    await driver.send(sessionId, 'hello')
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 5)
    await driver.call('session.disconnect', { sessionId })
    const { ending } = await driver.until(sessionId, isClosed)
    await driver.call('session.close', { sessionId })
    const kinds = (await driver.story(captureId)).map(({ kind }) => kind)
    expect([summary?.version, summary?.verdict.ok, ending?.how, ending?.error, kinds]).toEqual([
      version,
      true,
      'fin',
      null,
      ['dialling', 'connected', 'handshaking', 'secured', 'local-ended', 'peer-ended', 'ended'],
    ])
  })

  test('a stream that ends without close_notify is noted as one that may be cut', async () => {
    const serve = (socket: Parameters<typeof plainBelow>[0]): void =>
      void socket.on('data', () => plainBelow(socket).end())
    const server = await keep(startValidServer({ tls, serve }))
    const { sessionId, captureId } = await begin(server.port)
    await driver.until(sessionId, isOpen)
    await driver.send(sessionId, 'go')
    await driver.until(sessionId, ({ state }) => state === 'half-closed-remote')
    await driver.call('session.close', { sessionId })
    const story = await driver.story(captureId)
    const at = story.findIndex(({ kind }) => kind === 'peer-ended')
    expect(story[at - 1]).toEqual({ kind: 'note', text: expect.stringContaining('may be cut') as string })
  })

  test('a missing client certificate ends the session with its name', async () => {
    const server = await keep(startMutualServer({ tls }))
    const { sessionId } = await begin(server.port)
    const { ending } = await driver.until(sessionId, isClosed)
    expect([ending?.how, ending?.error?.code]).toEqual(['tls', 'client-certificate-required'])
  })
})

test.each(['after-text', 'by-hand'] as const)('the switch to TLS in mid-stream: %s', async (kind) => {
  const server = await startSwitchingServer()
  const start = kind === 'by-hand' ? ({ kind } as const) : { kind, send: 'STARTTLS\\r\\n', expect: '220 ready\\r\\n' }
  const { sessionId, captureId } = await begin(server.port, { start })
  if (kind === 'by-hand') {
    await driver.until(sessionId, isOpen)
    await driver.send(sessionId, 'STARTTLS\r\n')
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 11)
    await driver.call('session.start-tls', { sessionId })
  }
  await driver.until(sessionId, ({ state, tls }) => state === 'open' && tls !== null)
  await driver.send(sessionId, 'encrypted')
  await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 20)
  await driver.call('session.disconnect', { sessionId })
  await driver.until(sessionId, isClosed)
  await driver.call('session.close', { sessionId })
  const records = await driver.records(captureId)
  expect(
    records.flatMap((row) =>
      row.kind === 'data'
        ? [`${row.direction} ${new TextDecoder().decode(row.preview)}`]
        : row.kind === 'event' && row.event.kind === 'secured'
          ? ['secured']
          : [],
    ),
  ).toEqual(['sent STARTTLS\r\n', 'received 220 ready\r\n', 'secured', 'sent encrypted', 'received encrypted'])
})

test('a call with a connection of its own begins behind the switch to TLS: what is said before is no reply', async () => {
  const server = await startSwitchingServer()
  const { root } = await testCertificates()
  const start = { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '220 ready\\r\\n' } as const
  const tls = { extraCertificates: [root.certificatePem], serverName: 'localhost', start }
  const { sessionId } = await driver.call('session.open', { settings: { host: '127.0.0.1', port: server.port, tls } })
  await driver.call('call.configure', { sessionId, settings: { protocol: 'tcpy' } })
  const request = { command: 'a', timeoutMs: 5000 }
  const { entry } = await driver.call('call.run', { sessionId, request })
  expect(entry).toMatchObject({
    ...{ state: 'answered', ok: true, replyCount: 1 },
    requestPlace: { streamOffset: 10 },
    replies: [{ text: '{"cmd":"a"}', place: { streamOffset: 11 } }],
  })
})
