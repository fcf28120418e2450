import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { leafPlan } from '../../local-servers/certificates/authority-certificates.ts'
import { makeCertificate } from '../../local-servers/certificates/make-certificate.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { ForeignPeers, isInstalled } from './testing/foreign-peer.ts'
import { startCli } from './testing/test-io.ts'

const peers = new ForeignPeers()
let folder: string
const file = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-foreign-tls-'))
  const { root, client, foreignClient } = await testCertificates()
  await writeIdentityFiles(folder, 'root', root)
  await writeIdentityFiles(folder, 'client', client)
  await writeIdentityFiles(folder, 'foreign', foreignClient)
  const plan = leafPlan({ names: ['localhost', '127.0.0.1'], nowUnixMs: Date.now(), validDays: 90, usages: ['server'] })
  const server = await makeCertificate(plan, root)
  await writeIdentityFiles(folder, 'server', server)
  await writeFile(file('both.pem'), server.certificatePem + server.keyPem)
  await writeFile(file('echo.py'), pythonEcho)
})
afterEach(() => peers.stopAll())
afterAll(() => rm(folder, { recursive: true }))

const pythonEcho = `
import socket, ssl, sys
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain('server.pem', 'server.key')
if 'mutual' in sys.argv:
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations('root.pem')
if 'old' in sys.argv:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
while True:
    plain, _ = listener.accept()
    try:
        with context.wrap_socket(plain, server_side=True) as secured:
            while data := secured.recv(4096):
                secured.sendall(data)
    except OSError:
        plain.close()
`

const trusting = (): readonly string[] => ['--ca', file('root.pem')]
const identity = (name: 'client' | 'foreign'): readonly string[] => [
  '--cert',
  file(`${name}.pem`),
  '--key',
  file(`${name}.key`),
]

/** The exchange, in short: exit code, version, whether it is trusted, and the answer or the code of the failure. */
async function send(address: string, ...options: readonly string[]): Promise<unknown> {
  const command = ['send', address, 'hello', '--line-ending', 'lf', '--until-bytes', '6', '--json']
  const cli = startCli([...command, ...trusting(), ...options])
  const exitCode = await cli.exitCode
  const lines = cli.lines()
  const tls = lines.find(({ event }) => event === 'connected')?.tls as
    { version: string; authorized: boolean } | undefined
  const received = lines.find(({ event }) => event === 'received')?.hex
  const answer = typeof received === 'string' ? Buffer.from(received, 'hex').toString() : lines.at(-1)?.code
  return exitCode === 0 ? [exitCode, tls?.version, tls?.authorized, answer] : [exitCode, answer]
}

async function doctor(address: string, ...options: readonly string[]): Promise<unknown> {
  const cli = startCli(['doctor', address, '--json', ...trusting(), ...options])
  const exitCode = await cli.exitCode
  return [exitCode, (JSON.parse(cli.stdout()) as { cause: unknown }).cause]
}

