import { expect, test } from 'vitest'
import * as v from 'valibot'
import { describeError, WirebenchError } from '../../contract/errors.ts'
import { completeConnectionSettings, type ConnectionSettings } from '../../contract/schemas/connection.ts'
import { tlsSettings, type TlsSettingsInput } from '../../contract/schemas/tls.ts'
import { wireLogSettings } from '../../contract/schemas/wire-log.ts'
import { fakeSecured } from '../testing/fake-tls.ts'
import { SessionBench } from '../testing/session-bench.ts'
import type { Session } from './session.ts'

const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes)

function withTls(tls: TlsSettingsInput, rest: Partial<ConnectionSettings> = {}): ConnectionSettings {
  const settings = completeConnectionSettings({ host: '192.0.2.1', port: 4001 })
  return { ...settings, ...rest, tls: v.parse(tlsSettings, tls) }
}

async function opened(bench: SessionBench, settings: ConnectionSettings): Promise<Session> {
  return bench.registry.open({ profileId: null, settings })
}

test('what a secured connection negotiated is in the snapshot and, with the certificates of the peer, in the capture', async () => {
  const bench = await SessionBench.make()
  const session = await opened(bench, withTls({}))
  session.send(text('hello'))
  await session.connect()
  const stream = bench.dialer.last
  expect(stream.options.tls).toMatchObject({ serverName: '192.0.2.1' })
  stream.connect()
  expect([session.snapshot().state, session.snapshot().flags.connected, stream.log]).toEqual(['handshaking', false, []])
  bench.clock.advance(20)
  stream.secure(fakeSecured)
  const tls = { ...fakeSecured.summary, handshakeMs: 20 }
  expect(session.snapshot()).toMatchObject({ state: 'open', tls, handshakeMs: 20, flags: { connected: true } })
  expect([stream.log, session.certificates]).toEqual([['write 5'], fakeSecured.certificates])
  session.abort()
  const closing = bench.registry.close(session.sessionId)
  await bench.pass(20)
  await closing
  const story = await bench.story(session.capture.captureId)
  expect(story.slice(1, 4)).toEqual([
    expect.objectContaining({
      kind: 'connected',
      transition: { from: 'connecting', to: 'handshaking', cause: 'connected' },
    }),
    { kind: 'handshaking', transition: null, serverName: '192.0.2.1' },
    {
      kind: 'secured',
      transition: { from: 'handshaking', to: 'open', cause: 'secured' },
      tls,
      peerCertificates: [
        { name: 'device.test', fingerprintSha256: 'ab'.repeat(32), pem: fakeSecured.sentByPeer[0]?.pem },
      ],
    },
  ])
})

test('a passphrase comes with the request, else from the variable; it is kept for the same files, and is in nothing that is told', async () => {
  const bench = await SessionBench.make()
  const settings = withTls({ keyPath: 'encrypted', certificatePath: 'cert', passphraseVariable: 'pass' })
  const session = await opened(bench, settings)
  const told: string[] = []
  bench.events.subscribe('session.changed', null, (snapshot) => told.push(JSON.stringify(snapshot)))
  const error = (code: string) =>
    expect.objectContaining({ code, data: { file: 'encrypted', field: 'keyPath' } }) as Error
  await expect(session.connect()).rejects.toEqual(error('passphrase-required'))
  bench.variables.set('pass', { text: 'wrong', secret: true })
  await expect(session.connect()).rejects.toEqual(error('passphrase-wrong'))
  expect(session.snapshot().state).toBe('idle')
  await session.connect({ passphrase: 'open sesame' })
  session.cancel()
  await session.connect()
  session.cancel()
  await expect(session.connect({ settings: withTls({ pfxPath: 'other', keyPath: 'encrypted' }) })).rejects.toEqual(
    error('passphrase-required'),
  )
  expect([bench.tls.log, told.length > 0, told.join().includes('sesame')]).toEqual([
    ['192.0.2.1 without', '192.0.2.1 wrong', '192.0.2.1 open sesame', '192.0.2.1 open sesame', '192.0.2.1 without'],
    true,
    false,
  ])
})

test('what is given up while files are read does not connect afterwards', async () => {
  const bench = await SessionBench.make()
  const session = await opened(bench, withTls({}))
  let letThrough = (): void => undefined
  bench.tls.gate = new Promise((resolve) => (letThrough = resolve))
  const connecting = session.connect()
  session.cancel()
  letThrough()
  await expect(connecting).rejects.toMatchObject({ code: 'cancelled' })
  expect([session.snapshot().state, bench.dialer.streams.length]).toEqual(['idle', 0])
})

test('a session that is closed while files are read does not connect afterwards', async () => {
  const bench = await SessionBench.make()
  const session = await opened(bench, withTls({}))
  let letThrough = (): void => undefined
  bench.tls.gate = new Promise((resolve) => (letThrough = resolve))
  const connecting = session.connect()
  const closing = bench.registry.close(session.sessionId)
  letThrough()
  await expect(connecting).rejects.toMatchObject({ code: 'cancelled' })
  await bench.pass(20)
  await closing
  expect(bench.dialer.streams.length).toBe(0)
})

