import * as v from 'valibot'
import { exampleCommands } from '../../../../src-main/contract/example-commands.ts'
import {
  completeServerDefinition,
  serverDefinition,
  serverTls,
  type ServerDefinition,
  type ServerTlsVariant,
} from '../../../../src-main/contract/schemas/server.ts'
import type { ServerKind } from '../../../../src-main/contract/schemas/server-kinds.ts'
import { tlsVersion, type TlsVersion } from '../../../../src-main/contract/schemas/tls.ts'
import { serverFormErrors as errorWords, serverFormWords as words } from '../../../strings/servers.ts'
import type { FieldError } from '../../../ui/field-error.ts'
import { checkHost } from '../../connections/host-address.ts'
import { servesTable, usualPorts } from '../kind-defaults.ts'
import { wholeNumberOf } from '../typed-number.ts'
import { KindDraft, type KindField } from './kind-draft.svelte.ts'

/** What secures the server: nothing, or TLS of some kind. */
export type SecurityChoice = 'none' | ServerTlsVariant

/** How many clients a server takes at once. */
export type ClientsChoice = 'any' | 'single' | 'at-most'

export type ServerField =
  'name' | 'host' | 'port' | 'maxClients' | 'names' | 'validDays' | 'alpn' | 'versions' | KindField

const usualTls = v.parse(serverTls, {})

/** A local server as typed. What does not apply to the chosen security is kept, in case it is chosen again. */
export class ServerDraft {
  readonly #given: ServerDefinition
  readonly #isNew: boolean
  readonly kinds: KindDraft
  #kind = $state<ServerKind>('echo')
  name = $state('')
  host = $state('')
  port = $state('')
  clients = $state<ClientsChoice>('any')
  maxClients = $state('')
  isRecorded = $state(true)
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
    const base = given ?? completeServerDefinition({ kind: 'echo', name: words.defaultNames.echo })
    const tls = base.tls ?? usualTls
    this.#given = base
    this.#isNew = given === null
    this.kinds = new KindDraft(base)
    this.#kind = base.kind
    this.name = base.name
    this.host = base.host
    this.port = String(base.port)
    this.clients = base.maxClients === null ? 'any' : base.maxClients === 1 ? 'single' : 'at-most'
    this.maxClients = String(base.maxClients ?? 100)
    this.isRecorded = base.isRecorded
    this.startsWithWorkbench = base.startsWithWorkbench
    this.security = base.tls?.variant ?? 'none'
    this.names = tls.names.join(', ')
    this.validDays = String(tls.validDays)
    this.minimumVersion = tls.minimumVersion ?? 'usual'
    this.maximumVersion = tls.maximumVersion ?? 'usual'
    this.alpn = tls.alpn.join(', ')
  }

  get kind(): ServerKind {
    return this.#kind
  }

  /** Another kind brings its usual name and port with it, unless a person typed others. */
  set kind(kind: ServerKind) {
    const before = this.#kind
    if (this.name === words.defaultNames[before]) this.name = words.defaultNames[kind]
    if (this.port === String(usualPorts[before])) this.port = String(usualPorts[kind])
    this.#kind = kind
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
      ...this.#given,
      ...(this.#isNew && servesTable(this.#kind) ? { table: exampleCommands } : {}),
      ...this.kinds.content(this.#kind),
      kind: this.#kind,
      name: this.name,
      host: this.host,
      port: wholeNumberOf(this.port),
      maxClients: this.clients === 'any' ? null : this.clients === 'single' ? 1 : wholeNumberOf(this.maxClients),
      isRecorded: this.isRecorded,
      tls: this.security === 'none' ? null : this.#tls(),
      startsWithWorkbench: this.startsWithWorkbench,
    }
  }

  #tls(): unknown {
    return {
      variant: this.security,
      names: partsOf(this.names),
      validDays: wholeNumberOf(this.validDays),
      minimumVersion: this.minimumVersion === 'usual' ? null : this.minimumVersion,
      maximumVersion: this.maximumVersion === 'usual' ? null : this.maximumVersion,
      alpn: partsOf(this.alpn),
    }
  }

  #findErrors(): ReadonlyMap<ServerField, FieldError> {
    const errors = new Map<ServerField, FieldError>()
    const issues = this.#result.issues ?? []
    for (const { path = [] } of issues) {
      const field = fieldOf(path.map(({ key }) => String(key)))
      if (field !== null) errors.set(field, { message: messageOf(field) })
    }
    const hostError = checkHost(this.host)
    if (hostError !== null) errors.set('host', { message: hostError.message, code: hostError.code })
    const namesError = this.hasNames ? checkNames(partsOf(this.names)) : null
    if (namesError !== null) errors.set('names', namesError)
    const { telemetryPort } = this.kinds
    const samePorts = this.#kind === 'm2' && this.port !== '0' && telemetryPort.trim() === this.port.trim()
    if (samePorts) errors.set('m2.telemetryPort', { message: errorWords.samePorts })
    if (this.hasVersions && this.#versionsCross()) errors.set('versions', { message: errorWords.versions })
    return errors
  }

  #versionsCross(): boolean {
    const { minimumVersion: lowest, maximumVersion: highest } = this
    if (lowest === 'usual' || highest === 'usual') return false
    return tlsVersion.options.indexOf(lowest) > tlsVersion.options.indexOf(highest)
  }
}

const plainFields = ['name', 'host', 'port', 'maxClients', 'names', 'validDays', 'alpn'] as const
const kindNames: ReadonlySet<string> = new Set(['chargen', 'command', 'jsonRpc', 'm2'])

/** The field that an issue of the schema is about. */
function fieldOf(path: readonly string[]): ServerField | null {
  const [first = '', second = ''] = path
  if (kindNames.has(first)) return `${first}.${second}` as KindField
  return plainFields.find((field) => path.includes(field)) ?? null
}

function messageOf(field: ServerField): string {
  const known: Readonly<Partial<Record<string, string>>> = errorWords
  return known[field] ?? errorWords.number
}

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
