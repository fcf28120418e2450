import { constants } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import type { TlsSettingsInput } from '../contract/schemas/tls.ts'
import { leafPlan } from '../local-servers/certificates/authority-certificates.ts'
import { makeCertificate } from '../local-servers/certificates/make-certificate.ts'
import * as faulty from '../local-servers/testing/faulty-servers.ts'
import { startTcpTestServer, type TestServer } from '../local-servers/testing/tls-test-server.ts'
import { readOnAfterFailedWrite } from './reading-on-socket.ts'
import { only, prepareTls } from './testing/prepare-tls.ts'
import { StreamRecorder } from './testing/stream-recorder.ts'

const servers: TestServer[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function keep(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  servers.push(server)
  return server
}

/** What happens to a client of a server that writes something at once, until it is closed. */
async function attempt(starting: Promise<TestServer>, settings: TlsSettingsInput = {}): Promise<StreamRecorder> {
  const server = await keep(starting)
  const stream = new StreamRecorder(server.port, { tls: await prepareTls(settings) })
  stream.handle.write(new TextEncoder().encode('hello'))
  await stream.seen('closed')
  return stream
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s', (version) => {
  const tls = { minVersion: version, maxVersion: version }
  const cut = async (passedBytes: number, how: 'fin' | 'rst'): Promise<TestServer> =>
    faulty.startCuttingServer((await keep(faulty.startValidServer({ tls }))).port, passedBytes, how)

  test.each([
    ['expired', 'certificate-expired', () => faulty.startExpiredServer({ tls })],
    ['not valid yet', 'certificate-not-yet-valid', () => faulty.startNotYetValidServer({ tls })],
    ['self-signed', 'certificate-self-signed', () => faulty.startSelfSignedServer({ tls })],
    ['for another name', 'certificate-name-mismatch', () => faulty.startWrongNameServer({ tls })],
    [
      'without its intermediate',
      'certificate-missing-intermediate',
      () => faulty.startMissingIntermediateServer({ tls }),
    ],
    ['of an unknown CA', 'certificate-unknown-ca', () => faulty.startUnknownCaServer({ tls })],
    ['cut after 1 byte by RST', 'reset-during-handshake', () => cut(100, 'rst')],
    ['cut after 100 bytes by FIN', 'closed-during-handshake', () => cut(100, 'fin')],
    ['cut after its certificate by RST', 'reset-during-handshake', () => cut(600, 'rst')],
    ['resetting at once', 'reset-before-tls', () => faulty.startResettingServer()],
    ['closing at once', 'closed-during-handshake', () => faulty.startClosingServer()],
    ['greeting in plain text', 'plaintext-server', () => faulty.startPlainTextServer()],
    ['answering in plain text', 'plaintext-server', () => faulty.startPlainTextAnswerServer()],
    ['sending the hello back', 'plaintext-server', () => startTcpTestServer((socket) => socket.pipe(socket))],
    ['of another version', 'no-common-version', () => faulty.startOldProtocolServer()],
  ] as const)('a server %s: %s, and nothing goes out', async (_, code, start) => {
    const stream = await attempt(start(), only(version))
    expect([stream.log, stream.acceptedBytes, stream.sink.receivedBytes]).toEqual([['connected', code, 'closed'], 0, 0])
  })

  test('a certificate that is not enforced is judged all the same', async () => {
    const server = await keep(faulty.startExpiredServer({ tls }))
    const settings = { ...only(version), verification: 'off', checksName: false } as const
    const stream = new StreamRecorder(server.port, { tls: await prepareTls(settings) })
    stream.handle.write(new TextEncoder().encode('hello'))
    stream.handle.endSending()
    await stream.seen('closed')
    expect([stream.log, stream.sink.text(), stream.secured?.summary.verdict.fault]).toEqual([
      ['connected', 'secured', 'peer-ended', 'closed'],
      'hello',
      'certificate-expired',
    ])
  })

  test('a client certificate that is missing is told, after the handshake with TLS 1.3', async () => {
    const stream = await attempt(faulty.startMutualServer({ tls }), only(version))
    const [last, closed] = stream.log.slice(-2)
    expect([last, closed, stream.log.includes('secured')]).toEqual([
      'client-certificate-required',
      'closed',
      version === 'TLSv1.3',
    ])
  })
})

