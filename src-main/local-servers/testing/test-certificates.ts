import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { leafPlan, makeAuthority, makeClientCertificate } from '../certificates/authority-certificates.ts'
import type { Identity } from '../certificates/certificate-plan.ts'
import { makeCertificate } from '../certificates/make-certificate.ts'

/** What tests trust and show. */
export interface TestCertificates {
  /** The CA of every server here that is not made to be unknown. */
  readonly root: Identity
  readonly client: Identity
  /** Signed by the same CA, expired yesterday. */
  readonly expiredClient: Identity
  /** Signed by a CA that no server here trusts. */
  readonly foreignClient: Identity
}

let made: Promise<TestCertificates> | null = null

/** The same for a whole process: making keys takes time. */
export function testCertificates(): Promise<TestCertificates> {
  made ??= make()
  return made
}

async function make(): Promise<TestCertificates> {
  const nowUnixMs = Date.now()
  const root = await makeAuthority({ commonName: 'Test CA', nowUnixMs })
  const foreignRoot = await makeAuthority({ commonName: 'Foreign CA', nowUnixMs })
  const client = await makeClientCertificate({ commonName: 'Test client', nowUnixMs, validDays: 30 }, root)
  const foreignClient = await makeClientCertificate(
    { commonName: 'Foreign client', nowUnixMs, validDays: 30 },
    foreignRoot,
  )
  const plan = { ...leafPlan({ names: ['Expired client'], nowUnixMs, validDays: -1, usages: ['client'] }), names: [] }
  const expiredClient = await makeCertificate({ ...plan, validFromUnixMs: plan.validFromUnixMs - 86_400_000 }, root)
  return { root, client, expiredClient, foreignClient }
}

/** Writes the certificate and the key of an identity, and those who signed it, as `NAME.pem`, `NAME.key` and `NAME-ca.pem`. */
export async function writeIdentityFiles(
  folder: string,
  name: string,
  { certificatePem, keyPem, issuerPems }: Identity,
): Promise<{ readonly certificatePath: string; readonly keyPath: string; readonly caPath: string }> {
  const paths = {
    certificatePath: join(folder, `${name}.pem`),
    keyPath: join(folder, `${name}.key`),
    caPath: join(folder, `${name}-ca.pem`),
  }
  await writeFile(paths.certificatePath, certificatePem)
  await writeFile(paths.keyPath, keyPem)
  await writeFile(paths.caPath, issuerPems.join('') || certificatePem)
  return paths
}
