import { createPrivateKey } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toErrorShape } from '../../contract/errors.ts'
import type { TlsSettingsInput } from '../../contract/schemas/tls.ts'
import type { Identity } from '../../local-servers/certificates/certificate-plan.ts'
import * as faulty from '../../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import type { TestServer } from '../../local-servers/testing/tls-test-server.ts'
import { NodeTlsProvider } from './node-tls-provider.ts'
import { attemptTls, completeTls } from './testing/secure-attempt.ts'

const passphrase = 'open sesame'
let folder: string
let root: Identity
let client: Identity
let server: TestServer
const started: TestServer[] = []
const path = (name: string): string => join(folder, name)
const put = (name: string, content: string | Uint8Array): Promise<void> => writeFile(path(name), content)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-tls-files-'))
  const made = await testCertificates()
  root = made.root
  client = made.client
  await writeIdentityFiles(folder, 'root', root)
  await writeIdentityFiles(folder, 'client', client)
  await writeIdentityFiles(folder, 'foreign', made.foreignClient)
  const key = createPrivateKey(client.keyPem)
  const encrypted = { cipher: 'aes-256-cbc', passphrase } as const
  await put('encrypted.key', key.export({ type: 'pkcs8', format: 'pem', ...encrypted }))
  await put('encrypted-old.key', key.export({ type: 'sec1', format: 'pem', ...encrypted }))
  await put('both.pem', client.certificatePem + client.keyPem)
  await put('garbage', 'no certificate, no key')
  await put('garbage.der', Uint8Array.from([0x30, 0x82, 1, 2, 3]))
  await put('broken.pem', client.certificatePem.replace(/[A-Z]{3}/, '!!!').replace('MII', 'AAA'))
  await put('broken.key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')
  await put(
    'broken-encrypted.key',
    '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n',
  )
  await put('endless.key', '-----BEGIN PRIVATE KEY-----\n'.repeat(50_000))
  await put('endless.pem', '-----BEGIN CERTIFICATE-----\n'.repeat(50_000))
  await put('large.pem', '')
  await truncate(path('large.pem'), 4 * 1024 * 1024 + 1)
  server = await faulty.startMutualServer()
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})
afterEach(async () => {
  for (const other of started.splice(0)) await other.stop()
})

/** Settings whose paths are names in the folder. */
function inFolder(given: TlsSettingsInput): TlsSettingsInput {
  const named = { ...given }
  for (const setting of ['caPath', 'certificatePath', 'keyPath', 'pfxPath'] as const) {
    const name = given[setting]
    if (typeof name === 'string') named[setting] = path(name)
  }
  return named
}

/** The code, the setting to blame, and whether the passphrase is anywhere in the error. */
async function prepare(given: TlsSettingsInput, secret: string | null = null): Promise<unknown> {
  try {
    await new NodeTlsProvider().prepare(completeTls(inFolder(given)), 'localhost', secret)
    return null
  } catch (thrown) {
    const error = toErrorShape(thrown)
    if (secret !== null && secret !== '') expect(JSON.stringify(error)).not.toContain(secret)
    expect(JSON.stringify(error)).not.toContain('PRIVATE KEY')
    return [error.code, error.data.field]
  }
}

describe('settings that contradict each other', () => {
  it('are refused before any file is read', async () => {
    expect(await prepare({ verification: 'off', caPath: 'missing' })).toEqual(['tls-settings-impossible', 'checksName'])
  })
})