test('a plain connection is switched to TLS by hand, after what was queued', async () => {
  const bench = await SessionBench.make()
  const session = await opened(bench, completeConnectionSettings({ host: '192.0.2.1', port: 4001 }))
  await expect(session.startTls(null)).rejects.toMatchObject({ code: 'not-connected' })
  await session.connect()
  const stream = bench.dialer.last
  stream.connect()
  session.send(text('before'))
  await session.startTls(null)
  session.send(text('after it'))
  stream.handlers.onAccepted(6)
  expect([stream.options.tls, stream.log]).toEqual([null, ['write 6', 'start TLS with 192.0.2.1']])
  stream.secure(fakeSecured)
  expect(stream.log.slice(2)).toEqual(['write 8'])
  await expect(session.startTls(null)).rejects.toMatchObject({ code: 'tls-already' })
})

test('TLS after a text listens for the answer, also while a person reads by hand', async () => {
  const bench = await SessionBench.make()
  const settings = withTls({ start: { kind: 'after-text', send: 'STARTTLS\\n', expect: 'OK' } })
  const session = await opened(bench, settings)
  session.setReading({ mode: 'manual', readSizeBytes: 16, serviceIntervalMs: null })
  await session.connect()
  const stream = bench.dialer.last
  stream.connect()
  stream.handlers.onAccepted(9)
  stream.receive(text('O'))
  stream.receive(text('K'))
  expect(stream.log).toEqual(['write 9', 'start TLS with 192.0.2.1'])
  stream.secure(fakeSecured)
  expect(stream.log.slice(2)).toEqual(['hold'])
  expect(session.counters().receivedBytes).toBe(2)
})

test('a refusal by TLS 1.3 after the handshake is an ending by TLS', async () => {
  const bench = await SessionBench.make()
  const session = await opened(bench, withTls({}))
  await session.connect()
  bench.dialer.last.connect()
  bench.dialer.last.secure(fakeSecured)
  const error = describeError('client-certificate-required')
  bench.dialer.last.fail(error)
  expect(session.snapshot().ending).toEqual({ by: 'peer', how: 'tls', unsentBytes: 0, error })
})

test('keys are kept while it is asked for alone, and shown as what they are', async () => {
  const bench = await SessionBench.make()
  const session = await opened(bench, withTls({}))
  const connect = async (line: string): Promise<void> => {
    await session.connect()
    bench.dialer.last.connect()
    bench.dialer.last.secure(fakeSecured, line)
    await bench.settle()
    session.abort()
  }
  await connect('CLIENT_RANDOM before\n')
  session.setKeyLog(true)
  expect(session.snapshot().keyLog).toEqual({ isOn: true, path: null, lineCount: 0, error: null })
  await connect('CLIENT_RANDOM while\n')
  const path = `/captures/${session.capture.captureId}.keys`
  expect(session.snapshot().keyLog).toEqual({ isOn: true, path, lineCount: 1, error: null })
  session.setKeyLog(false)
  await connect('CLIENT_RANDOM after\n')
  expect(session.snapshot().keyLog).toEqual({ isOn: false, path, lineCount: 1, error: null })
  const closing = bench.registry.close(session.sessionId)
  await bench.pass(20)
  await closing
  expect([bench.keyLogFiles.lines, bench.keyLogFiles.openFiles]).toEqual([['CLIENT_RANDOM while\n'], 0])
})

test('a key log that cannot be written is told; the connection goes on', async () => {
  const bench = await SessionBench.make()
  const session = await opened(bench, withTls({}))
  bench.keyLogFiles.error = new WirebenchError('key-log-unwritable', { file: 'x.keys', reason: 'The disk is full.' })
  session.setKeyLog(true)
  await session.connect()
  bench.dialer.last.connect()
  bench.dialer.last.secure(fakeSecured, 'CLIENT_RANDOM 0\n')
  await bench.settle()
  const { keyLog, state } = session.snapshot()
  expect([keyLog, state]).toEqual([
    { isOn: true, path: null, lineCount: 0, error: bench.keyLogFiles.error.toShape() },
    'open',
  ])
})

test('a key log that cannot be closed is told, and keeps neither the capture nor the wire log open', async () => {
  const bench = await SessionBench.make()
  const session = await opened(bench, withTls({}))
  bench.keyLogFiles.closeError = new Error('EIO: i/o error, close')
  session.setKeyLog(true)
  await session.connect()
  bench.dialer.last.connect()
  bench.dialer.last.secure(fakeSecured, 'CLIENT_RANDOM 0\n')
  session.abort()
  const finished: string[] = []
  const settings = v.parse(wireLogSettings, {})
  session.wireLog = {
    state: () => ({ settings, paths: [], recordCount: 0, byteCount: 0, forgottenBytes: 0, error: null }),
    finish: () => Promise.resolve(void finished.push('wire log')),
  }
  const closing = bench.registry.close(session.sessionId).catch((thrown: unknown) => thrown)
  await bench.pass(20)
  expect([await closing, finished]).toEqual([bench.keyLogFiles.closeError, ['wire log']])
  expect((await bench.story(session.capture.captureId)).at(-1)).toMatchObject({ kind: 'ended' })
})
