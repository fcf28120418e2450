import * as v from 'valibot'
import {
  serverDefinition,
  serverTls,
  type ServerDefinition,
  type ServerTlsVariant,
} from '../../../src-main/contract/schemas/server.ts'
import { tlsVersion, type TlsVersion } from '../../../src-main/contract/schemas/tls.ts'
import { serverFormErrors as errorWords, serverFormWords as words } from '../../strings/servers.ts'
import type { FieldError } from '../../ui/field-error.ts'
import { checkHost } from '../connections/host-address.ts'

/** What secures the server: nothing, or TLS of some kind. */
export type SecurityChoice = 'none' | ServerTlsVariant

export type ServerField = 'name' | 'host' | 'port' | 'names' | 'validDays' | 'alpn' | 'versions'

const usualTls = v.parse(serverTls, {})

/** A local server as typed. What does not apply to the chosen security is kept, in case it is chosen again. */
export class ServerDraft {
  readonly #kind: ServerDefinition['kind']
  name = $state('')
  host = $state('')
  port = $state('')
  startsWithWorkbench = $state(false)
  security = $state<SecurityChoice>('none')
  /** With commas between. */
  names = $state('')
  validDays = $state('')
  minimumVersion = $state<TlsVersion | 'usual'>('usual')
  maximumVersion = $state<TlsVersion | 'usual'>('usual')
  alpn = $state('')
  readonly #result = $derived.by(() => v.safeParse(serverDefinition, this.#content()))
  readonly #errors = $derived.by(() => this.#findErrors())

  /** Null for a new server. */
  constructor(given: ServerDefinition | null) {
    const tls = given?.tls ?? usualTls
    this.#kind = given?.kind ?? 'echo'
    this.name = given?.name ?? words.defaultName
    this.host = given?.host ?? '127.0.0.1'
    this.port = String(given?.port ?? 0)
    this.startsWithWorkbench = given?.startsWithWorkbench ?? false
    this.security = given?.tls?.variant ?? 'none'
    this.names = tls.names.join(', ')
    this.validDays = String(tls.validDays)
    this.minimumVersion = tls.minimumVersion ?? 'usual'
    this.maximumVersion = tls.maximumVersion ?? 'usual'
    this.alpn = tls.alpn.join(', ')
  }

  /** It shows a certificate. */
  get showsCertificate(): boolean {
    return this.security !== 'none' && this.security !== 'plain-text'
  }

  /** Its certificate is made for the names here. */
  get hasNames(): boolean {
    return this.showsCertificate && this.security !== 'wrong-name'
  }

  /** Its versions can be chosen. */
  get hasVersions(): boolean {
    return this.showsCertificate && this.security !== 'old-protocol'
  }

  /** Null while something is wrong. */
  get definition(): ServerDefinition | null {
    return this.#result.success && this.#errors.size === 0 ? this.#result.output : null
  }

  /** What is wrong with a field; null when nothing is. */
  error(field: ServerField): FieldError | null {
    return this.#errors.get(field) ?? null
  }

  #content(): unknown {
    return {
      kind: this.#kind,
      name: this.name,
      host: this.host,
      port: numberOf(this.port),
      tls: this.security === 'none' ? null : this.#tls(),
      startsWithWorkbench: this.startsWithWorkbench,
    }
  }

  #tls(): unknown {
    return {
      variant: this.security,
      names: partsOf(this.names),
      validDays: numberOf(this.validDays),
      minimumVersion: this.minimumVersion === 'usual' ? null : this.minimumVersion,
      maximumVersion: this.maximumVersion === 'usual' ? null : this.maximumVersion,
      alpn: partsOf(this.alpn),
    }
  }

  #findErrors(): ReadonlyMap<ServerField, FieldError> {
    const errors = new Map<ServerField, FieldError>()
    const issues = this.#result.issues ?? []
    for (const { path = [] } of issues) {
      const keys = path.map(({ key }) => String(key))
      const field = fields.find((candidate) => keys.includes(candidate))
      if (field !== undefined) errors.set(field, { message: errorWords[field] })
    }
    const hostError = checkHost(this.host)
    if (hostError !== null) errors.set('host', { message: hostError.message, code: hostError.code })
    const namesError = this.hasNames ? checkNames(partsOf(this.names)) : null
    if (namesError !== null) errors.set('names', namesError)
    if (this.hasVersions && this.#versionsCross()) errors.set('versions', { message: errorWords.versions })
    return errors
  }

  #versionsCross(): boolean {
    const { minimumVersion: lowest, maximumVersion: highest } = this
    if (lowest === 'usual' || highest === 'usual') return false
    return tlsVersion.options.indexOf(lowest) > tlsVersion.options.indexOf(highest)
  }
}

const fields = ['name', 'host', 'port', 'names', 'validDays', 'alpn'] as const satisfies readonly ServerField[]

/** The number when it is written as digits only; else the text, which no schema takes for a number. */
const numberOf = (text: string): number | string => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : text)

const partsOf = (text: string): string[] =>
  text
    .split(/[,\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** A certificate is made for hosts, and for all hosts of a domain: `*.example`. */
function checkNames(names: readonly string[]): FieldError | null {
  if (names.length === 0) return { message: errorWords.names }
  for (const name of names) {
    const error = checkHost(name.replace(/^\*\./, ''))
    if (error !== null) return { message: error.message, code: error.code }
  }
  return null
}
