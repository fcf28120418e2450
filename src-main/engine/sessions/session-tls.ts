import { tlsSettings, type TlsCertificates, type TlsSettings } from '../../contract/schemas/tls.ts'
import type { PreparedTls, SecuredConnection, TlsProvider, VariableResolver } from '../ports.ts'
import * as v from 'valibot'

/** What TLS of one session needs, and the certificates of its last secured connection. Passphrases stay in here. */
export class SessionTls {
  readonly #provider: TlsProvider
  readonly #variables: VariableResolver
  #prepared: PreparedTls | null = null
  /** Of the last switch by hand on this connection. */
  byHand: PreparedTls | null = null
  #host = ''
  /** What opened the files of the settings last. */
  #passphrase: { readonly files: string; readonly text: string } | null = null
  #certificates: TlsCertificates = { peerChain: [], localChain: [] }

  constructor(provider: TlsProvider, variables: VariableResolver) {
    this.#provider = provider
    this.#variables = variables
  }

  get certificates(): TlsCertificates {
    return this.#certificates
  }

  /** For the connection that is being made or open; null without TLS. */
  get prepared(): PreparedTls | null {
    return this.#prepared
  }

  /**
   * Checks the settings and reads their files. The passphrase is the given one, else the one that was given for the same
   * files before, else that of the variable. Errors: those of `TlsProvider`.
   */
  async prepare(tls: TlsSettings, host: string, given: string | null): Promise<PreparedTls> {
    const files = JSON.stringify([tls.keyPath, tls.pfxPath])
    const kept = this.#passphrase?.files === files ? this.#passphrase.text : null
    const { passphraseVariable: name } = tls
    const ofVariable = name === null ? null : (this.#variables.resolve(name)?.text ?? null)
    const prepared = await this.#provider.prepare(tls, host, given ?? kept ?? ofVariable)
    if (given !== null) this.#passphrase = { files, text: given }
    return prepared
  }

  /** For a switch by hand. What was made ready at connecting is taken as it is, unless a passphrase is given. */
  async prepareByHand(tls: TlsSettings | null, passphrase: string | null): Promise<PreparedTls> {
    if (this.#prepared !== null && passphrase === null) return this.#prepared
    return this.prepare(tls ?? v.parse(tlsSettings, {}), this.#host, passphrase)
  }

  /** What the connection to a host that begins now will need. */
  use(prepared: PreparedTls | null, host: string): void {
    this.#prepared = prepared
    this.#host = host
    this.byHand = null
  }

  secured({ certificates }: SecuredConnection): void {
    this.#certificates = certificates
  }
}
