import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SecureVersion, TLSSocket, TlsOptions } from 'node:tls'
import type { ChainLink, TlsSettingsInput } from '../../contract/schemas/tls.ts'
import { leafPlan, makeAuthority } from '../../local-servers/certificates/authority-certificates.ts'
import { dayMs, type Identity } from '../../local-servers/certificates/certificate-plan.ts'
import { makeCertificate } from '../../local-servers/certificates/make-certificate.ts'
import * as faulty from '../../local-servers/testing/faulty-servers.ts'
import { testCertificates, writeIdentityFiles } from '../../local-servers/testing/test-certificates.ts'
import { startTlsTestServer, type TestServer } from '../../local-servers/testing/tls-test-server.ts'
import { NodeTlsProvider } from './node-tls-provider.ts'
import { attemptTls } from './testing/secure-attempt.ts'

let folder: string
let root: Identity
let caPath: string
const started: TestServer[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-judge-'))
  root = (await testCertificates()).root
  caPath = (await writeIdentityFiles(folder, 'root', root)).certificatePath
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

const drawn = (chain: readonly ChainLink[] | undefined): unknown =>
  chain?.map(({ name, source, fault }) => [name, source, fault])

const fingerprint = ({ certificatePem }: Identity): string =>
  new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '').toLowerCase()

/** A server with a chain made for the test. */
const serverOf = (identity: Identity, sentPem: string, tls: TlsOptions = {}): Promise<TestServer> =>
  keep(startTlsTestServer({ cert: sentPem, key: identity.keyPem, ...tls }))

const plan = (validDays = 30) =>
  leafPlan({ names: ['localhost', '127.0.0.1'], nowUnixMs: Date.now(), validDays, usages: ['server'] })

