import { createHash, X509Certificate } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ErrorShape } from '../../contract/errors.ts'
import { KeptAuthorityFiles } from '../../storage/kept-authority.ts'
import { FaultyDisk } from '../../storage/testing/faulty-disk.ts'
import { makeTemporaryFolder } from '../../storage/testing/temporary-folder.ts'
import { makeAuthority, makeClientCertificate } from '../certificates/authority-certificates.ts'
import { dayMs } from '../certificates/certificate-plan.ts'
import { LocalAuthorityKeeper } from './local-authority-keeper.ts'

const startUnixMs = Date.UTC(2026, 10, 30, 12)

interface Opened {
  readonly keeper: LocalAuthorityKeeper
  readonly problems: ErrorShape[]
  readonly disk: FaultyDisk
}

function open(folder: string, nowUnixMs = startUnixMs): Opened {
  const disk = new FaultyDisk()
  const problems: ErrorShape[] = []
  const files = new KeptAuthorityFiles({ files: disk, folder })
  const keeper = new LocalAuthorityKeeper({
    files,
    nowUnixMs: () => nowUnixMs,
    onProblem: (error) => problems.push(error),
  })
  return { keeper, problems, disk }
}

const fileNames = ['ca.pem', 'ca.key', 'client.pem', 'client.key'] as const
const filesOf = (folder: string): Promise<string[]> =>
  Promise.all(fileNames.map((name) => readFile(join(folder, name), 'utf8')))

async function keptFolder(): Promise<{ folder: string; files: string[] }> {
  const folder = await makeTemporaryFolder()
  await open(folder).keeper.describe()
  return { folder, files: await filesOf(folder) }
}

describe('the CA of the local servers', () => {
  it('is made once, with a client that it signed, and only keys are secret', async () => {
    const folder = join(await makeTemporaryFolder(), 'tls')
    const { keeper, problems } = open(folder)
    const described = await keeper.describe()
    const [ca = '', , client = ''] = await filesOf(folder)
    const certificate = new X509Certificate(ca)
    expect({ described, problems, again: await open(folder).keeper.describe() }).toEqual({
      described: {
        caPath: join(folder, 'ca.pem'),
        caPem: ca,
        caFingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
        clientCertificatePath: join(folder, 'client.pem'),
        clientKeyPath: join(folder, 'client.key'),
      },
      problems: [],
      again: described,
    })
    const clientCertificate = new X509Certificate(client)
    const modes = await Promise.all(fileNames.map(async (name) => (await stat(join(folder, name))).mode & 0o077))
    expect({
      ca: [certificate.ca, certificate.subject],
      signed: clientCertificate.verify(certificate.publicKey),
      secretModes: [modes[1], modes[3]],
      root: await keeper.root(),
    }).toMatchObject({
      ca: [true, 'O=Wirebench\nCN=Wirebench local CA 2026-11-30'],
      signed: true,
      secretModes: [0, 0],
      root: { certificatePem: ca, issuerPems: [] },
    })
  })

  it('is the same for all that ask at once, in several processes', async () => {
    const folder = await makeTemporaryFolder()
    const keepers = [open(folder), open(folder), open(folder)]
    const described = await Promise.all(keepers.flatMap(({ keeper }) => [keeper.describe(), keeper.describe()]))
    expect(new Set(described.map(({ caFingerprint }) => caFingerprint)).size).toBe(1)
  })

  it('is made anew when it has expired, and that is told', async () => {
    const { folder, files } = await keptFolder()
    const { keeper, problems } = open(folder, startUnixMs + 4000 * dayMs)
    const { caPem } = await keeper.describe()
    expect([caPem === files[0], problems]).toMatchObject([
      false,
      [{ code: 'local-authority-renewed', data: { file: join(folder, 'ca.pem') } }],
    ])
    expect(problems[0]?.message).toMatch(/^The CA of the local TLS servers was made anew: It was valid from .* to /)
  })

  it.each([
    ['ca.pem', null, 'Its files were damaged: the certificate is missing.'],
    ['ca.key', null, 'Its files were damaged: the key is missing.'],
    ['ca.pem', 'garbage', 'Its files were damaged: the certificate or the key cannot be read.'],
    ['ca.key', 'garbage', 'Its files were damaged: the certificate or the key cannot be read.'],
    ['ca.key', 'other', 'Its files were damaged: the key does not belong to the certificate.'],
    ['ca', 'leaf', 'Its files were damaged: the certificate is not one of a CA.'],
  ] as const)('is made anew when %s is %s', async (name, content, reason) => {
    const { folder, files } = await keptFolder()
    const root = await makeAuthority({ commonName: 'Other', nowUnixMs: startUnixMs })
    if (content === null) await rm(join(folder, name))
    else if (content === 'leaf') {
      const times = { nowUnixMs: startUnixMs, validDays: 9 }
      const leaf = await makeClientCertificate({ commonName: 'Leaf', ...times }, root)
      await writeFile(join(folder, 'ca.pem'), leaf.certificatePem)
      await writeFile(join(folder, 'ca.key'), leaf.keyPem)
    } else await writeFile(join(folder, name), content === 'other' ? root.keyPem : content)
    const { keeper, problems } = open(folder)
    await keeper.root()
    expect([
      problems.map(({ data }) => data.reason),
      (await filesOf(folder)).map((file, at) => file === files[at]),
    ]).toEqual([[reason], [false, false, false, false]])
    expect(await open(folder).keeper.describe()).toEqual(await keeper.describe())
  })

  it.each(['client.pem', 'client.key'])('stays when only its client, %s, must be made anew', async (name) => {
    const { folder, files } = await keptFolder()
    await writeFile(join(folder, name), 'garbage')
    const { keeper, problems } = open(folder)
    await keeper.describe()
    expect([problems, (await filesOf(folder)).map((file, at) => file === files[at])]).toEqual([
      [],
      [true, true, false, false],
    ])
  })

  it('is left alone when it cannot be read, and a full disk leaves what there is', async () => {
    const { folder, files } = await keptFolder()
    const unreadable = open(folder)
    unreadable.disk.fail('read', 'EACCES', /ca\.key$/)
    await expect(unreadable.keeper.root()).rejects.toMatchObject({ code: 'file-unreadable', data: { file: 'ca.key' } })
    const full = open(folder, startUnixMs + 4000 * dayMs)
    full.disk.fail('writeNew', 'ENOSPC', /ca\.key/)
    await expect(full.keeper.root()).rejects.toMatchObject({ code: 'disk-full' })
    expect(await filesOf(folder)).toEqual(files)
  })
})
