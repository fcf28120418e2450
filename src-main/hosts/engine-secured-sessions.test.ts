import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionSettingsInput } from '../contract/schemas/connection.ts'
import type { SessionSnapshot } from '../contract/schemas/session.ts'
import type { TlsSettingsInput } from '../contract/schemas/tls.ts'
import {
  startCuttingServer,
  startExpiredServer,
  startMutualServer,
  startPlainTextServer,
  startSilentServer,
  startValidServer,
} from '../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../local-servers/testing/test-certificates.ts'
import { startTcpTestServer, type TestServer } from '../local-servers/testing/tls-test-server.ts'
import { leafPlan } from '../local-servers/certificates/authority-certificates.ts'
import { makeCertificate } from '../local-servers/certificates/make-certificate.ts'
import { EngineDriver } from './testing/engine-driver.ts'

let driver: EngineDriver
let folder: string
let trusted: string
const servers: TestServer[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-tls-'))
  driver = await EngineDriver.start({ dataFolder: join(folder, 'data') })
  trusted = (await testCertificates()).root.certificatePem
})

afterEach(async () => {
  await driver.close()
  for (const server of servers.splice(0)) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function keep(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  servers.push(server)
  return server
}

async function opened(
  { port }: { port: number },
  tls: TlsSettingsInput = {},
  rest: Partial<ConnectionSettingsInput> = {},
): Promise<SessionSnapshot> {
  const secured = { serverName: 'localhost', extraCertificates: [trusted], ...tls }
  return driver.call('session.open', { settings: { host: '127.0.0.1', port, tls: secured, ...rest } })
}

async function connecting(...how: Parameters<typeof opened>): Promise<SessionSnapshot> {
  const { sessionId } = await opened(...how)
  return driver.call('session.connect', { sessionId })
}

const inState =
  (...states: SessionSnapshot['state'][]) =>
  ({ state }: SessionSnapshot): boolean =>
    states.includes(state)

describe('TLS at once', () => {
  test('what was queued goes out encrypted, after the initial message; the capture has the plain bytes and the certificates', async () => {
    const server = await keep(startValidServer())
    const { sessionId, captureId } = await opened(
      server,
      {},
      { initialMessage: { notation: 'text', content: 'HELLO ' } },
    )
    await driver.send(sessionId, 'queued')
    await driver.call('session.connect', { sessionId })
    const session = await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 12)
    expect(session.tls).toMatchObject({
      version: 'TLSv1.3',
      isVerified: true,
      verdict: { ok: true },
      peerName: 'localhost',
    })
    expect(session.flags).toMatchObject({ accepted: true, connected: true, cutOff: false })
    expect([session.handshakeMs, session.connectMs]).toEqual([expect.any(Number), expect.any(Number)])
    const { peerChain } = await driver.call('session.certificates', { sessionId })
    expect(peerChain.map(({ name, source }) => [name, source])).toEqual([
      ['localhost', 'sent'],
      ['Test CA', 'trusted'],
    ])
    await driver.call('session.close', { sessionId })
    const story = await driver.story(captureId)
    expect(story.slice(0, 4).map(({ kind }) => kind)).toEqual(['dialling', 'connected', 'handshaking', 'secured'])
    const secured = story.find(({ kind }) => kind === 'secured')
    expect(secured?.kind === 'secured' ? secured.peerCertificates.map(({ name }) => name) : []).toEqual(['localhost'])
    expect(story.at(-1)).toMatchObject({ kind: 'ended', ending: { by: 'local', how: 'fin', unsentBytes: 0 } })
  })

  test('a certificate that is refused is told, and not tried again', async () => {
    const server = await keep(startExpiredServer())
    const schedule = { kind: 'fixed', delayMs: 0 } as const
    const { sessionId, captureId } = await connecting(server, {}, { retry: { schedule } })
    await driver.send(sessionId, 'never in the clear')
    const { ending, connectionNumber } = await driver.until(sessionId, inState('closed'))
    expect([ending, connectionNumber]).toEqual([
      {
        by: 'error',
        how: 'tls',
        unsentBytes: 18,
        error: expect.objectContaining({ code: 'certificate-expired' }) as unknown,
      },
      1,
    ])
    await driver.call('session.close', { sessionId })
    expect((await driver.story(captureId)).map(({ kind }) => kind)).toEqual([
      'dialling',
      'connected',
      'handshaking',
      'handshake-failed',
      'ended',
    ])
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a server that wants a certificate of the client, over %s',
    async (version) => {
      const server = await keep(startMutualServer({ tls: { minVersion: version, maxVersion: version } }))
      const { sessionId } = await connecting(server)
      const { ending } = await driver.until(sessionId, inState('closed'))
      expect(ending).toMatchObject({ by: 'peer', how: 'tls', error: { code: 'client-certificate-required' } })
      const { client } = await testCertificates()
      const files = await writeIdentityFiles(folder, 'client', client)
      const { certificatePath, keyPath } = files
      const settings = { extraCertificates: [trusted], serverName: 'localhost', certificatePath, keyPath }
      await driver.call('session.connect', {
        sessionId,
        settings: { host: '127.0.0.1', port: server.port, tls: settings },
      })
      await driver.send(sessionId, 'mutual')
      const { tls } = await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 6)
      expect(tls?.localName).toBe('Test client')
    },
  )

  test('settings that cannot be used are refused before connecting, with the setting', async () => {
    const server = await keep(startValidServer())
    const { sessionId } = await opened(server, { verification: 'off', checksName: true })
    await expect(driver.call('session.connect', { sessionId })).rejects.toMatchObject({
      code: 'tls-settings-impossible',
      data: { field: expect.any(String) as string },
    })
    const keyPath = join(folder, 'no-such.key')
    const tls = { keyPath, certificatePath: keyPath }
    const settings = { host: '127.0.0.1', port: server.port, tls }
    await expect(driver.call('session.connect', { sessionId, settings })).rejects.toMatchObject({
      code: 'file-not-found',
    })
    expect((await driver.session(sessionId)).state).toBe('idle')
  })

  test('a port that says nothing is opened anew after every handshake timeout, while the policy wants it', async () => {
    const server = await keep(startSilentServer())
    const schedule = { kind: 'fixed', delayMs: 0, maximumAttempts: 2 } as const
    const { sessionId, captureId } = await connecting(server, { handshakeTimeoutMs: 50 }, { retry: { schedule } })
    const { ending } = await driver.until(sessionId, (s) => s.connectionNumber === 3 && s.state === 'closed')
    expect(ending).toMatchObject({
      by: 'error',
      how: 'tls',
      error: { code: 'handshake-timeout', data: { timeoutMs: 50 } },
    })
    await driver.call('session.close', { sessionId })
    const failed = (await driver.story(captureId)).flatMap((event) =>
      event.kind === 'handshake-failed' ? [event] : [],
    )
    expect(failed.map(({ elapsedMs, error }) => [elapsedMs >= 45, error.code])).toEqual(
      Array.from({ length: 3 }, () => [true, 'handshake-timeout']),
    )
  })

  test('a port that says nothing is left once, without a policy', async () => {
    const server = await keep(startSilentServer())
    const { sessionId } = await connecting(server, { handshakeTimeoutMs: 50 })
    expect((await driver.until(sessionId, inState('closed'))).connectionNumber).toBe(1)
  })

  test('a server in plain text is told as one; so is a connection that is cut in the handshake', async () => {
    const plain = await keep(startPlainTextServer())
    const { sessionId } = await connecting(plain)
    expect((await driver.until(sessionId, inState('closed'))).ending).toMatchObject({
      how: 'tls',
      error: { code: 'plaintext-server' },
    })
    const valid = await keep(startValidServer())
    const cut = await keep(startCuttingServer(valid.port, 60, 'rst'))
    const other = await connecting(cut)
    expect((await driver.until(other.sessionId, inState('closed'))).ending).toMatchObject({
      by: 'peer',
      how: 'tls',
      error: { code: 'reset-during-handshake' },
    })
  })
})

describe('TLS in mid-stream', () => {
  /** Serves plain text until `answer` says so, then TLS, which it echoes. */
  async function startSwitching(answer: (text: string) => string | null): Promise<TestServer> {
    const { root } = await testCertificates()
    const plan = leafPlan({ names: ['localhost'], nowUnixMs: Date.now(), validDays: 30, usages: ['server'] })
    const { certificatePem, keyPem } = await makeCertificate(plan, root)
    const secureContext = createSecureContext({ cert: certificatePem, key: keyPem })
    return startTcpTestServer((socket: Socket) => {
      socket.once('data', (bytes: Buffer) => {
        const reply = answer(bytes.toString())
        if (reply === null) return
        socket.write(reply, () => {
          const secured = new TLSSocket(socket, { isServer: true, secureContext })
          secured.on('error', () => undefined)
          secured.pipe(secured)
        })
      })
    })
  }

  test('after a text: it goes out first, then the answer is waited for, then everything else goes out encrypted', async () => {
    const seen: string[] = []
    const server = await keep(
      startSwitching((text) => {
        seen.push(text)
        return '220 go ahead\r\n'
      }),
    )
    const start = { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '220 ' } as const
    const initialMessage = { notation: 'text', content: 'HELLO ' } as const
    const { sessionId, captureId } = await opened(server, { start }, { initialMessage })
    await driver.send(sessionId, 'queued')
    await driver.call('session.connect', { sessionId })
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 26)
    await driver.call('session.close', { sessionId })
    const rows = await driver.records(captureId)
    const lines = rows.map((row) =>
      row.kind === 'event'
        ? row.event.kind
        : row.kind === 'data'
          ? `${row.direction} ${new TextDecoder().decode(row.preview)}`
          : row.kind,
    )
    expect(seen).toEqual(['STARTTLS\r\n'])
    expect(lines.slice(0, 8)).toEqual([
      'dialling',
      'connected',
      'sent STARTTLS\r\n',
      'received 220 go ahead\r\n',
      'handshaking',
      'secured',
      'sent HELLO ',
      'sent queued',
    ])
  })

  test('by hand: what was sent before is plain, what is sent after is not', async () => {
    const seen: string[] = []
    const server = await keep(
      startSwitching((text) => {
        seen.push(text)
        return 'ok\n'
      }),
    )
    const { sessionId } = await connecting(server, { start: { kind: 'by-hand' } })
    await driver.until(sessionId, inState('open'))
    await driver.send(sessionId, 'makessl\n')
    await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 3)
    await driver.call('session.start-tls', { sessionId })
    await driver.send(sessionId, 'secret')
    const { tls, state } = await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 9)
    expect([seen, state, tls?.verdict.ok]).toEqual([['makessl\n'], 'open', true])
    await expect(driver.call('session.start-tls', { sessionId })).rejects.toMatchObject({ code: 'tls-already' })
  })
})