describe.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('over %s', (version) => {
  const only = { tls: { minVersion: version, maxVersion: version } }

  it.each([
    [
      'startValidServer',
      null,
      [
        ['localhost', 'sent', null],
        ['Test CA', 'trusted', null],
      ],
    ],
    [
      'startExpiredServer',
      'certificate-expired',
      [
        ['localhost', 'sent', 'certificate-expired'],
        ['Test CA', 'trusted', null],
      ],
    ],
    [
      'startNotYetValidServer',
      'certificate-not-yet-valid',
      [
        ['localhost', 'sent', 'certificate-not-yet-valid'],
        ['Test CA', 'trusted', null],
      ],
    ],
    ['startSelfSignedServer', 'certificate-self-signed', [['localhost', 'sent', 'certificate-self-signed']]],
    [
      'startWrongNameServer',
      'certificate-name-mismatch',
      [
        ['wrong.example', 'sent', 'certificate-name-mismatch'],
        ['Test CA', 'trusted', null],
      ],
    ],
    [
      'startMissingIntermediateServer',
      'certificate-missing-intermediate',
      [
        ['localhost', 'sent', null],
        ['Wirebench intermediate CA that is not sent', 'missing', 'certificate-missing-intermediate'],
      ],
    ],
    [
      'startUnknownCaServer',
      'certificate-unknown-ca',
      [
        ['localhost', 'sent', null],
        ['Wirebench CA that nobody trusts', 'sent', 'certificate-unknown-ca'],
      ],
    ],
    [
      'startCommonNameServer',
      null,
      [
        ['localhost', 'sent', null],
        ['Test CA', 'trusted', null],
      ],
    ],
  ] as const)('%s: %s', async (start, fault, chain) => {
    const server = await keep(faulty[start](only))
    const { secured, code } = await attemptTls(server, { caPath })
    expect([
      code,
      secured?.summary.verdict.fault,
      secured?.summary.verdict.ok,
      drawn(secured?.certificates.peerChain),
    ]).toEqual([fault, fault, fault === null, chain])
    // Nothing is enforced, and everything is told all the same.
    const open = await attemptTls(server, { caPath, verification: 'off', checksName: false })
    expect([open.code, open.secured?.summary.isVerified, open.secured?.summary.verdict.fault]).toEqual([
      null,
      false,
      fault === 'certificate-name-mismatch' ? null : fault,
    ])
  })

  it('says what was negotiated', async () => {
    const server = await keep(faulty.startValidServer({ tls: { ...only.tls, ALPNProtocols: ['b', 'a'] } }))
    const { secured } = await attemptTls(server, { caPath, alpn: ['a', 'b'] })
    expect(secured?.summary).toEqual({
      version,
      cipher: version === 'TLSv1.3' ? 'TLS_AES_256_GCM_SHA384' : 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      keyExchange: 'X25519',
      alpn: 'b',
      serverName: 'localhost',
      isResumed: false,
      isVerified: true,
      verdict: { ok: true, fault: null, message: '', reason: null, isPinned: false },
      peerName: 'localhost',
      peerFingerprint: secured?.sentByPeer[0]?.fingerprintSha256,
      peerValidToUnixMs: secured?.sentByPeer[0]?.validToUnixMs,
      localName: null,
    })
  })

  it('resumes, and still knows who the peer is', async () => {
    const server = await keep(faulty.startValidServer(only))
    const provider = new NodeTlsProvider()
    const first = await attemptTls(server, { caPath }, { provider })
    const second = await attemptTls(server, { caPath }, { provider })
    const third = await attemptTls(server, { caPath, resumesSession: false }, { provider })
    expect([first, second, third].map(({ secured }) => secured?.summary.isResumed)).toEqual([false, true, false])
    expect([second.code, second.secured]).toEqual([
      null,
      {
        ...first.secured,
        summary: { ...first.secured?.summary, isResumed: true, keyExchange: second.secured?.summary.keyExchange },
      },
    ])
  })

  it('a resumed session of a bad certificate is as bad', async () => {
    const server = await keep(faulty.startExpiredServer(only))
    const provider = new NodeTlsProvider()
    const settings: TlsSettingsInput = { caPath, verification: 'off', checksName: false }
    await attemptTls(server, settings, { provider })
    const again = await attemptTls(server, settings, { provider })
    expect([again.secured?.summary.isResumed, again.secured?.summary.verdict]).toEqual([
      true,
      {
        ok: false,
        fault: 'certificate-expired',
        message: again.secured?.summary.verdict.message,
        reason: 'CERT_HAS_EXPIRED',
        isPinned: false,
      },
    ])
  })

  it('shows the certificate of this side where the server asked for it', async () => {
    const { client } = await testCertificates()
    const files = await writeIdentityFiles(folder, 'client', client)
    const identity = { certificatePath: files.certificatePath, keyPath: files.keyPath }
    const asking = await attemptTls(await keep(faulty.startMutualServer(only)), { caPath, ...identity })
    const other = await attemptTls(await keep(faulty.startValidServer(only)), { caPath, ...identity })
    expect(
      [asking, other].map(({ code, secured }) => [
        code,
        secured?.summary.localName,
        drawn(secured?.certificates.localChain),
      ]),
    ).toEqual([
      [null, 'Test client', [['Test client', 'sent', null]]],
      [null, null, []],
    ])
  })
})

