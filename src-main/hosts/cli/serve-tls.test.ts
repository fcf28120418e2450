import type { X509Certificate } from 'node:crypto'
import { createPrivateKey } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type ConnectionOptions } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leafPlan } from '../../local-servers/certificates/authority-certificates.ts'
import { makeCertificate } from '../../local-servers/certificates/make-certificate.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { startCli, type RunningCli } from './testing/test-io.ts'

let folder: string
const running: RunningCli[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-serve-tls-'))
})

afterEach(async () => {
  for (const cli of running.splice(0)) {
    cli.interrupt()
    await cli.exitCode
  }
  delete process.env.WIREBENCH_TEST_PASSPHRASE
  await rm(folder, { recursive: true })
})

function serve(...options: readonly string[]): RunningCli {
  const cli = startCli(['serve', 'echo', ...options, '--data-dir', join(folder, 'data')])
  running.push(cli)
  return cli
}

async function listening(cli: RunningCli): Promise<number> {
  const [, port] = await cli.printed(/127\.0\.0\.1:(\d+)/)
  return Number(port)
}

/** Sends "hello", and answers what came back, or why nothing did. */
function exchange(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...options })
  let received = ''
  socket.once('secureConnect', () => socket.write('hello'))
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
    if (received === 'hello') socket.end()
  })
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.once('close', () => resolve(received))
  })
}

describe('wirebench serve echo --tls', () => {
  it('shows a certificate of the CA in the data folder, for the names and days that were asked for', async () => {
    const cli = serve('--tls', '--names', 'device.example,127.0.0.1', '--valid-days', '3', '--json')
    const port = await listening(cli)
    const caPath = join(folder, 'data', 'tls', 'ca.pem')
    const ca = await readFile(caPath, 'utf8')
    const socket = connect({ host: '127.0.0.1', port, ca })
    const facts = await new Promise<X509Certificate | undefined>((resolve) =>
      socket.once('secureConnect', () => resolve(socket.getPeerX509Certificate())),
    )
    socket.end()
    await cli.printed(/client-closed/)
    expect({
      names: facts?.subjectAltName,
      daysLeft: Math.round((Date.parse(facts?.validTo ?? '') - Date.now()) / 86_400_000),
      lines: cli.lines().slice(0, 1),
    }).toEqual({
      names: 'DNS:device.example, IP Address:127.0.0.1',
      daysLeft: 3,
      lines: [{ event: 'listening', address: `127.0.0.1:${port}`, kind: 'echo', tls: { variant: 'valid', caPath } }],
    })
  })

  it('tells of handshakes that fail, and goes on', async () => {
    const cli = serve('--tls-variant', 'mutual', '--json')
    const port = await listening(cli)
    const tls = join(folder, 'data', 'tls')
    const paths = { clientCertificatePath: join(tls, 'client.pem'), clientKeyPath: join(tls, 'client.key') }
    const ca = await readFile(join(tls, 'ca.pem'), 'utf8')
    await exchange(port, { ca })
    await cli.printed(/handshake-failed/)
    const client = { cert: await readFile(paths.clientCertificatePath), key: await readFile(paths.clientKeyPath) }
    expect(await exchange(port, { ca, ...client })).toBe('hello')
    await cli.printed(/client-closed/)
    expect(cli.lines()).toMatchObject([
      { event: 'listening', tls: { variant: 'mutual', ...paths } },
      {
        event: 'handshake-failed',
        remote: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
        code: 'client-handshake-failed',
        message:
          'A client did not get through the TLS handshake. It showed no client certificate, and this server asks for one.',
      },
      { event: 'client-connected', client: 1 },
      { event: 'client-closed', client: 1, how: 'fin', receivedBytes: 5, sentBytes: 5 },
    ])
  })

  it('prints the usual line for people, and what clients are to trust beside it', async () => {
    const cli = serve('--tls-variant', 'expired')
    const port = await listening(cli)
    await exchange(port, {})
    cli.interrupt()
    expect([await cli.exitCode, cli.stdout(), cli.stderr()]).toEqual([
      0,
      `Listening on 127.0.0.1:${port} (echo)\n`,
      expect.stringContaining(
        `TLS, expired. The CA that clients are to trust: --ca ${join(folder, 'data', 'tls', 'ca.pem')}\n`,
      ),
    ])
  })

  it('says on standard error that a damaged CA was made anew', async () => {
    const first = serve('--tls', '--json')
    await listening(first)
    first.interrupt()
    await first.exitCode
    await writeFile(join(folder, 'data', 'tls', 'ca.key'), 'garbage')
    const second = serve('--tls', '--json')
    await listening(second)
    expect(second.stderr()).toMatch(/^The CA of the local TLS servers was made anew: Its files were damaged/)
  })
})

