import { afterEach, describe, expect, it } from 'vitest'
import { connect, type ConnectionOptions, type SecureVersion } from 'node:tls'
import * as faulty from './faulty-servers.ts'
import { testCertificates } from './test-certificates.ts'
import type { TestServer } from './tls-test-server.ts'

const started: TestServer[] = []

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
})

async function keep(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  started.push(server)
  return server
}

interface Attempt {
  /** What became of it: the echo, or the code of the failure. */
  readonly outcome: string
  readonly version: string | null
}

/** Connects, sends "hello" and waits for it, or for a failure. Verification is Node's. */
async function attempt(server: TestServer, options: ConnectionOptions = {}): Promise<Attempt> {
  const { root } = await testCertificates()
  const socket = connect({ host: server.host, port: server.port, ca: root.certificatePem, ...options })
  let version: string | null = null
  let received = ''
  socket.once('secureConnect', () => {
    version = socket.getProtocol()
    socket.write('hello')
  })
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
    if (received === 'hello') socket.end()
  })
  const outcome = await new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.once('close', () => resolve(received === '' ? 'closed' : received))
  })
  socket.destroy()
  return { outcome, version }
}

const certificateFaults = [
  ['startValidServer', 'hello'],
  ['startExpiredServer', 'CERT_HAS_EXPIRED'],
  ['startNotYetValidServer', 'CERT_NOT_YET_VALID'],
  ['startSelfSignedServer', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['startWrongNameServer', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['startMissingIntermediateServer', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['startUnknownCaServer', 'SELF_SIGNED_CERT_IN_CHAIN'],
] as const

describe.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('over %s', (version) => {
  it.each(certificateFaults)('%s ends with %s', async (start, outcome) => {
    const server = await keep(faulty[start]({ tls: { minVersion: version, maxVersion: version } }))
    expect((await attempt(server)).outcome).toBe(outcome)
    expect(await attempt(server, { rejectUnauthorized: false })).toEqual({ outcome: 'hello', version })
  })

  it.each([
    ['client', 'hello'],
    [
      'no',
      version === 'TLSv1.3' ? 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' : 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    ],
    ['foreignClient', expect.stringMatching(/^(closed|ECONNRESET|EPIPE)$/)],
    ['expiredClient', expect.stringMatching(/^(closed|ECONNRESET|EPIPE)$/)],
  ] as const)('the mutual server meets %s certificate: %s', async (shown, outcome) => {
    const identity = shown === 'no' ? null : (await testCertificates())[shown]
    const server = await keep(faulty.startMutualServer({ tls: { minVersion: version, maxVersion: version } }))
    const client = identity === null ? {} : { cert: identity.certificatePem, key: identity.keyPem }
    expect((await attempt(server, client)).outcome).toEqual(outcome)
  })

  it('a name is found in a certificate of version 1 without names of servers', async () => {
    const server = await keep(faulty.startCommonNameServer({ tls: { minVersion: version, maxVersion: version } }))
    expect(await attempt(server, { servername: 'localhost' })).toEqual({ outcome: 'hello', version })
    expect((await attempt(server, { servername: 'example.com' })).outcome).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it.each([
    [1, 'rst', 'ECONNRESET'],
    [100, 'rst', 'ECONNRESET'],
    [100, 'fin', 'ECONNRESET'],
  ] as const)('a connection cut after %i bytes of the handshake by %s ends with %s', async (bytes, how, outcome) => {
    const behind = await keep(faulty.startValidServer({ tls: { minVersion: version, maxVersion: version } }))
    const server = await keep(faulty.startCuttingServer(behind.port, bytes, how))
    expect(await attempt(server)).toEqual({ outcome, version: null })
  })
})

describe('what is no question of the certificate', () => {
  it.each([
    ['startOldProtocolServer', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    ['startPlainTextServer', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['startPlainTextAnswerServer', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['startResettingServer', 'ECONNRESET'],
    ['startClosingServer', 'ECONNRESET'],
  ] as const)('%s ends with %s', async (start, outcome) => {
    expect(await attempt(await keep(faulty[start]()))).toEqual({ outcome, version: null })
  })

  it('the old protocol is spoken with a client that allows it', async () => {
    const server = await keep(faulty.startOldProtocolServer())
    const options = { minVersion: 'TLSv1', ciphers: faulty.oldProtocolCiphers } as const
    expect(await attempt(server, options)).toEqual({ outcome: 'hello', version: 'TLSv1.1' })
  })

  it('one cipher is not the one of the client', async () => {
    const server = await keep(faulty.startOneCipherServer())
    const options = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const
    expect(await attempt(server, options)).toEqual({ outcome: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', version: null })
    expect(server.failedHandshakes).toEqual(['ERR_SSL_NO_SHARED_CIPHER'])
  })

  it('a silent server takes the connection and leaves it at that', async () => {
    const server = await keep(faulty.startSilentServer())
    const socket = connect({ host: server.host, port: server.port })
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.destroy()
    await server.stop()
    started.pop()
    expect(server.failedHandshakes).toEqual([])
  })
})
