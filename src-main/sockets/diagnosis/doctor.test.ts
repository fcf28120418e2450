import { createPrivateKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureVersion, TlsOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WirebenchError } from '../../contract/errors.ts'
import { diagnosisCause, type DiagnosisCause } from '../../contract/schemas/diagnosis.ts'
import type { TlsSettingsInput } from '../../contract/schemas/tls.ts'
import * as faulty from '../../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { startTcpTestServer, startTlsTestServer, type TestServer } from '../../local-servers/testing/tls-test-server.ts'
import { freePort } from '../testing/test-peer.ts'
import { diagnose, type DiagnoseOptions } from './testing/diagnose.ts'
import { startFullServer } from './testing/full-server.ts'

let folder: string
let caPath: string
const identities: Record<'client' | 'expired' | 'foreign' | 'mixed' | 'encrypted', TlsSettingsInput> = {
  client: {},
  expired: {},
  foreign: {},
  mixed: {},
  encrypted: {},
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-doctor-'))
  const { root, client, expiredClient, foreignClient } = await testCertificates()
  caPath = (await writeIdentityFiles(folder, 'root', root)).certificatePath
  const paths = async (name: string, identity: typeof client): Promise<TlsSettingsInput> => {
    const { certificatePath, keyPath } = await writeIdentityFiles(folder, name, identity)
    return { certificatePath, keyPath }
  }
  identities.client = await paths('client', client)
  identities.expired = await paths('expired', expiredClient)
  identities.foreign = await paths('foreign', foreignClient)
  identities.mixed = { ...identities.client, keyPath: identities.foreign.keyPath }
  identities.encrypted = { ...identities.client, keyPath: join(folder, 'encrypted.key') }
  const encrypted = createPrivateKey(client.keyPem).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'open sesame',
  })
  await writeFile(join(folder, 'encrypted.key'), encrypted)
})
afterAll(() => rm(folder, { recursive: true }))

/** Every cause that some server here was diagnosed with. */
const seen = new Set<DiagnosisCause>()

async function causeOf(
  starting: Promise<Pick<TestServer, 'port' | 'stop'>>,
  tls: TlsSettingsInput | null = {},
  options: DiagnoseOptions & { readonly host?: string } = {},
): Promise<DiagnosisCause | null> {
  const server = await starting
  try {
    const { host = '127.0.0.1', ...others } = options
    const given = tls === null ? null : { caPath, serverName: 'localhost', ...tls }
    const { cause } = await diagnose(host, server.port, { tls: given, ...others })
    if (cause !== null) seen.add(cause)
    return cause
  } finally {
    await server.stop()
  }
}

const nobody = async (): Promise<Pick<TestServer, 'port' | 'stop'>> => ({
  port: await freePort(),
  stop: () => Promise.resolve(),
})

