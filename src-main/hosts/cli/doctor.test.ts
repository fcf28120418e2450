import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { diagnosisStep } from '../../contract/schemas/diagnosis.ts'
import * as faulty from '../../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { startTcpTestServer, type TestServer } from '../../local-servers/testing/tls-test-server.ts'
import { openEngine } from './open-engine.ts'
import { startCli } from './testing/test-io.ts'

let folder: string
const file = (name: string): string => join(folder, name)
const started: TestServer[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-doctor-command-'))
  const { root, client, foreignClient } = await testCertificates()
  await writeIdentityFiles(folder, 'root', root)
  await writeIdentityFiles(folder, 'client', client)
  await writeIdentityFiles(folder, 'foreign', foreignClient)
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
})

async function keep(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  started.push(server)
  return server
}

async function doctor(...commandLine: readonly string[]) {
  const cli = startCli(['doctor', ...commandLine])
  const exitCode = await cli.exitCode
  return { exitCode, stdout: cli.stdout(), stderr: cli.stderr() }
}

const trusting = (): readonly string[] => ['--ca', file('root.pem'), '--servername', 'localhost']

describe('wirebench doctor --json', () => {
  it('prints one object with these keys, and steps as the contract has them', async () => {
    const { address } = await keep(faulty.startExpiredServer())
    const { exitCode, stdout, stderr } = await doctor(address, ...trusting(), '--json')
    const printed = JSON.parse(stdout) as Record<string, unknown>
    expect([exitCode, stderr, stdout.split('\n').length, Object.keys(printed)]).toEqual([
      3,
      '',
      2,
      ['ok', 'cause', 'message', 'remedy', 'steps'],
    ])
    expect([printed.ok, printed.cause, v.is(v.array(diagnosisStep), printed.steps)]).toEqual([
      false,
      'certificate-expired',
      true,
    ])
  })

  it.each([
    ['a good server', faulty.startValidServer, [], 0, null],
    ['a server of plain TCP', () => startTcpTestServer((socket) => socket.pipe(socket)), null, 0, null],
    ['a TLS server that is taken for plain TCP', faulty.startValidServer, null, 3, 'tls-server'],
    ['a plain server that is taken for TLS', faulty.startPlainTextServer, [], 3, 'plaintext-server'],
    ['a server that wants a certificate', faulty.startMutualServer, [], 3, 'client-certificate-required'],
    ['a key of another certificate', faulty.startMutualServer, ['client.pem', 'foreign.key'], 3, 'client-key-mismatch'],
    [
      'a certificate that the server does not like',
      faulty.startMutualServer,
      ['foreign.pem', 'foreign.key'],
      3,
      'client-certificate-rejected',
    ],
    ['a silent server', faulty.startSilentServer, [], 4, 'handshake-timeout'],
  ] as const)('%s', async (_what, start, identity, exitCode, cause) => {
    const { address } = await keep(start())
    const [certificate, key] = identity ?? []
    const shown = certificate === undefined ? [] : ['--cert', file(certificate), '--key', file(key)]
    const options = identity === null ? [] : [...trusting(), ...shown]
    const found = await doctor(address, ...options, '--json', '--timeout', '1000')
    expect([found.exitCode, JSON.parse(found.stdout)]).toMatchObject([exitCode, { ok: cause === null, cause }])
  })

  it.each([
    ['127.0.0.1:1', 3, 'connection-refused'],
    ['no-such-name.invalid:1', 3, 'name-not-found'],
    ['not a name:1', 2, 'host-malformed'],
  ])('%s: exit code %i', async (address, exitCode, cause) => {
    const found = await doctor(address, '--json')
    expect([found.exitCode, JSON.parse(found.stdout)]).toMatchObject([exitCode, { ok: false, cause }])
  })

  it('settings that contradict each other are no diagnosis', async () => {
    const found = await doctor('127.0.0.1:1', '--verify', 'off', '--json')
    expect([found.exitCode, JSON.parse(found.stdout)]).toMatchObject([
      2,
      { event: 'error', code: 'tls-settings-impossible' },
    ])
  })

  it('ends when it is interrupted', async () => {
    const { address } = await keep(faulty.startSilentServer())
    const cli = startCli(['doctor', address, '--tls'])
    await cli.printed(/^banner/m)
    cli.interrupt()
    expect([await cli.exitCode, cli.stderr()]).toEqual([1, expect.stringContaining('[cancelled]')])
  })
})

describe('wirebench doctor', () => {
  it('can be read at two in the morning', async () => {
    const { address, port } = await keep(faulty.startUnknownCaServer())
    const { exitCode, stdout, stderr } = await doctor(address, ...trusting())
    const shown = stdout
      .replace(/ +\d+(\.\d)? ms/g, ' TIME')
      .replace(/[0-9a-f]{64}/g, 'FINGERPRINT')
      .replace(/\d{4}-\d\d-\d\d/g, 'DAY')
      .replace(/\d+ days/, 'N days')
      .replace(/ {2,}/g, '  ')
    const certificate =
      "The server's certificate was signed by “Wirebench CA that nobody trusts”, which is not trusted here."
    expect([exitCode, stderr, shown.split('\n')]).toEqual([
      3,
      '',
      [
        'resolve  ok  127.0.0.1 is an IP address',
        `connect  ok TIME  127.0.0.1:${port} took the connection`,
        'banner  ok TIME  The server says nothing by itself',
        'tls  ok TIME  TLS 1.3, TLS_AES_256_GCM_SHA384, X25519',
        `certificate  FAILED  ${certificate} If that is right, add it to the trusted certificates.`,
        '  0 localhost: EC P-256, DAY to DAY, sent by the server',
        '  SHA-256 FINGERPRINT',
        '  1 Wirebench CA that nobody trusts: EC P-256, DAY to DAY, sent by the server  <- certificate-unknown-ca',
        '  SHA-256 FINGERPRINT',
        'name  ok  Made for localhost and 127.0.0.1',
        'dates  ok  The certificate is valid until DAY, N days from now: have it renewed soon',
        'client-certificate  ok  The server asks for no client certificate',
        'versions  ok TIME  The server takes TLS 1.2 and TLS 1.3',
        '',
        'Unknown CA [certificate-unknown-ca]',
        certificate,
        'What to do: If this is the CA of your company or laboratory, trust it; else choose its file as CA in the TLS settings.',
        '',
      ],
    ])
  })

  it('keeps the control characters of servers from the terminal', async () => {
    const { address } = await keep(startTcpTestServer((socket) => socket.write('\x1b[31mred\x07')))
    const { stdout } = await doctor(address)
    expect(stdout).toContain('The server says “\\e[31mred\\a”')
    expect(/[^\P{Cc}\n]/u.test(stdout)).toBe(false)
  })

  it('takes the settings of a profile, and options on top of them', async () => {
    const { port } = await keep(faulty.startValidServer())
    const dataFolder = file('data')
    const engine = await openEngine(dataFolder)
    await engine.link.call('profile.create', {
      content: {
        name: 'Device',
        connection: { host: '127.0.0.1', port, tls: { caPath: file('root.pem'), serverName: 'example.com' } },
      },
    })
    await engine.close()
    const options = ['--profile', 'Device', '--data-dir', dataFolder, '--json']
    const found = [await doctor(...options), await doctor(...options, '--servername', 'localhost')]
    expect(found.map(({ exitCode, stdout }) => [exitCode, (JSON.parse(stdout) as { cause: unknown }).cause])).toEqual([
      [3, 'certificate-name-mismatch'],
      [0, null],
    ])
  })
})
