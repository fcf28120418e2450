import { X509Certificate } from 'node:crypto'
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { LocalAuthority } from '../../contract/schemas/server.ts'
import type { AuthorityFiles, KeptAuthority } from '../../engine/servers/authority-files.ts'
import { makeAuthority, makeClientCertificate } from '../certificates/authority-certificates.ts'
import type { Identity } from '../certificates/certificate-plan.ts'
import { readKeptIdentities } from './kept-identities.ts'

export interface LocalAuthorityOptions {
  readonly files: AuthorityFiles
  readonly nowUnixMs: () => number
  /** Told `local-authority-renewed` when a CA that programs may trust was replaced. */
  readonly onProblem: (error: ErrorShape) => void
}

const clientDays = 3650

/**
 * The CA that signs the certificates of the local servers, and a client for those that ask for one. Made when it is first
 * asked for, and made anew when it cannot be used any more.
 */
export class LocalAuthorityKeeper {
  readonly #options: LocalAuthorityOptions

  constructor(options: LocalAuthorityOptions) {
    this.#options = options
  }

  /** The certificate and key that sign. Errors: those of `AuthorityFiles`. */
  async root(): Promise<Identity> {
    return (await this.#current()).root
  }

  /** What clients need of it. Errors: those of `AuthorityFiles`. */
  async describe(): Promise<LocalAuthority> {
    const { root } = await this.#current()
    const { paths } = this.#options.files
    return {
      caPath: paths.ca,
      caPem: root.certificatePem,
      caFingerprint: new X509Certificate(root.certificatePem).fingerprint256.replaceAll(':', '').toLowerCase(),
      clientCertificatePath: paths.client,
      clientKeyPath: paths.clientKey,
    }
  }

  async #current(): Promise<{ root: Identity; client: Identity }> {
    const { files, nowUnixMs } = this.#options
    const kept = readKeptIdentities(await files.read(), nowUnixMs())
    if (kept.root !== null && kept.client !== null) return { root: kept.root, client: kept.client }
    return files.update(async (present) => {
      const result = await this.#complete(present)
      const { root, client } = result
      return {
        kept: { ca: root.certificatePem, caKey: root.keyPem, client: client.certificatePem, clientKey: client.keyPem },
        result,
      }
    })
  }

  /** Makes what is missing or cannot be used. */
  async #complete(present: KeptAuthority): Promise<{ root: Identity; client: Identity }> {
    const { files, nowUnixMs, onProblem } = this.#options
    const now = nowUnixMs()
    const { root: kept, client, problem } = readKeptIdentities(present, now)
    if (kept !== null && client !== null) return { root: kept, client }
    const root = kept ?? (await makeAuthority({ commonName: authorityName(now), nowUnixMs: now }))
    if (problem !== null) onProblem(describeError('local-authority-renewed', { reason: problem, file: files.paths.ca }))
    const commonName = 'Wirebench local client'
    return { root, client: await makeClientCertificate({ commonName, nowUnixMs: now, validDays: clientDays }, root) }
  }
}

/** With its day, so that a renewed one is told from the one before wherever both are installed. */
function authorityName(nowUnixMs: number): string {
  return `Wirebench local CA ${new Date(nowUnixMs).toISOString().slice(0, 10)}`
}