describe.concurrent('before TLS', () => {
  it('a server that takes connections', async () => {
    expect(
      await causeOf(
        startTcpTestServer((socket) => socket.pipe(socket)),
        null,
      ),
    ).toBeNull()
  })

  it('a server that greets', async () => {
    expect(await causeOf(faulty.startPlainTextServer(), null)).toBeNull()
  })

  it('nobody there', async () => {
    expect([await causeOf(nobody(), null), await causeOf(nobody())]).toEqual([
      'connection-refused',
      'connection-refused',
    ])
  })

  it.each(['not a name', '1.2.3', 'a..b'])('%j is no host', async (host) => {
    expect(await causeOf(nobody(), null, { host })).toBe('host-malformed')
  })

  it('an IPv4 address where IPv6 alone is allowed', async () => {
    expect(await causeOf(nobody(), null, { addressFamily: 'ipv6' })).toBe('host-malformed')
  })

  it.each(['name-not-found', 'name-lookup-failed'] as const)('%s', async (code) => {
    const resolver = { resolve: (host: string) => Promise.reject(new WirebenchError(code, { host })) }
    expect(await causeOf(nobody(), {}, { host: 'device.example', ports: { resolver } })).toBe(code)
  })

  it('a name server that does not answer', async () => {
    const resolver = { resolve: () => new Promise<never>(() => undefined) }
    const options = { host: 'device.example', ports: { resolver }, timeoutMs: 20 }
    expect(await causeOf(nobody(), null, options)).toBe('name-lookup-failed')
  })

  it('no way there', async () => {
    // The system sends nothing to this address over TCP.
    expect(await causeOf(nobody(), null, { host: '255.255.255.255' })).toBe('unreachable')
  })

  it('a local address that leads to this machine alone', async () => {
    // The system refuses before it sends anything.
    const options = { host: '192.0.2.1', localAddress: '127.0.0.1' }
    expect(await causeOf(nobody(), null, options)).toBe('connection-failed')
  })

  it.each(['eth0', '::1', '203.0.113.7'])('a local address that this machine cannot use: %s', async (localAddress) => {
    const server = await startTcpTestServer((socket) => void socket.resume())
    const { cause, message } = await diagnose('127.0.0.1', server.port, { localAddress })
    await server.stop()
    expect([cause, message]).toEqual([
      'connection-failed',
      `${localAddress} is not an address of this machine. Choose one that is.`,
    ])
  })

  it.skipIf(process.platform === 'win32')(
    'no answer to a connection (skipped on Windows, where a full backlog refuses)',
    async () => {
      expect(await causeOf(startFullServer(), null, { timeoutMs: 300 })).toBe('connect-timeout')
    },
  )

  it.each(['FIN', 'RST'])('closed at once with %s', async (how) => {
    const serve = (socket: { end(): void; resetAndDestroy(): void }): void => {
      if (how === 'FIN') socket.end()
      else socket.resetAndDestroy()
    }
    expect(await causeOf(startTcpTestServer(serve), null)).toBe('closed-at-once')
  })

  it('a server that ends after its greeting is none that closes at once', async () => {
    expect(
      await causeOf(
        startTcpTestServer((socket) => socket.end('13:37\r\n')),
        null,
      ),
    ).toBeNull()
  })

  it.each([
    ['plain text', faulty.startPlainTextServer],
    ['an answer in plain text', faulty.startPlainTextAnswerServer],
    ['what came', () => startTcpTestServer((socket) => socket.pipe(socket))],
    ['a single byte', () => faulty.startPlainTextAnswerServer('?')],
  ])('a server that says %s instead of TLS', async (_what, start) => {
    expect(await causeOf(start())).toBe('plaintext-server')
  })

  it('a reset before TLS: at once, and upon the hello', async () => {
    const atOnce = startTcpTestServer((socket) => socket.resetAndDestroy())
    expect([await causeOf(atOnce), await causeOf(faulty.startResettingServer())]).toEqual([
      'reset-before-tls',
      'reset-before-tls',
    ])
  })

  it('closed upon the hello', async () => {
    expect(await causeOf(faulty.startClosingServer())).toBe('closed-during-handshake')
  })

  it('silence in the handshake', async () => {
    expect(await causeOf(faulty.startSilentServer(), {}, { timeoutMs: 300 })).toBe('handshake-timeout')
  })
})

describe.concurrent.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('over %s', (version) => {
  const only = { tls: { minVersion: version, maxVersion: version } }
  const other = version === 'TLSv1.2' ? 'TLSv1.3' : 'TLSv1.2'

  it.each([
    ['startValidServer', null],
    ['startCommonNameServer', null],
    ['startExpiredServer', 'certificate-expired'],
    ['startNotYetValidServer', 'certificate-not-yet-valid'],
    ['startSelfSignedServer', 'certificate-self-signed'],
    ['startUnknownCaServer', 'certificate-unknown-ca'],
    ['startMissingIntermediateServer', 'certificate-missing-intermediate'],
    ['startWrongNameServer', 'certificate-name-mismatch'],
    ['startMutualServer', 'client-certificate-required'],
  ] as const)('%s: %s', async (start, cause) => {
    expect(await causeOf(faulty[start](only))).toBe(cause)
  })

  it('another certificate than the trusted one', async () => {
    expect(await causeOf(faulty.startValidServer(only), { pinnedFingerprint: 'ab'.repeat(32) })).toBe(
      'certificate-changed',
    )
  })

  it.each([
    ['client', null],
    ['expired', 'client-certificate-rejected'],
    ['foreign', 'client-certificate-rejected'],
    ['mixed', 'client-key-mismatch'],
    ['encrypted', 'tls-settings-unusable'],
  ] as const)('the mutual server and the identity %s: %s', async (identity, cause) => {
    expect(await causeOf(faulty.startMutualServer(only), identities[identity])).toBe(cause)
  })

  it('the passphrase opens the key', async () => {
    const passphrase = 'open sesame'
    expect(await causeOf(faulty.startMutualServer(only), identities.encrypted, { passphrase })).toBeNull()
  })

  it.each([
    ['rst', 'reset-during-handshake'],
    ['fin', 'closed-during-handshake'],
  ] as const)('cut in mid-handshake by %s', async (how, cause) => {
    const behind = await faulty.startValidServer(only)
    try {
      expect(await causeOf(faulty.startCuttingServer(behind.port, 100, how))).toBe(cause)
    } finally {
      await behind.stop()
    }
  })

  it('no version in common', async () => {
    const tls = { minimumVersion: other, maximumVersion: other } as const
    expect(await causeOf(faulty.startValidServer(only), tls)).toBe('no-common-version')
  })

  it('no cipher in common', async () => {
    const [mine, theirs] =
      version === 'TLSv1.3'
        ? ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']
        : ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384']
    const tls = { ciphers: mine, minimumVersion: version, maximumVersion: version }
    expect(await causeOf(faulty.startValidServer({ tls: { ...only.tls, ciphers: theirs } }), tls)).toBe(
      'no-common-cipher',
    )
  })

  it('no ALPN protocol in common', async () => {
    const server = faulty.startValidServer({ tls: { ...only.tls, ALPNProtocols: ['h2'] } })
    expect(await causeOf(server, { alpn: ['mqtt'] })).toBe('handshake-failed')
  })

  it('closed right after the handshake', async () => {
    expect(await causeOf(faulty.startValidServer({ ...only, serve: (socket) => socket.end() }))).toBe('closed-at-once')
  })

  it('TLS where plain TCP was meant', async () => {
    expect([
      await causeOf(faulty.startValidServer(only), null),
      await causeOf(faulty.startMutualServer(only), null),
    ]).toEqual(['tls-server', 'tls-server'])
  })

  it('nothing is enforced while verification is off', async () => {
    const tls = { verification: 'off', checksName: false } as const
    expect(await causeOf(faulty.startExpiredServer(only), tls)).toBeNull()
  })
})

