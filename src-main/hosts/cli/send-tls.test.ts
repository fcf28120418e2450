import { createPrivateKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureVersion } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as faulty from '../../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { startTcpTestServer, type TestServer } from '../../local-servers/testing/tls-test-server.ts'
import { startCli } from './testing/test-io.ts'

let folder: string
const file = (name: string): string => join(folder, name)
const started: TestServer[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-send-tls-'))
  const { root, client, foreignClient } = await testCertificates()
  await writeIdentityFiles(folder, 'root', root)
  await writeIdentityFiles(folder, 'client', client)
  await writeIdentityFiles(folder, 'foreign', foreignClient)
  const encrypted = createPrivateKey(client.keyPem).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'open sesame',
  })
  await writeFile(file('encrypted.key'), encrypted)
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(async () => {
  delete process.env.WIREBENCH_TEST_PASSPHRASE
  for (const server of started.splice(0)) await server.stop()
})

async function keep(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  started.push(server)
  return server
}

/** Exit code, what became of TLS, what came back, and the last line. */
async function send(address: string, ...options: readonly string[]) {
  const cli = startCli(['send', address, 'hello', '--until-bytes', '5', '--json', ...options])
  const exitCode = await cli.exitCode
  const lines = cli.lines()
  const connected = lines.find(({ event }) => event === 'connected')
  const received = lines.find(({ event }) => event === 'received')
  const last = lines.at(-1)
  return {
    exitCode,
    tls: connected?.tls,
    received: received?.hex,
    end: last?.event === 'error' ? last.code : last?.event,
  }
}

const trusting = (): readonly string[] => ['--ca', file('root.pem'), '--servername', 'localhost']
const good = { exitCode: 0, received: '68656c6c6f', end: 'summary' }