test('keys are kept beside the capture while it is asked for, for this user alone, and go where the capture goes', async () => {
  const server = await keep(startValidServer())
  const { sessionId, captureId } = await opened(server)
  await driver.call('session.set-key-log', { sessionId, isOn: true })
  await driver.call('session.connect', { sessionId })
  const { keyLog } = await driver.until(
    sessionId,
    (session) => session.state === 'open' && session.keyLog.lineCount >= 5,
  )
  const path = join(folder, 'data', 'captures', `${captureId}.keys`)
  expect(keyLog).toEqual({ isOn: true, path, lineCount: keyLog.lineCount, error: null })
  await driver.call('session.close', { sessionId })
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  expect(lines.filter((line) => !/^[A-Z0-9_]+ [0-9a-f]{64} [0-9a-f]{64,96}$/.test(line))).toEqual([])
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
  await driver.call('capture.remove', { captureId })
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
  await driver.call('capture.restore', { captureId })
  expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toEqual(lines)
})

test('reads of a chosen size, a local address of this machine, and one that is not', async () => {
  const server = await keep(startTcpTestServer((socket) => void socket.resume().end('x'.repeat(3000))))
  const plain = { host: '127.0.0.1', port: server.port }
  const { sessionId, captureId } = await driver.call('session.open', {
    settings: { ...plain, readSizeBytes: 1024, localAddress: '127.0.0.2' },
  })
  await driver.call('session.connect', { sessionId })
  const { local } = await driver.until(sessionId, ({ counters }) => counters.receivedBytes === 3000)
  const { sendBufferBytes, receiveBufferBytes, reason } = await driver.call('session.socket-details', { sessionId })
  await driver.call('session.close', { sessionId })
  const sizes = (await driver.records(captureId)).flatMap((row) => (row.kind === 'data' ? [row.length] : []))
  expect([local?.address, Math.max(...sizes), sizes.reduce((sum, size) => sum + size)]).toEqual([
    '127.0.0.2',
    1024,
    3000,
  ])
  expect(reason !== null || ((sendBufferBytes ?? 0) > 0 && (receiveBufferBytes ?? 0) > 0)).toBe(true)
  const other = await driver.call('session.open', { settings: { ...plain, localAddress: '192.0.2.77' } })
  await driver.call('session.connect', { sessionId: other.sessionId })
  const { ending } = await driver.until(other.sessionId, inState('closed'))
  expect(ending).toMatchObject({
    how: 'not-connected',
    error: { code: 'local-address-unavailable', data: { address: '192.0.2.77' } },
  })
})

test('a peer that drops is noticed without reading', async () => {
  const clients: Socket[] = []
  const server = await keep(startTcpTestServer((socket) => void clients.push(socket)))
  const { sessionId } = await driver.connect(server.port)
  await driver.call('session.set-reading', { sessionId, reading: { mode: 'manual', readSizeBytes: 16 } })
  clients[0]?.end('unread')
  const { flags, state, counters } = await driver.until(sessionId, (session) => session.flags.cutOff)
  expect([flags, state, counters.receivedBytes]).toEqual([
    { opened: true, accepted: true, connected: true, cutOff: true, shouldBeConnected: true },
    'open',
    0,
  ])
})