describe('what the peer sends and what is known here', () => {
  it('an intermediate that the peer sends links the leaf to a root', async () => {
    const between = await makeAuthority({ commonName: 'Between', nowUnixMs: Date.now() }, root)
    const leaf = await makeCertificate(plan(), between)
    const server = await serverOf(leaf, leaf.certificatePem + between.certificatePem)
    const { code, secured } = await attemptTls(server, { caPath })
    expect([code, drawn(secured?.certificates.peerChain), secured?.sentByPeer.map(({ name }) => name)]).toEqual([
      null,
      [
        ['localhost', 'sent', null],
        ['Between', 'sent', null],
        ['Test CA', 'trusted', null],
      ],
      ['localhost', 'Between'],
    ])
  })

  it('an intermediate added here completes the chain', async () => {
    const between = await makeAuthority({ commonName: 'Between', nowUnixMs: Date.now() }, root)
    const leaf = await makeCertificate(plan(), between)
    const server = await serverOf(leaf, leaf.certificatePem)
    const added = await attemptTls(server, { caPath, extraCertificates: [between.certificatePem] })
    const alone = await attemptTls(server, { extraCertificates: [between.certificatePem] })
    expect([added, alone].map(({ code, secured }) => [code, drawn(secured?.certificates.peerChain)])).toEqual([
      [
        null,
        [
          ['localhost', 'sent', null],
          ['Between', 'trusted', null],
          ['Test CA', 'trusted', null],
        ],
      ],
      [
        null,
        [
          ['localhost', 'sent', null],
          ['Between', 'trusted', null],
        ],
      ],
    ])
  })

  it('a chain without its root, which nobody knows here, is of an unknown CA', async () => {
    const other = await makeAuthority({ commonName: 'Other root', nowUnixMs: Date.now() })
    const between = await makeAuthority({ commonName: 'Between', nowUnixMs: Date.now() }, other)
    const leaf = await makeCertificate(plan(), between)
    const server = await serverOf(leaf, leaf.certificatePem + between.certificatePem)
    const { code, secured } = await attemptTls(server, { caPath })
    expect([code, drawn(secured?.certificates.peerChain), secured?.summary.verdict.message]).toEqual([
      'certificate-unknown-ca',
      [
        ['localhost', 'sent', null],
        ['Between', 'sent', null],
        ['Other root', 'missing', 'certificate-unknown-ca'],
      ],
      "The server's certificate was signed by “Other root”, which is not trusted here. If that is right, add it to the trusted certificates.",
    ])
  })

  it('an expired intermediate is the link to blame', async () => {
    const authority = { ...plan(), role: 'authority', commonName: 'Old', names: [], usages: [] } as const
    const old = await makeCertificate(
      { ...authority, validFromUnixMs: Date.now() - 2 * dayMs, validToUnixMs: Date.now() - dayMs },
      root,
    )
    const leaf = await makeCertificate(plan(), old)
    const server = await serverOf(leaf, leaf.certificatePem + old.certificatePem)
    const { code, secured } = await attemptTls(server, { caPath })
    expect([code, drawn(secured?.certificates.peerChain)]).toEqual([
      'certificate-expired',
      [
        ['localhost', 'sent', null],
        ['Old', 'sent', 'certificate-expired'],
        ['Test CA', 'trusted', null],
      ],
    ])
  })

  it('a leaf that signs like an authority proves nothing', async () => {
    const notAuthority = await makeCertificate({ ...plan(), commonName: 'No authority' }, root)
    const leaf = await makeCertificate(plan(), notAuthority)
    const server = await serverOf(leaf, leaf.certificatePem + notAuthority.certificatePem)
    const { code } = await attemptTls(server, { caPath })
    expect(code).toMatch(/^certificate-/)
  })

  it("a client's certificate is no server's", async () => {
    const { client } = await testCertificates()
    const server = await serverOf(client, client.certificatePem)
    const { code, secured } = await attemptTls(server, { caPath, checksName: false })
    expect([code, secured?.summary.verdict.message]).toEqual([
      'certificate-invalid',
      "The server's certificate cannot be trusted. OpenSSL says: invalid purpose.",
    ])
  })

  it('a certificate that signed itself is trusted once it is added', async () => {
    const leaf = await makeCertificate(plan(), null)
    const { code } = await attemptTls(await serverOf(leaf, leaf.certificatePem), {
      extraCertificates: [leaf.certificatePem],
    })
    expect(code).toBeNull()
  })

  it('many links cost no more than some', async () => {
    let issuer = root
    for (let index = 0; index < 30; index++) {
      issuer = await makeAuthority({ commonName: `Link ${index}`, nowUnixMs: Date.now() }, issuer)
    }
    const leaf = await makeCertificate(plan(), issuer)
    const sent = [leaf.certificatePem, ...leaf.issuerPems.slice(0, -1)].join('')
    const { secured } = await attemptTls(await serverOf(leaf, sent), { caPath, verification: 'off', checksName: false })
    expect(secured?.certificates.peerChain.length).toBeLessThanOrEqual(17)
  })
})