test('a refusal of TLS 1.3 that races a reset is still told by its name', async () => {
  const mutual = await keep(faulty.startMutualServer({ tls: { minVersion: 'TLSv1.3' } }))
  // Passes everything on, and resets as soon as the alert is with the client's system, while the client writes.
  const racing = await keep(
    startTcpTestServer((socket) => {
      const upstream = connect(mutual.port, '127.0.0.1')
      // The refusing server resets as well.
      readOnAfterFailedWrite(upstream, () => undefined)
      upstream.on('error', () => socket.resetAndDestroy())
      upstream.on('end', () => socket.resetAndDestroy())
      upstream.on('data', (chunk: Buffer) => void socket.write(chunk))
      socket.on('data', (chunk: Buffer) => void upstream.write(chunk))
      socket.on('close', () => upstream.destroy())
    }),
  )
  const tls = await prepareTls(only('TLSv1.3'))
  const endings = new Map<string, number>()
  for (let round = 0; round < 100; round++) {
    const stream = new StreamRecorder(racing.port, { tls })
    stream.handle.write(new Uint8Array(100_000))
    while (!stream.log.includes('closed')) {
      stream.handle.write(new Uint8Array(1000))
      await Promise.race([stream.seen('closed'), new Promise((resolve) => setImmediate(resolve))])
    }
    const ending = stream.log.join(' ')
    endings.set(ending, (endings.get(ending) ?? 0) + 1)
  }
  expect([...endings]).toEqual([['connected secured client-certificate-required closed', 100]])
})

test('what is no TLS after the handshake breaks the connection, and what came before is kept', async () => {
  const behind = await keep(faulty.startValidServer({ serve: (socket) => void socket.write('before') }))
  const server = await keep(
    startTcpTestServer((socket) => {
      const upstream = connect(behind.port, '127.0.0.1')
      upstream.on('error', () => socket.destroy())
      upstream.pipe(socket)
      let heard = 0
      socket.on('data', (chunk: Buffer) => {
        heard += 1
        // The hello, the rest of the handshake, and what the client says once it has seen `before`.
        if (heard < 3) upstream.write(chunk)
        else socket.write('no TLS at all')
      })
      socket.on('close', () => upstream.destroy())
    }),
  )
  const stream = new StreamRecorder(server.port, { tls: await prepareTls() })
  await stream.seen('secured')
  while (stream.sink.receivedBytes < 6) await new Promise((resolve) => setImmediate(resolve))
  stream.handle.write(new Uint8Array(1))
  await stream.seen('closed')
  expect([stream.sink.text(), stream.log]).toEqual(['before', ['connected', 'secured', 'tls-broken', 'closed']])
})

describe('another handshake on the same connection (before TLS 1.3)', () => {
  const start = async (): Promise<{ readonly stream: StreamRecorder; readonly peer: TLSSocket }> => {
    let hand: (socket: TLSSocket) => void = () => undefined
    const accepted = new Promise<TLSSocket>((resolve) => (hand = resolve))
    const secureOptions = constants.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION
    const tls = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', secureOptions } as const
    const server = await keep(faulty.startValidServer({ tls, serve: (socket) => hand(socket.resume()) }))
    const stream = new StreamRecorder(server.port, { tls: await prepareTls(only('TLSv1.2')) })
    await stream.seen('secured')
    return { stream, peer: await accepted }
  }
  // What is written afterwards carries the request for it.
  const shakeAgain = (peer: TLSSocket, text: string): void => {
    peer.renegotiate({}, () => undefined)
    peer.write(text)
  }

  test('is not told as another connection', async () => {
    const { stream, peer } = await start()
    const again = once(peer, 'secure')
    shakeAgain(peer, 'ab')
    await again
    peer.end()
    await stream.seen('peer-ended')
    stream.handle.destroy(false)
    await stream.seen('closed')
    expect([stream.log, stream.sink.text()]).toEqual([['connected', 'secured', 'peer-ended', 'closed'], 'ab'])
  })

  test('with a bad certificate ends the connection', async () => {
    const { stream, peer } = await start()
    const { certificatePem, keyPem } = await makeCertificate(
      leafPlan({ names: ['localhost'], nowUnixMs: Date.now(), validDays: 30, usages: ['server'] }),
      null,
    )
    peer.setKeyCert({ cert: certificatePem, key: keyPem })
    shakeAgain(peer, 'x')
    await stream.seen('closed')
    expect(stream.log).toEqual(['connected', 'secured', 'certificate-self-signed', 'closed'])
  })
})

test('a handshake that hangs ends when it is given up', async () => {
  const server = await keep(faulty.startSilentServer())
  const stream = new StreamRecorder(server.port, { tls: await prepareTls() })
  await stream.seen('connected')
  stream.handle.destroy(true)
  await stream.seen('closed')
  expect(stream.log).toEqual(['connected', 'closed'])
})

test('no common cipher', async () => {
  const stream = await attempt(faulty.startOneCipherServer(), {
    ...only('TLSv1.2'),
    ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  })
  expect(stream.log).toEqual(['connected', 'no-common-cipher', 'closed'])
})