describe('trusted certificates', () => {
  it.each<[TlsSettingsInput, string]>([
    [{ caPath: 'missing.pem' }, 'file-not-found'],
    [{ caPath: 'garbage' }, 'certificate-file-malformed'],
    [{ caPath: 'garbage.der' }, 'certificate-file-malformed'],
    [{ caPath: 'broken.pem' }, 'certificate-file-malformed'],
    [{ caPath: 'endless.pem' }, 'certificate-file-malformed'],
    [{ caPath: 'client.key' }, 'certificate-file-malformed'],
    [{ caPath: 'large.pem' }, 'file-unreadable'],
    [{ caPath: '/dev/null' }, 'file-unreadable'],
  ])('%j: %s', async (given, code) => {
    const absolute = given.caPath?.startsWith('/') === true
    const found = absolute
      ? await new NodeTlsProvider()
          .prepare(completeTls(given), 'localhost', null)
          .catch((thrown: unknown) => [toErrorShape(thrown).code, toErrorShape(thrown).data.field])
      : await prepare(given)
    expect(found).toEqual([code, 'caPath'])
  })

  it('one of the profile that cannot be read', async () => {
    expect(await prepare({ extraCertificates: [root.certificatePem, 'nothing'] })).toEqual([
      'certificate-file-malformed',
      'extraCertificates',
    ])
  })

  it('a file that this user may not read', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may read everything')
    await put('closed.pem', root.certificatePem)
    await chmod(path('closed.pem'), 0)
    expect(await prepare({ caPath: 'closed.pem' })).toEqual(['file-unreadable', 'caPath'])
  })

  it('a named pipe is not waited for', async ({ skip }) => {
    if (spawnSync('mkfifo', [path('pipe')]).status !== 0) skip('mkfifo is not there')
    expect(await prepare({ caPath: 'pipe' })).toEqual(['file-unreadable', 'caPath'])
  })

  it('come from a folder, where other files are left aside', async () => {
    await mkdir(path('folder'))
    await put('folder/notes.txt', 'not a certificate')
    await put('folder/root.crt', root.certificatePem)
    await symlink('root.crt', path('folder/0123abcd.0'))
    const valid = await faulty.startValidServer()
    started.push(valid)
    expect((await attemptTls(valid, inFolder({ caPath: 'folder' }))).code).toBeNull()
  })

  it('a folder without any, or with one that is garbage', async () => {
    await mkdir(path('empty'))
    await mkdir(path('spoilt'))
    await put('spoilt/a.pem', root.certificatePem)
    await put('spoilt/b.pem', 'garbage')
    const spoilt = await new NodeTlsProvider()
      .prepare(completeTls(inFolder({ caPath: 'spoilt' })), 'localhost', null)
      .catch((thrown: unknown) => toErrorShape(thrown).data)
    expect([await prepare({ caPath: 'empty' }), spoilt]).toEqual([
      ['certificate-file-malformed', 'caPath'],
      { file: path('spoilt/b.pem'), field: 'caPath', reason: 'It has no certificate in it.' },
    ])
  })

  it('a DER file is as good as PEM', async () => {
    const valid = await faulty.startValidServer()
    started.push(valid)
    await put('root.der', Buffer.from(root.certificatePem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64'))
    expect((await attemptTls(valid, inFolder({ caPath: 'root.der' }))).code).toBeNull()
  })

  it('the roots that come with the program are trusted besides when they are asked for', async () => {
    const provider = new NodeTlsProvider()
    const counts = []
    for (const given of [{}, { caPath: 'root.pem' }, { caPath: 'root.pem', trustsBuiltInRoots: true }]) {
      counts.push((await provider.prepare(completeTls(inFolder(given)), 'localhost', null)).trusted.all.length)
    }
    const [builtIn = 0] = counts
    expect(builtIn).toBeGreaterThan(50)
    expect(counts).toEqual([builtIn, 1, builtIn + 1])
  })
})

describe("the client's certificate and key", () => {
  it.each<[string, TlsSettingsInput, string | null]>([
    ['two files', { certificatePath: 'client.pem', keyPath: 'client.key' }, null],
    ['one file with both', { certificatePath: 'both.pem' }, null],
    ['an encrypted key', { certificatePath: 'client.pem', keyPath: 'encrypted.key' }, passphrase],
    ['an encrypted key of the old form', { certificatePath: 'client.pem', keyPath: 'encrypted-old.key' }, passphrase],
    ['a passphrase that is not needed', { certificatePath: 'client.pem', keyPath: 'client.key' }, passphrase],
  ])('%s', async (_what, given, secret) => {
    const settings = inFolder({ caPath: 'root.pem', ...given })
    const { code, secured } = await attemptTls(server, settings, secret === null ? {} : { passphrase: secret })
    expect([code, secured?.summary.localName]).toEqual([null, 'Test client'])
  })

  it.each<[TlsSettingsInput, string | null, string, string]>([
    [{ certificatePath: 'missing.pem', keyPath: 'client.key' }, null, 'file-not-found', 'certificatePath'],
    [{ certificatePath: 'garbage', keyPath: 'client.key' }, null, 'certificate-file-malformed', 'certificatePath'],
    [{ certificatePath: 'broken.pem', keyPath: 'client.key' }, null, 'certificate-file-malformed', 'certificatePath'],
    [{ certificatePath: 'large.pem', keyPath: 'client.key' }, null, 'file-unreadable', 'certificatePath'],
    [{ certificatePath: 'client.pem', keyPath: 'missing.key' }, null, 'file-not-found', 'keyPath'],
    [{ certificatePath: 'client.pem', keyPath: 'garbage' }, null, 'key-file-malformed', 'keyPath'],
    [{ certificatePath: 'client.pem', keyPath: 'broken.key' }, null, 'key-file-malformed', 'keyPath'],
    [{ certificatePath: 'client.pem', keyPath: 'endless.key' }, null, 'key-file-malformed', 'keyPath'],
    [{ certificatePath: 'client.pem', keyPath: 'broken-encrypted.key' }, 'x', 'key-file-malformed', 'keyPath'],
    [{ certificatePath: 'client.pem' }, null, 'key-file-malformed', 'keyPath'],
    [{ certificatePath: 'client.pem', keyPath: 'foreign.key' }, null, 'client-key-mismatch', 'keyPath'],
    [{ certificatePath: 'client.pem', keyPath: 'encrypted.key' }, null, 'passphrase-required', 'passphraseVariable'],
    [
      { certificatePath: 'client.pem', keyPath: 'encrypted.key' },
      'Pa55-other',
      'passphrase-wrong',
      'passphraseVariable',
    ],
    [{ certificatePath: 'client.pem', keyPath: 'encrypted.key' }, '', 'passphrase-wrong', 'passphraseVariable'],
    [
      { certificatePath: 'client.pem', keyPath: 'encrypted-old.key' },
      null,
      'passphrase-required',
      'passphraseVariable',
    ],
    [
      { certificatePath: 'client.pem', keyPath: 'encrypted-old.key' },
      'Pa55-other',
      'passphrase-wrong',
      'passphraseVariable',
    ],
  ])('%j with passphrase %j: %s', async (given, secret, code, field) => {
    expect(await prepare(given, secret)).toEqual([code, field])
  })

  it('no wrong passphrase passes for a broken key', async () => {
    const found = new Set<unknown>()
    // One in 256 decrypts to something.
    for (let index = 0; index < 600; index++) {
      const keyPath = 'encrypted-old.key'
      found.add(String(await prepare({ certificatePath: 'client.pem', keyPath }, `Pa55-${index}`)))
    }
    expect([...found]).toEqual(['passphrase-wrong,passphraseVariable'])
  })
})

const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).error === undefined