describe('the name', () => {
  it.each<[TlsSettingsInput, string, string | null]>([
    [{}, 'localhost', null],
    [{}, '127.0.0.1', null],
    [{}, '127.0.0.2', 'certificate-name-mismatch'],
    // Row 6.2.15: dial an address, check a name.
    [{ serverName: 'localhost' }, '127.0.0.1', null],
    [{ serverName: 'example.com' }, '127.0.0.1', 'certificate-name-mismatch'],
    [{ serverName: 'example.com', checksName: false }, '127.0.0.1', null],
  ])('%j, dialled as %s: %s', async (given, host, expected) => {
    const { code, secured } = await attemptTls(await keep(faulty.startValidServer()), { caPath, ...given }, { host })
    const name = given.serverName ?? host
    expect([code, secured?.summary.serverName]).toEqual([expected, /^\d/.test(name) ? null : name])
  })

  it('is what the server is asked for', async () => {
    const names: unknown[] = []
    const serve = (socket: TLSSocket): void => {
      names.push(Reflect.get(socket, 'servername'))
      socket.end()
    }
    const server = await keep(faulty.startValidServer({ serve }))
    await attemptTls(server, { caPath, serverName: 'localhost' }, { host: '127.0.0.1' })
    await attemptTls(server, { caPath }, { host: '127.0.0.1' })
    expect(names).toEqual(['localhost', false])
  })

  it('the common name of a version 1 certificate counts (row 6.2.18)', async () => {
    const server = await keep(faulty.startCommonNameServer())
    const attempts = [
      await attemptTls(server, { caPath }),
      await attemptTls(server, { caPath, serverName: 'example.com' }),
    ]
    expect(attempts.map(({ code, secured }) => [code, secured?.summary.verdict.message])).toEqual([
      [null, ''],
      [
        'certificate-name-mismatch',
        "The server's certificate is made for localhost, not for example.com. Check the address, or set the server name that the certificate has.",
      ],
    ])
  })
})

describe('trust on first use', () => {
  it('takes the pinned certificate, whoever signed it, and no other one', async () => {
    const pinned = await makeCertificate({ ...plan(), names: ['other.example'] }, null)
    const settings: TlsSettingsInput = { caPath, pinnedFingerprint: fingerprint(pinned) }
    const same = await attemptTls(await serverOf(pinned, pinned.certificatePem), settings)
    const other = await attemptTls(await keep(faulty.startValidServer()), settings)
    expect([same, other].map(({ code, secured }) => [code, secured?.summary.verdict.isPinned])).toEqual([
      [null, true],
      ['certificate-changed', false],
    ])
  })
})

describe('a server without a certificate', () => {
  const anonymous = { ciphers: 'AECDH-AES256-SHA:@SECLEVEL=0', maximumVersion: 'TLSv1.2' } as const

  it.each<[TlsSettingsInput, string | null]>([
    [{}, 'certificate-absent'],
    [{ verification: 'optional' }, null],
    [{ verification: 'optional', pinnedFingerprint: '00'.repeat(32) }, 'certificate-absent'],
    [{ verification: 'off', checksName: false }, null],
  ])('with %j: %s', async (given, expected) => {
    const server = await keep(startTlsTestServer({ ciphers: anonymous.ciphers, maxVersion: 'TLSv1.2' }))
    const { code, secured } = await attemptTls(server, { ...anonymous, caPath, ...given })
    expect([code, secured?.summary.verdict.fault, secured?.certificates.peerChain]).toEqual([
      expected,
      'certificate-absent',
      [],
    ])
  })

  it('optional does not mean that a bad one is taken', async () => {
    const { code } = await attemptTls(await keep(faulty.startExpiredServer()), { caPath, verification: 'optional' })
    expect(code).toBe('certificate-expired')
  })
})
