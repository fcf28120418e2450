import * as v from 'valibot'
import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import type { AddressFamilyChoice } from '../../../src-main/contract/schemas/connection.ts'
import { profileContent, type Profile, type ProfileContent } from '../../../src-main/contract/schemas/profile.ts'
import type { NewConnection } from '../../state/dialogs.svelte.ts'
import { formatHostPort } from '../../format/addresses.ts'
import { connectionFieldErrors as words } from '../../strings/connections.ts'
import type { FieldError } from '../../ui/field-error.ts'
import { checkHost, checkPlaceholders, splitWrittenAddress } from './host-address.ts'

/** What is wrong, by field. */
export type DraftErrors = Partial<Record<DraftField, FieldError>>

export type DraftField = 'name' | 'folder' | 'host' | 'port' | 'connectTimeoutMs' | 'keepAliveDelayMs' | 'notes'

const defaultKeepAliveDelayMs = '30000'

/** A connection while it is being edited: everything as typed, so that nothing typed is lost. */
export class ConnectionDraft {
  name = $state('')
  folder = $state('')
  host = $state('')
  port = $state('')
  addressFamily = $state<AddressFamilyChoice>('any')
  connectTimeoutMs = $state('10000')
  noDelay = $state(true)
  keepAlive = $state(false)
  keepAliveDelayMs = $state(defaultKeepAliveDelayMs)
  notes = $state('')
  #composer: ProfileContent['composer'] | undefined
  #interpretation: ProfileContent['interpretation'] | undefined
  #touched = $state.raw<readonly DraftField[]>([])
  #submitted = $state(false)
  #unchanged: string
  readonly #errors = $derived(this.#check())

  /** Begins from a profile or from a connection that exists already, or empty in a folder. */
  constructor(source: Profile | NewConnection) {
    this.folder = source.folder
    if ('connection' in source) this.#fill(source)
    else if (source.given !== undefined) this.#fillConnection(source.given)
    this.#unchanged = $state(this.#fingerprint())
  }

  /** Something differs from what the draft began from. */
  get changed(): boolean {
    return this.#fingerprint() !== this.#unchanged
  }

  /** Everything that is wrong now, shown or not. */
  get errors(): DraftErrors {
    return this.#errors
  }

  /** The error to show at a field: after it was left, or after an attempt to save. */
  shownError(field: DraftField): FieldError | null {
    return this.#submitted || this.#touched.includes(field) ? (this.#errors[field] ?? null) : null
  }

  /** The field was left; an empty one is not complained about before saving. */
  leave(field: DraftField): void {
    if (field === 'host') this.takeAddress(this.host)
    if (this[field].trim() !== '') this.#touched = [...this.#touched, field]
  }

  /** Splits an address written into the host field into host and port. True when it did. */
  takeAddress(text: string): boolean {
    const address = splitWrittenAddress(text)
    if (address === null) return false
    this.host = address.host
    if (address.port !== null) this.port = String(address.port)
    return true
  }

  /** The content to save, null (and every error shown) when something is wrong. */
  submit(): ProfileContent | null {
    this.takeAddress(this.host)
    this.#submitted = true
    if (Object.keys(this.#errors).length > 0) return null
    return v.parse(profileContent, this.#content())
  }

  /** Begins again from a profile. */
  reset(profile: Profile): void {
    this.#fill(profile)
    this.#unchanged = this.#fingerprint()
    this.#submitted = false
    this.#touched = []
  }

  #fill(profile: Profile): void {
    this.folder = profile.folder
    this.notes = profile.notes
    this.#composer = profile.composer
    this.#interpretation = profile.interpretation
    this.#fillConnection(profile)
  }

  #fillConnection({ name, connection }: Pick<Profile, 'name' | 'connection'>): void {
    this.name = name
    this.host = connection.host
    this.port = String(connection.port)
    this.addressFamily = connection.addressFamily
    this.connectTimeoutMs = String(connection.connectTimeoutMs)
    this.noDelay = connection.noDelay
    this.keepAlive = connection.keepAliveDelayMs !== null
    this.keepAliveDelayMs =
      connection.keepAliveDelayMs === null ? defaultKeepAliveDelayMs : String(connection.keepAliveDelayMs)
  }

  #content(): unknown {
    return {
      name: this.name.trim() || formatHostPort(this.host.trim(), this.port.trim()).slice(0, 120),
      folder: this.#folderPath(),
      notes: this.notes,
      connection: {
        host: this.host,
        port: wholeNumberOf(this.port),
        addressFamily: this.addressFamily,
        connectTimeoutMs: wholeNumberOf(this.connectTimeoutMs),
        noDelay: this.noDelay,
        keepAliveDelayMs: this.keepAlive ? wholeNumberOf(this.keepAliveDelayMs) : null,
      },
      ...(this.#composer === undefined ? {} : { composer: this.#composer }),
      ...(this.#interpretation === undefined ? {} : { interpretation: this.#interpretation }),
    }
  }

  /** `Lab / Rack 2/` means `Lab/Rack 2`. */
  #folderPath(): string {
    return this.folder
      .split('/')
      .map((part) => part.trim())
      .join('/')
      .replace(/^\/+|\/+$/g, '')
  }

  #check(): DraftErrors {
    const result = v.safeParse(profileContent, this.#content())
    const wrong = result.success ? [] : result.issues.map(fieldOf)
    const written = splitWrittenAddress(this.host)
    const hostError = checkHost(written?.host ?? this.host)
    const portWrong = written?.port == null && wrong.includes('port')
    const errors: DraftErrors = {}
    if (hostError !== null) errors.host = asFieldError(hostError)
    const placeholderError = checkPlaceholders(this.port)
    if (portWrong) errors.port = this.#portError()
    else if (placeholderError !== null) errors.port = asFieldError(placeholderError)
    if (wrong.includes('name') && this.name.trim() !== '') errors.name = { message: words.nameTooLong }
    if (wrong.includes('folder'))
      errors.folder = { message: this.folder.length > 400 ? words.folderTooLong : words.folder }
    if (wrong.includes('connectTimeoutMs')) errors.connectTimeoutMs = { message: words.timeout }
    if (wrong.includes('keepAliveDelayMs')) errors.keepAliveDelayMs = { message: words.keepAlive }
    if (wrong.includes('notes')) errors.notes = { message: words.notesTooLong }
    return errors
  }

  #portError(): FieldError {
    return { message: this.port.trim() === '' ? words.portEmpty : words.port, code: 'port-malformed' }
  }

  #fingerprint(): string {
    const { name, folder, host, port, addressFamily, connectTimeoutMs, noDelay, keepAlive, keepAliveDelayMs, notes } =
      this
    return JSON.stringify([
      name,
      folder,
      host,
      port,
      addressFamily,
      connectTimeoutMs,
      noDelay,
      keepAlive ? keepAliveDelayMs : null,
      notes,
    ])
  }
}

/** The number when it is written as digits only; else the text, which no schema takes for a number but one for a placeholder. */
function wholeNumberOf(text: string): number | string {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : text
}

function fieldOf(issue: v.BaseIssue<unknown>): string {
  const key = issue.path?.at(-1)?.key
  return typeof key === 'string' ? key : ''
}

function asFieldError(error: ErrorShape): FieldError {
  return { message: error.message, code: error.code }
}