describe.skipIf(!isInstalled('openssl', 'version'))('against openssl s_server', () => {
  const serve = (...options: readonly string[]): Promise<string> =>
    peers.start(folder, 'openssl', (port) => [
      ...['s_server', '-accept', `127.0.0.1:${port}`, '-cert', 'server.pem', '-key', 'server.key', '-rev', '-quiet'],
      ...options,
    ])
  const mutual = ['-Verify', '1', '-verify_return_error', '-CAfile', 'root.pem']

  it.each([
    ['-tls1_2', 'TLSv1.2'],
    ['-tls1_3', 'TLSv1.3'],
    ['-no_tls1_3', 'TLSv1.2'],
  ])('%s: an exchange, and all is well', async (option, version) => {
    const address = await serve(option)
    expect([await send(address), await doctor(address)]).toEqual([
      [0, version, true, 'olleh\n'],
      [0, null],
    ])
  })

  it.each([
    ['-tls1_2', ['--min-version', 'TLSv1.3']],
    ['-tls1_3', ['--max-version', 'TLSv1.2']],
    ['-tls1_1', []],
  ])('%s and %j: no version in common', async (option, options) => {
    const address = await serve(option, '-cipher', 'ALL:@SECLEVEL=0')
    const expected = [3, 'no-common-version']
    expect([await send(address, ...options), await doctor(address, ...options)]).toEqual([expected, expected])
  })

  it.each([
    ['-tls1_2', 'none', 'client-certificate-required'],
    ['-tls1_3', 'none', 'client-certificate-required'],
    ['-tls1_2', 'foreign', 'client-certificate-rejected'],
    ['-tls1_3', 'foreign', 'client-certificate-rejected'],
  ] as const)('-Verify over %s and the certificate %s: %s', async (option, shown, code) => {
    const address = await serve(option, ...mutual)
    const options = shown === 'none' ? [] : identity(shown)
    expect([await send(address, ...options), await doctor(address, ...options)]).toEqual([
      [3, code],
      [3, code],
    ])
  })

  it.each(['-tls1_2', '-tls1_3'])('-Verify over %s and a good certificate', async (option) => {
    const address = await serve(option, ...mutual)
    expect([await send(address, ...identity('client')), await doctor(address, ...identity('client'))]).toMatchObject([
      [0, expect.any(String), true, 'olleh\n'],
      [0, null],
    ])
  })

  it.each([
    [
      '-tls1_2',
      ['-cipher', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
      ['--ciphers', 'ECDHE-ECDSA-AES128-GCM-SHA256', '--max-version', 'TLSv1.2'],
    ],
    [
      '-tls1_3',
      ['-ciphersuites', 'TLS_AES_256_GCM_SHA384'],
      ['--ciphers', 'TLS_AES_128_GCM_SHA256', '--min-version', 'TLSv1.3'],
    ],
  ])('%s %j and %j: no cipher in common', async (option, theirs, options) => {
    const address = await serve(option, ...theirs)
    const expected = [3, 'no-common-cipher']
    expect([await send(address, ...options), await doctor(address, ...options)]).toEqual([expected, expected])
  })

  it('-alpn', async () => {
    const address = await serve('-alpn', 'h2,mqtt')
    expect([await send(address, '--alpn', 'mqtt'), await send(address, '--alpn', 'irc')]).toEqual([
      [0, 'TLSv1.3', true, 'olleh\n'],
      [3, 'handshake-failed'],
    ])
  })

  it('TLS 1.1, when it is asked for', async () => {
    const address = await serve('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0')
    expect(await send(address, '--min-version', 'TLSv1.1')).toEqual([0, 'TLSv1.1', true, 'olleh\n'])
  })
})

describe.skipIf(!isInstalled('ncat'))('against ncat --ssl', () => {
  it('exchanges, and all is well', async () => {
    const address = await peers.start(folder, 'ncat', (port) => [
      ...['-l', '-k', '--ssl', '--ssl-cert', 'server.pem', '--ssl-key', 'server.key'],
      ...['--exec', '/bin/cat', '127.0.0.1', String(port)],
    ])
    expect([await send(address), await doctor(address)]).toEqual([
      [0, 'TLSv1.3', true, 'hello\n'],
      [0, null],
    ])
  })

  it('finds plain text where TLS was meant', async () => {
    const address = await peers.start(folder, 'ncat', (port) => [
      ...['-l', '-k', '--exec', '/bin/cat', '127.0.0.1', String(port)],
    ])
    expect([await send(address), await doctor(address)]).toEqual([
      [3, 'plaintext-server'],
      [3, 'plaintext-server'],
    ])
  })
})

describe.skipIf(!isInstalled('socat', '-V'))('against socat OPENSSL-LISTEN', () => {
  const serve = (options: string): Promise<string> =>
    peers.start(folder, 'socat', (port) => [
      `OPENSSL-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,cert=both.pem,cafile=root.pem,${options}`,
      'EXEC:/bin/cat',
    ])

  it('exchanges, and all is well', async () => {
    const address = await serve('verify=0')
    expect([await send(address), await doctor(address)]).toMatchObject([
      [0, expect.stringMatching(/^TLSv1\.[23]$/), true, 'hello\n'],
      [0, null],
    ])
  })

  it('names the client certificate that it wants', async () => {
    const address = await serve('verify=1')
    expect([await doctor(address), await send(address, ...identity('client'))]).toMatchObject([
      [3, 'client-certificate-required'],
      [0, expect.any(String), true, 'hello\n'],
    ])
  })
})

describe.skipIf(!isInstalled('python3'))("against Python's ssl", () => {
  const serve = (...options: readonly string[]): Promise<string> =>
    peers.start(folder, 'python3', (port) => ['echo.py', String(port), ...options])

  it.each([
    [[], 'TLSv1.3'],
    [['old'], 'TLSv1.2'],
  ])('%j: exchanges, and all is well', async (options, version) => {
    const address = await serve(...options)
    expect([await send(address), await doctor(address)]).toEqual([
      [0, version, true, 'hello\n'],
      [0, null],
    ])
  })

  it.each([[['mutual']], [['mutual', 'old']]])('%j: names the client certificate that it wants', async (options) => {
    const address = await serve(...options)
    expect([await send(address), await doctor(address), await send(address, ...identity('client'))]).toMatchObject([
      [3, 'client-certificate-required'],
      [3, 'client-certificate-required'],
      [0, expect.any(String), true, 'hello\n'],
    ])
  })
})
