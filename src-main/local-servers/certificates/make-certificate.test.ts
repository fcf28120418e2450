import { createPrivateKey, X509Certificate } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { leafPlan, makeAuthority, makeClientCertificate } from './authority-certificates.ts'
import { dayMs, sentChainPem, type Identity } from './certificate-plan.ts'
import { makeCertificate } from './make-certificate.ts'

const nowUnixMs = Date.UTC(2026, 10, 30, 12)
const read = ({ certificatePem }: Identity): X509Certificate => new X509Certificate(certificatePem)
const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).error === undefined

describe.each(['ec', 'rsa'] as const)('a chain of %s keys', (key) => {
  it('links leaf, intermediate and root, each with its own key', async () => {
    const root = await makeAuthority({ commonName: 'Root', nowUnixMs, key })
    const intermediate = await makeAuthority({ commonName: 'Between', nowUnixMs, key }, root)
    const plan = leafPlan({
      names: ['localhost', '127.0.0.1', '::1', '*.example', 'bücher.example'],
      nowUnixMs,
      validDays: 30,
      usages: ['server', 'client'],
      key,
    })
    const leaf = await makeCertificate(plan, intermediate)
    const [rootFacts, intermediateFacts, facts] = [read(root), read(intermediate), read(leaf)]
    expect({
      subject: facts.subject,
      issuer: facts.issuer,
      names: facts.subjectAltName,
      usages: facts.keyUsage,
      isCa: facts.ca,
      from: Date.parse(facts.validFrom),
      to: Date.parse(facts.validTo),
      ownKey: facts.checkPrivateKey(createPrivateKey(leaf.keyPem)),
      key: [facts.publicKey.asymmetricKeyType, facts.publicKey.asymmetricKeyDetails],
      links: [facts.checkIssued(intermediateFacts), intermediateFacts.checkIssued(rootFacts)],
      signatures: [facts.verify(intermediateFacts.publicKey), intermediateFacts.verify(rootFacts.publicKey)],
      sent: sentChainPem(leaf),
    }).toEqual({
      subject: 'O=Wirebench\nCN=localhost',
      issuer: 'O=Wirebench\nCN=Between',
      names:
        'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:*.example, DNS:xn--bcher-kva.example',
      usages: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
      isCa: false,
      from: nowUnixMs - dayMs,
      to: nowUnixMs + 30 * dayMs,
      ownKey: true,
      key:
        key === 'ec' ? ['ec', { namedCurve: 'prime256v1' }] : ['rsa', { modulusLength: 2048, publicExponent: 65537n }],
      links: [true, true],
      signatures: [true, true],
      sent: leaf.certificatePem + intermediate.certificatePem,
    })
    expect([rootFacts.ca, rootFacts.checkIssued(rootFacts), rootFacts.verify(rootFacts.publicKey)]).toEqual([
      true,
      true,
      true,
    ])
  })
})

describe('a certificate', () => {
  it('of a client has a name and no names of servers', async () => {
    const root = await makeAuthority({ commonName: 'Root', nowUnixMs })
    const facts = read(await makeClientCertificate({ commonName: 'Somebody', nowUnixMs, validDays: 1 }, root))
    expect([facts.subject, facts.subjectAltName, facts.keyUsage]).toEqual([
      'O=Wirebench\nCN=Somebody',
      undefined,
      ['1.3.6.1.5.5.7.3.2'],
    ])
  })

  it('of version 1 has no extensions', async ({ skip }) => {
    if (!hasOpenssl) skip('openssl is not installed')
    const plan = {
      ...leafPlan({ names: ['localhost'], nowUnixMs, validDays: 1, usages: ['server'] }),
      version: 1,
    } as const
    const { certificatePem } = await makeCertificate(plan, null)
    const { stdout } = spawnSync('openssl', ['x509', '-noout', '-text'], { input: certificatePem, encoding: 'utf8' })
    expect([stdout.includes('Version: 1 (0x0)'), stdout.includes('X509v3'), /CN ?= ?localhost/.test(stdout)]).toEqual([
      true,
      false,
      true,
    ])
  })

  it('may be valid beyond 2050', async () => {
    const facts = read(await makeAuthority({ commonName: 'Late', nowUnixMs: Date.UTC(2060, 0, 1) }))
    expect(Date.parse(facts.validFrom)).toBe(Date.UTC(2060, 0, 1) - dayMs)
  })

  it('has a common name of at most 64 characters, and the name in full beside it', async () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`
    const facts = read(await makeCertificate(leafPlan({ names: [name], nowUnixMs, validDays: 1, usages: [] }), null))
    expect([facts.subject, facts.subjectAltName]).toEqual([`O=Wirebench\nCN=${name.slice(0, 64)}`, `DNS:${name}`])
  })

  it.each(['two words', 'a..b', 'x'.repeat(64), '-a', 'http://a', 'fe80::1%eth0', `${'ab.'.repeat(90)}c`])(
    'is not made for %j',
    async (name) => {
      const plan = leafPlan({ names: [name], nowUnixMs, validDays: 1, usages: ['server'] })
      await expect(makeCertificate(plan, null)).rejects.toMatchObject({ code: 'host-malformed', data: { host: name } })
    },
  )
})

describe.skipIf(!hasOpenssl)('openssl (skipped without it)', () => {
  it('reads what is made and finds nothing wrong with it', async () => {
    const root = await makeAuthority({ commonName: 'Root', nowUnixMs })
    const { stdout, stderr } = spawnSync('openssl', ['x509', '-noout', '-text'], {
      input: root.certificatePem,
      encoding: 'utf8',
    })
    expect([stderr, stdout.includes('CA:TRUE'), stdout.includes('Certificate Sign, CRL Sign')]).toEqual([
      '',
      true,
      true,
    ])
  })
})