describe('wirebench serve echo --cert', () => {
  async function ownFiles() {
    const { root } = await testCertificates()
    const plan = leafPlan({ names: ['localhost'], nowUnixMs: Date.now(), validDays: 9, usages: ['server'], key: 'rsa' })
    const paths = await writeIdentityFiles(folder, 'own', await makeCertificate(plan, root))
    return { ...paths, ca: root.certificatePem }
  }

  it('shows it, and asks clients for one of the CA that was named', async () => {
    const { certificatePath, keyPath, caPath, ca } = await ownFiles()
    const cli = serve(
      '--cert',
      certificatePath,
      '--key',
      keyPath,
      '--ca',
      caPath,
      '--require-client-certificate',
      '--json',
    )
    const port = await listening(cli)
    const { client } = await testCertificates()
    expect(await exchange(port, { ca, cert: client.certificatePem, key: client.keyPem })).toBe('hello')
    await exchange(port, { ca })
    await cli.printed(/handshake-failed/)
    expect(cli.lines()[0]).toMatchObject({ event: 'listening', tls: { variant: null, caPath: null } })
  })

  it('opens its key with the passphrase of an environment variable', async () => {
    const { certificatePath, keyPath, ca } = await ownFiles()
    const secret = 'correct horse'
    const key = createPrivateKey(await readFile(keyPath, 'utf8'))
    const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: secret })
    await writeFile(keyPath, encrypted)
    const options = ['--cert', certificatePath, '--key', keyPath, '--json'] as const
    const without = serve(...options)
    process.env.WIREBENCH_TEST_PASSPHRASE = 'wrong one'
    const wrong = serve(...options, '--passphrase-env', 'WIREBENCH_TEST_PASSPHRASE')
    process.env.WIREBENCH_TEST_PASSPHRASE = secret
    const right = serve(...options, '--passphrase-env', 'WIREBENCH_TEST_PASSPHRASE')
    expect([await without.exitCode, without.lines(), await wrong.exitCode, wrong.lines()]).toMatchObject([
      2,
      [{ event: 'error', code: 'passphrase-required' }],
      2,
      [{ event: 'error', code: 'passphrase-wrong' }],
    ])
    expect(await exchange(await listening(right), { ca })).toBe('hello')
    expect(without.stdout() + wrong.stdout() + right.stdout() + right.stderr()).not.toContain(secret)
  })

  it.each([
    ['cert', 'missing', 5, 'file-not-found'],
    ['cert', 'garbage', 2, 'certificate-file-malformed'],
    ['cert', 'folder', 5, 'file-unreadable'],
    ['key', 'garbage', 2, 'key-file-malformed'],
    ['key', 'another', 2, 'client-key-mismatch'],
    ['ca', 'garbage', 2, 'certificate-file-malformed'],
  ] as const)('refuses --%s that is %s: exit code %i, %s', async (option, what, exitCode, code) => {
    const { certificatePath, keyPath, caPath } = await ownFiles()
    const other = join(folder, 'other')
    if (what === 'garbage') await writeFile(other, 'garbage')
    if (what === 'another') await writeFile(other, (await testCertificates()).client.keyPem)
    const files = { cert: certificatePath, key: keyPath, ca: caPath, [option]: what === 'folder' ? folder : other }
    const cli = serve('--cert', files.cert, '--key', files.key, '--ca', files.ca, '--json')
    expect([await cli.exitCode, cli.lines()]).toMatchObject([exitCode, [{ event: 'error', code }]])
  })
})