describe.concurrent('servers of their own kind', () => {
  it('an old protocol', async () => {
    expect([
      await causeOf(faulty.startOldProtocolServer()),
      await causeOf(faulty.startOldProtocolServer(), { minimumVersion: 'TLSv1.1' }),
      await causeOf(faulty.startOldProtocolServer(), null),
    ]).toEqual(['no-common-version', null, 'tls-server'])
  })

  it('an anonymous one', async () => {
    const server: TlsOptions = { ciphers: 'AECDH-AES256-SHA:@SECLEVEL=0', maxVersion: 'TLSv1.2' }
    expect(await causeOf(startTlsTestServer(server), { ciphers: 'AECDH-AES256-SHA:@SECLEVEL=0' })).toBe(
      'certificate-absent',
    )
  })

  it("one that shows a client's certificate", async () => {
    const { client } = await testCertificates()
    const server = startTlsTestServer({ cert: client.certificatePem, key: client.keyPem })
    expect(await causeOf(server, { checksName: false })).toBe('certificate-invalid')
  })

  it('one that says nothing of versions when none suits it', async () => {
    // The answer is the same alert as for ciphers; that it takes TLS 1.2 alone is found by asking.
    const behind = await faulty.startValidServer({ tls: { maxVersion: 'TLSv1.2' } })
    const alert = Uint8Array.from([0x15, 3, 3, 0, 2, 2, 40])
    const server = startTcpTestServer((socket) => {
      socket.once('data', (hello: Buffer) => {
        // The extension supported_versions with TLS 1.3 alone.
        if (hello.includes(Buffer.from([0, 43, 0, 3, 2, 3, 4]))) socket.end(alert)
        else {
          const upstream = connect(behind.port, '127.0.0.1')
          upstream.on('error', () => socket.destroy()).write(hello)
          socket.pipe(upstream).pipe(socket)
        }
      })
    })
    try {
      expect(await causeOf(server, { minimumVersion: 'TLSv1.3' })).toBe('no-common-version')
    } finally {
      await behind.stop()
    }
  })

  it('one that switches to TLS after a text', async () => {
    const behind = await faulty.startValidServer()
    const start = (): Promise<TestServer> =>
      startTcpTestServer((socket) => {
        socket.write('220 ready\r\n')
        socket.once('data', (asked: Buffer) => {
          if (asked.toString() !== 'STARTTLS\r\n') socket.end('500 what\r\n')
          else {
            socket.write('220 go ahead\r\n')
            const upstream = connect(behind.port, '127.0.0.1')
            upstream.on('error', () => socket.destroy())
            socket.pipe(upstream).pipe(socket)
          }
        })
      })
    const starttls = { kind: 'after-text', send: 'STARTTLS\\r\\n', expect: '220 go ahead\\r\\n' } as const
    try {
      expect([
        await causeOf(start(), { start: starttls }),
        await causeOf(start(), { start: { ...starttls, send: 'HELLO\\r\\n' } }),
        await causeOf(start(), { start: { ...starttls, send: '\\q' } }),
        await causeOf(start(), { start: { kind: 'by-hand' } }),
        await causeOf(start()),
      ]).toEqual([null, 'handshake-failed', 'tls-settings-unusable', null, 'plaintext-server'])
    } finally {
      await behind.stop()
    }
  })
})

it('every cause of the contract was met', () => {
  expect(diagnosisCause.options.filter((cause) => !seen.has(cause))).toEqual([])
})
