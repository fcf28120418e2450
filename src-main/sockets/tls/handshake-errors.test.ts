import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureVersion } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TlsSettingsInput } from '../../contract/schemas/tls.ts'
import * as faulty from '../../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { startTcpTestServer, type TestServer } from '../../local-servers/testing/tls-test-server.ts'
import { describeHandshakeError, describeSecuredError, type HandshakeFacts } from './handshake-errors.ts'
import { attemptTls } from './testing/secure-attempt.ts'

let folder: string
let caPath: string
const identities = { client: {}, foreign: {} }
const started: TestServer[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-handshakes-'))
  const { root, client, foreignClient } = await testCertificates()
  caPath = (await writeIdentityFiles(folder, 'root', root)).certificatePath
  const paths = async (name: string, identity: typeof client): Promise<TlsSettingsInput> => {
    const { certificatePath, keyPath } = await writeIdentityFiles(folder, name, identity)
    return { certificatePath, keyPath }
  }
  identities.client = await paths('client', client)
  identities.foreign = await paths('foreign', foreignClient)
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
})

async function codeWith(starting: Promise<TestServer>, given: TlsSettingsInput = {}): Promise<string | null> {
  const server = await starting
  started.push(server)
  return (await attemptTls(server, { caPath, ...given })).code
}

describe('servers that do not speak TLS', () => {
  it.each([
    ['220 ready\r\n', 'plaintext-server'],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'plaintext-server'],
    ['{"jsonrpc":"2.0"}\n', 'plaintext-server'],
    ['\0\0\0\x05hello', 'plaintext-server'],
  ])('one that greets with %j', async (greeting, code) => {
    expect(await codeWith(faulty.startPlainTextServer(greeting))).toBe(code)
  })

  it.each(['HTTP/1.1 400 Bad Request\r\n\r\n', 'hi\n', '?'])('one that answers %j', async (answer) => {
    expect(await codeWith(faulty.startPlainTextAnswerServer(answer))).toBe('plaintext-server')
  })

  it('an echo', async () => {
    expect(await codeWith(startTcpTestServer((socket) => socket.pipe(socket)))).toBe('plaintext-server')
  })

  it('one that resets, and one that closes', async () => {
    expect([await codeWith(faulty.startResettingServer()), await codeWith(faulty.startClosingServer())]).toEqual([
      'reset-before-tls',
      'closed-during-handshake',
    ])
  })
})

describe.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('over %s', (version) => {
  const only = { tls: { minVersion: version, maxVersion: version } }

  it.each([
    ['rst', 'reset-during-handshake'],
    ['fin', 'closed-during-handshake'],
  ] as const)('a connection cut in mid-handshake by %s', async (how, code) => {
    const behind = await faulty.startValidServer(only)
    started.push(behind)
    expect(await codeWith(faulty.startCuttingServer(behind.port, 100, how))).toBe(code)
  })

  it('no version in common', async () => {
    const other = version === 'TLSv1.2' ? 'TLSv1.3' : 'TLSv1.2'
    const given = { minimumVersion: other, maximumVersion: other } as const
    expect(await codeWith(faulty.startValidServer(only), given)).toBe('no-common-version')
  })

  it('no cipher in common', async () => {
    const [mine, theirs] =
      version === 'TLSv1.3'
        ? ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']
        : ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384']
    const server = faulty.startValidServer({ tls: { ...only.tls, ciphers: theirs } })
    const given = { ciphers: mine, minimumVersion: version, maximumVersion: version }
    expect(await codeWith(server, given)).toBe('no-common-cipher')
  })

  it('no ALPN protocol in common, in words', async () => {
    const server = await faulty.startValidServer({ tls: { ...only.tls, ALPNProtocols: ['h2'] } })
    started.push(server)
    const { error } = await attemptTls(server, { caPath, alpn: ['mqtt'] })
    expect([error?.code, error?.data.reason]).toEqual([
      'handshake-failed',
      'The server speaks none of the ALPN protocols that were offered.',
    ])
  })
})