describe.each<[SecureVersion, string]>([
  ['TLSv1.2', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  ['TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
])('wirebench send over %s', (version, cipher) => {
  const only = { tls: { minVersion: version, maxVersion: version } }

  it('exchanges, and says what was negotiated', async () => {
    const { address } = await keep(faulty.startValidServer(only))
    expect(await send(address, ...trusting())).toEqual({
      ...good,
      tls: { version, cipher, authorized: true, reason: null },
    })
  })

  it.each([
    ['startExpiredServer', 'certificate-expired'],
    ['startNotYetValidServer', 'certificate-not-yet-valid'],
    ['startSelfSignedServer', 'certificate-self-signed'],
    ['startUnknownCaServer', 'certificate-unknown-ca'],
    ['startMissingIntermediateServer', 'certificate-missing-intermediate'],
    ['startWrongNameServer', 'certificate-name-mismatch'],
  ] as const)('%s: %s, and goes through with --insecure', async (start, code) => {
    const { address } = await keep(faulty[start](only))
    expect(await send(address, ...trusting())).toEqual({ exitCode: 3, tls: undefined, received: undefined, end: code })
    const reason = code === 'certificate-name-mismatch' ? null : code
    expect(await send(address, ...trusting(), '--insecure')).toEqual({
      ...good,
      tls: { version, cipher, authorized: reason === null, reason },
    })
  })

  it('shows a client certificate, its key opened with the passphrase of the environment', async () => {
    process.env.WIREBENCH_TEST_PASSPHRASE = 'open sesame'
    const { address } = await keep(faulty.startMutualServer(only))
    const identity = ['--cert', file('client.pem'), '--key', file('encrypted.key')]
    expect(
      await send(address, ...trusting(), ...identity, '--passphrase-env', 'WIREBENCH_TEST_PASSPHRASE'),
    ).toMatchObject(good)
    expect(await send(address, ...trusting(), ...identity)).toMatchObject({ exitCode: 2, end: 'passphrase-required' })
  })

  it('names a client certificate that is missing', async () => {
    const { address } = await keep(faulty.startMutualServer(only))
    expect(await send(address, ...trusting())).toMatchObject({ exitCode: 3, end: 'client-certificate-required' })
  })
})

describe('wirebench send', () => {
  it('checks the name apart from the host that is dialled (row 6.2.15)', async () => {
    const { address } = await keep(faulty.startValidServer())
    const ca = ['--ca', file('root.pem')]
    expect([
      (await send(address, ...ca, '--servername', 'localhost')).end,
      (await send(address, ...ca, '--servername', 'example.com')).end,
      (await send(address, ...ca, '--servername', 'example.com', '--no-name-check')).end,
    ]).toEqual(['summary', 'certificate-name-mismatch', 'summary'])
  })

  it.each([
    ['a plain-text server', faulty.startPlainTextServer, 'plaintext-server'],
    ['a server that resets', faulty.startResettingServer, 'reset-before-tls'],
    ['a server that closes', faulty.startClosingServer, 'closed-during-handshake'],
    ['a server of an old protocol', faulty.startOldProtocolServer, 'no-common-version'],
  ])('names %s', async (_what, start, code) => {
    const { address } = await keep(start())
    expect(await send(address, ...trusting())).toMatchObject({ exitCode: 3, end: code })
  })

  it('gives up on a silent server with exit code 4', async () => {
    const { address } = await keep(faulty.startSilentServer())
    expect(await send(address, ...trusting(), '--timeout', '200')).toMatchObject({
      exitCode: 4,
      end: 'connect-timeout',
    })
  })

  it('takes a certificate by its fingerprint, and no other', async () => {
    const { address } = await keep(faulty.startSelfSignedServer())
    const doctor = startCli(['doctor', address, '--tls', '--json'])
    await doctor.exitCode
    const fingerprint = /"fingerprintSha256":"([0-9a-f]{64})"/.exec(doctor.stdout())?.[1] ?? ''
    const other = await keep(faulty.startSelfSignedServer())
    expect([
      (await send(address, '--pin', fingerprint)).end,
      (await send(other.address, '--pin', fingerprint)).end,
    ]).toEqual(['summary', 'certificate-changed'])
  })

  it('switches to TLS after a text, and what was said before is no part of the exchange', async () => {
    const behind = await keep(faulty.startValidServer())
    const { address } = await keep(
      startTcpTestServer((socket) => {
        socket.write('220 ready\r\n')
        socket.once('data', () => {
          socket.write('220 go ahead\r\n')
          const upstream = connect(behind.port, '127.0.0.1').on('error', () => socket.destroy())
          socket.pipe(upstream).pipe(socket)
        })
      }),
    )
    const starttls = ['--starttls', 'STARTTLS\\r\\n', '--starttls-expect', 'go ahead\\r\\n']
    expect(await send(address, ...trusting(), ...starttls)).toMatchObject(good)
  })

  it('tries again until a server is there, and tells each attempt', async () => {
    // A port that is kept free by nobody else while the first attempts are refused.
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    const cli = startCli(['send', `127.0.0.1:${port}`, 'hello', '--until-bytes', '5', '--json', '--retry', 'fixed:20'])
    await cli.printed(/"event":"retry","attempt":3/)
    const late = createServer((socket) => socket.pipe(socket)).listen(port, '127.0.0.1')
    expect(await cli.exitCode).toBe(0)
    const events = cli.lines().map(({ event }) => event)
    expect([events[0], events.filter((event) => event !== 'retry')]).toEqual([
      'retry',
      ['connected', 'received', 'closed', 'summary'],
    ])
    await new Promise((resolve) => late.close(resolve))
  })

  it('gives up after so many attempts, and when the time is over', async () => {
    const options = ['127.0.0.1:1', 'hello', '--json', '--retry']
    const counted = startCli(['send', ...options, 'fixed:1,max=2'])
    const timed = startCli(['send', ...options, 'fixed:50', '--timeout', '200'])
    const exitCodes = [await counted.exitCode, await timed.exitCode]
    expect([exitCodes, counted.lines().map(({ event }) => event)]).toEqual([
      [3, 4],
      ['retry', 'retry', 'error'],
    ])
    expect([counted, timed].map((cli) => cli.lines().at(-1)?.code)).toEqual(['connection-refused', 'connect-timeout'])
    expect(timed.lines().at(-1)?.message).toMatch(
      /within 200 ms\. The last attempt: 127\.0\.0\.1 refused the connection\./,
    )
  })

  it('a certificate that does not verify is never tried again', async () => {
    const { address } = await keep(faulty.startExpiredServer())
    const cli = startCli(['send', address, 'hello', '--json', ...trusting(), '--retry', 'fixed:1'])
    expect([await cli.exitCode, cli.lines().map(({ event }) => event)]).toEqual([3, ['error']])
  })
})