describe.skipIf(!hasOpenssl)('a PFX file (made by openssl; skipped without it)', () => {
  beforeAll(async () => {
    const identity = ['-in', path('client.pem'), '-inkey', path('client.key'), '-certfile', path('client-ca.pem')]
    const make = (name: string, ...options: string[]): void => {
      const made = spawnSync('openssl', ['pkcs12', '-export', ...identity, '-out', path(name), ...options])
      expect(made.status).toBe(0)
    }
    make('client.p12', '-passout', `pass:${passphrase}`)
    make('open.p12', '-passout', 'pass:')
    make('old.p12', '-legacy', '-passout', `pass:${passphrase}`)
    const whole = spawnSync('cat', [path('client.p12')]).stdout
    await put('cut.p12', whole.subarray(0, whole.length / 2))
  })

  it('has the certificate and the key', async () => {
    const { code, secured } = await attemptTls(server, inFolder({ caPath: 'root.pem', pfxPath: 'client.p12' }), {
      passphrase,
    })
    expect([code, secured?.summary.localName, secured?.certificates.localChain.map(({ name }) => name)]).toEqual([
      null,
      'Test client',
      ['Test client'],
    ])
  })

  it.each<[string, string | null, unknown]>([
    ['open.p12', null, null],
    ['client.p12', null, ['passphrase-required', 'passphraseVariable']],
    ['client.p12', 'Pa55-other', ['passphrase-wrong', 'passphraseVariable']],
    ['cut.p12', passphrase, ['pfx-malformed', 'pfxPath']],
    ['garbage', passphrase, ['pfx-malformed', 'pfxPath']],
    ['client.pem', passphrase, ['pfx-malformed', 'pfxPath']],
    ['missing.p12', passphrase, ['file-not-found', 'pfxPath']],
    ['old.p12', passphrase, ['pfx-malformed', 'pfxPath']],
  ])('%s with passphrase %j', async (pfxPath, secret, expected) => {
    expect(await prepare({ pfxPath }, secret)).toEqual(expected)
  })
})

describe('versions and ciphers', () => {
  it('unknown ciphers', async () => {
    expect(await prepare({ ciphers: 'NO-SUCH-CIPHER' })).toEqual(['ciphers-unknown', 'ciphers'])
  })

  it.each<[TlsSettingsInput, string | null, string | null]>([
    [{}, 'no-common-version', null],
    [{ minimumVersion: 'TLSv1.1' }, null, 'TLSv1.1'],
    [{ maximumVersion: 'TLSv1.1' }, null, 'TLSv1.1'],
    [{ minimumVersion: 'TLSv1', maximumVersion: 'TLSv1' }, null, 'TLSv1'],
  ])('an old server and %j', async (given, code, version) => {
    const old = await faulty.startOldProtocolServer()
    started.push(old)
    const attempt = await attemptTls(old, inFolder({ caPath: 'root.pem', ...given }))
    expect([attempt.code, attempt.secured?.summary.version ?? null]).toEqual([code, version])
  })

  it('ciphers that are asked for', async () => {
    const valid = await faulty.startValidServer()
    started.push(valid)
    const settings = inFolder({
      caPath: 'root.pem',
      ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305',
      maximumVersion: 'TLSv1.2',
    })
    const { secured } = await attemptTls(valid, settings)
    expect([secured?.summary.version, secured?.summary.cipher]).toEqual([
      'TLSv1.2',
      'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    ])
  })
})
