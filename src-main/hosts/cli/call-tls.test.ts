import { createPrivateKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import * as faulty from '../../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { startTcpTestServer, type TestServer } from '../../local-servers/testing/tls-test-server.ts'
import { EngineDriver } from '../testing/engine-driver.ts'
import { startCli } from './testing/test-io.ts'

let folder: string
const file = (name: string): string => join(folder, name)
const started: TestServer[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-call-tls-'))
  const { root, client } = await testCertificates()
  await writeIdentityFiles(folder, 'root', root)
  await writeIdentityFiles(folder, 'client', client)
  const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' } as const
  await writeFile(file('encrypted.key'), createPrivateKey(client.keyPem).export(cipher))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(async () => {
  delete process.env.WIREBENCH_TEST_PASSPHRASE
  for (const server of started.splice(0)) await server.stop()
})

/** These servers send back what they get, so the answer to a request of tcpy is that request. */
async function keep(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  started.push(server)
  return server
}

const trusting = (): readonly string[] => ['--ca', file('root.pem'), '--servername', 'localhost']

async function call(address: string, ...options: readonly string[]) {
  const cli = startCli(['call', address, '--protocol', 'tcpy', 'add', 'x:=1', '--json', ...options])
  const exitCode = await cli.exitCode
  const last = cli.lines().at(-1)
  return { exitCode, end: last?.event === 'error' ? last.code : last?.result }
}

const answered = { exitCode: 0, end: { x: 1, cmd: 'add' } }

it('calls over TLS, once the certificate is trusted', async () => {
  const { address } = await keep(faulty.startValidServer())
  expect(await call(address, ...trusting())).toEqual(answered)
  expect(await call(address, '--insecure')).toEqual(answered)
  expect(await call(address, '--tls')).toMatchObject({ exitCode: 3 })
})

it('shows a client certificate whose key has a passphrase', async () => {
  const { address } = await keep(faulty.startMutualServer())
  process.env.WIREBENCH_TEST_PASSPHRASE = 'open sesame'
  const client = ['--cert', file('client.pem'), '--key', file('encrypted.key')]
  const passphrase = ['--passphrase-env', 'WIREBENCH_TEST_PASSPHRASE']
  expect(await call(address, ...trusting(), ...client, ...passphrase)).toEqual(answered)
  expect(await call(address, ...trusting(), ...client)).toEqual({ exitCode: 2, end: 'passphrase-required' })
  expect(await call(address, ...trusting(), '--timeout', '5000')).toMatchObject({ exitCode: 3 })
})

it('--timeout limits the handshake, too', async () => {
  const { address } = await keep(startTcpTestServer(() => undefined))
  expect(await call(address, '--tls', '--timeout', '300')).toEqual({ exitCode: 4, end: 'connect-timeout' })
})

it('a connection for each call is secured as the session says', async () => {
  const { address } = await keep(faulty.startValidServer())
  const driver = await EngineDriver.start()
  try {
    const [host = '', port] = address.split(':')
    const tls = { caPath: file('root.pem'), serverName: 'localhost' }
    const { sessionId } = await driver.call('session.open', { settings: { host, port: Number(port), tls } })
    await driver.call('call.configure', { sessionId, settings: { protocol: 'tcpy' } })
    const parameters = { notation: 'json', text: '{"x":1}' } as const
    const request = { command: 'add', parameters }
    const { entry } = await driver.call('call.run', { sessionId, request })
    expect(entry).toMatchObject({ state: 'answered', replies: [{ text: '{"x":1,"cmd":"add"}' }] })
  } finally {
    await driver.close()
  }
})
