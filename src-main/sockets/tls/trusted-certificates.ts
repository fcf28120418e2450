import type { X509Certificate } from 'node:crypto'
import { X509Certificate as Certificate } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { WirebenchError } from '../../contract/errors.ts'
import type { TlsSettings } from '../../contract/schemas/tls.ts'
import { CertificatesMalformed, maximumCertificates, readCertificates } from './pem-certificates.ts'
import { fileError, maximumFileBytes, readLimitedFile } from './read-limited-file.ts'

/** Files of a CA folder, such as `/etc/ssl/certs` with its names made of hashes (`c_rehash`). */
const certificateFileName = /\.(?:pem|crt|cer|\d{1,3})$/i
const maximumFolderEntries = 10_000
const maximumFolderFiles = 2000
const maximumFolderBytes = 4 * maximumFileBytes

/** Certificates that are trusted, to be found by name. */
export class TrustedCertificates {
  readonly #byFingerprint = new Map<string, X509Certificate>()
  readonly #bySubject = new Map<string, X509Certificate[]>()

  constructor(certificates: Iterable<X509Certificate>) {
    for (const certificate of certificates) this.#add(certificate)
  }

  get all(): readonly X509Certificate[] {
    return [...this.#byFingerprint.values()]
  }

  has(certificate: X509Certificate): boolean {
    return this.#byFingerprint.has(certificate.fingerprint256)
  }

  /** Those with this subject, as Node writes it. */
  named(subject: string): readonly X509Certificate[] {
    return this.#bySubject.get(subject) ?? []
  }

  #add(certificate: X509Certificate): void {
    if (this.has(certificate)) return
    this.#byFingerprint.set(certificate.fingerprint256, certificate)
    const sameName = this.#bySubject.get(certificate.subject)
    if (sameName === undefined) this.#bySubject.set(certificate.subject, [certificate])
    else sameName.push(certificate)
  }
}

let builtIn: TrustedCertificates | null = null

/** The roots that come with Node: those of Mozilla. Read once, when they are needed first. */
export function builtInRoots(): TrustedCertificates {
  builtIn ??= new TrustedCertificates(rootCertificates.map((pem) => new Certificate(pem)))
  return builtIn
}

/** What settings say is trusted. */
export interface Trust {
  readonly trusted: TrustedCertificates
  /** For OpenSSL; null when it is to use the built-in roots alone, which it knows already. */
  readonly pems: string[] | null
}

/**
 * Reads the certificates that are trusted. Errors: `file-not-found`, `file-unreadable`, `certificate-file-malformed`, with
 * the setting in `field`.
 */
export async function readTrust(settings: TlsSettings): Promise<Trust> {
  const { caPath } = settings
  const extra = settings.extraCertificates.flatMap((pem, index) => extraCertificates(pem, index + 1))
  if (caPath === null && extra.length === 0) return { trusted: builtInRoots(), pems: null }
  const named = caPath === null ? [] : await readCaPath(caPath)
  const roots = caPath === null || settings.trustsBuiltInRoots ? builtInRoots().all : []
  const trusted = new TrustedCertificates([...named, ...extra, ...roots])
  return { trusted, pems: trusted.all.map((certificate) => certificate.toString()) }
}

function extraCertificates(pem: string, number: number): readonly X509Certificate[] {
  return certificatesOf(Buffer.from(pem), `Trusted certificate ${number} of this profile`, 'extraCertificates')
}

async function readCaPath(path: string): Promise<readonly X509Certificate[]> {
  const isFolder = await stat(path).then(
    (facts) => facts.isDirectory(),
    (thrown: unknown) => {
      throw fileError(path, 'caPath', thrown)
    },
  )
  return isFolder ? readFolder(path) : certificatesOf(await readLimitedFile(path, 'caPath'), path, 'caPath')
}

async function readFolder(folder: string): Promise<readonly X509Certificate[]> {
  const names = await certificateNames(folder)
  const found = new Map<string, X509Certificate>()
  let folderBytes = 0
  for (const name of names) {
    const path = join(folder, name)
    const bytes = await readLimitedFile(path, 'caPath')
    folderBytes += bytes.length
    if (folderBytes > maximumFolderBytes) {
      throw malformed(folder, 'caPath', `Its files have more than ${maximumFolderBytes} bytes together.`)
    }
    for (const certificate of certificatesOf(bytes, path, 'caPath')) found.set(certificate.fingerprint256, certificate)
    if (found.size > maximumCertificates) {
      throw malformed(folder, 'caPath', `It has more than ${maximumCertificates} certificates.`)
    }
  }
  if (found.size === 0) {
    throw malformed(folder, 'caPath', 'The folder has no file that ends in .pem, .crt or .cer.')
  }
  return [...found.values()]
}

/** Names of the folder's files that are to hold certificates, in order. */
async function certificateNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch((thrown: unknown) => {
    throw fileError(folder, 'caPath', thrown)
  })
  const names = entries.filter((name) => certificateFileName.test(name)).sort()
  if (entries.length > maximumFolderEntries || names.length > maximumFolderFiles) {
    throw malformed(folder, 'caPath', `The folder has ${entries.length} entries, which are too many.`)
  }
  return names
}

/** Errors: `certificate-file-malformed`. */
export function certificatesOf(
  bytes: Uint8Array,
  file: string,
  field: 'caPath' | 'certificatePath' | 'extraCertificates',
): readonly X509Certificate[] {
  try {
    return readCertificates(bytes)
  } catch (thrown) {
    if (!(thrown instanceof CertificatesMalformed)) throw thrown
    throw malformed(file, field, thrown.message)
  }
}

function malformed(file: string, field: keyof TlsSettings, reason: string): WirebenchError {
  return new WirebenchError('certificate-file-malformed', { file, field, reason })
}