describe('client certificates over TLS 1.2, where the server looks at them in the handshake', () => {
  const only = { tls: { maxVersion: 'TLSv1.2' } } as const

  it('none', async () => {
    expect(await codeWith(faulty.startMutualServer(only))).toBe('client-certificate-required')
  })

  it('one of a foreign CA', async () => {
    expect(await codeWith(faulty.startMutualServer(only), identities.foreign)).toBe('client-certificate-rejected')
  })

  it('a good one', async () => {
    expect(await codeWith(faulty.startMutualServer(only), identities.client)).toBeNull()
  })
})

describe('what a server says', () => {
  const facts: HandshakeFacts = {
    address: '192.0.2.1:443',
    receivedBytes: 900,
    isCertificateRequested: false,
    hasCertificate: false,
  }
  const openSsl = (code: string): Error =>
    Object.assign(new Error(code), { code: `ERR_SSL_${code}`, reason: 'their words' })
  const asked = { ...facts, isCertificateRequested: true }
  const shown = { ...asked, hasCertificate: true }

  it.each<[string, HandshakeFacts, string]>([
    ['SSLV3_ALERT_HANDSHAKE_FAILURE', facts, 'no-common-cipher'],
    ['SSLV3_ALERT_HANDSHAKE_FAILURE', asked, 'client-certificate-required'],
    ['SSLV3_ALERT_HANDSHAKE_FAILURE', shown, 'client-certificate-rejected'],
    ['SSLV3_ALERT_HANDSHAKE_FAILURE', { ...facts, hasCertificate: true }, 'no-common-cipher'],
    // Programs in Go say this when they want a certificate and get none.
    ['SSLV3_ALERT_BAD_CERTIFICATE', asked, 'client-certificate-required'],
    ['SSLV3_ALERT_BAD_CERTIFICATE', shown, 'client-certificate-rejected'],
    ['SSLV3_ALERT_CERTIFICATE_REVOKED', shown, 'client-certificate-rejected'],
    ['TLSV1_ALERT_UNKNOWN_CA', shown, 'client-certificate-rejected'],
    ['TLSV1_ALERT_UNKNOWN_CA', { ...facts, hasCertificate: true }, 'client-certificate-rejected'],
    ['TLSV1_ALERT_ACCESS_DENIED', shown, 'client-certificate-rejected'],
    ['TLSV13_ALERT_CERTIFICATE_REQUIRED', asked, 'client-certificate-required'],
    ['TLSV1_ALERT_PROTOCOL_VERSION', facts, 'no-common-version'],
    ['UNSUPPORTED_PROTOCOL', facts, 'no-common-version'],
    ['TLSV1_ALERT_INSUFFICIENT_SECURITY', facts, 'no-common-cipher'],
    ['NO_CIPHERS_AVAILABLE', facts, 'no-common-cipher'],
    ['TLSV1_UNRECOGNIZED_NAME', facts, 'handshake-failed'],
    ['SOMETHING_NEW', facts, 'handshake-failed'],
  ])('%s with %o: %s', (code, seen, expected) => {
    expect(describeHandshakeError(openSsl(code), seen).code).toBe(expected)
  })

  it('is passed on in plain words, or in those of OpenSSL', () => {
    const messageOf = (code: string): string => describeHandshakeError(openSsl(code), facts).message
    expect([messageOf('TLSV1_UNRECOGNIZED_NAME'), messageOf('SOMETHING_NEW')]).toEqual([
      'The TLS handshake failed. The server does not know the server name that was sent (SNI).',
      'The TLS handshake failed. OpenSSL says: their words.',
    ])
  })

  it('may come after the handshake, with TLS 1.3', () => {
    const codes = ['TLSV13_ALERT_CERTIFICATE_REQUIRED', 'TLSV1_ALERT_UNKNOWN_CA', 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC']
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
    expect([...codes.map(openSsl), reset].map((error) => describeSecuredError(error, shown).code)).toEqual([
      'client-certificate-required',
      'client-certificate-rejected',
      'tls-broken',
      'connection-reset',
    ])
  })
})
