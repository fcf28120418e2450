import * as v from 'valibot'
import type { WirebenchError } from '../../../../src-main/contract/errors.ts'
import {
  completeConnectionSettings,
  type ConnectionSettings,
} from '../../../../src-main/contract/schemas/connection.ts'
import { profileContent, type Profile, type ProfileContent } from '../../../../src-main/contract/schemas/profile.ts'
import type { NewConnection } from '../../../state/dialogs.svelte.ts'
import type { CallCatalogue } from '../../../../src-main/contract/schemas/call-settings.ts'
import {
  callSettingsContentOf,
  callSettingsDraftOf,
  type CallSettingsDraft,
} from '../../calls/settings/call-settings-draft.ts'
import { formatHostPort } from '../../../format/addresses.ts'
import type { FieldError } from '../../../ui/field-error.ts'
import { splitWrittenAddress } from '../host-address.ts'
import type { ClientPreset } from './client-presets.ts'
import { checkDraft, type DraftErrors } from './draft-check.ts'
import {
  draftSections,
  fieldOfSetting,
  sectionOf,
  type AddressDraft,
  type DraftField,
  type DraftSection,
  type DraftTexts,
} from './draft-field.ts'
import { wholeNumberOf } from './number-text.ts'
import { retryContentOf, retryDraftOf, type RetryDraft } from './retry-draft.ts'
import { socketContentOf, socketDraftOf, type SocketDraft } from './socket-draft.ts'
import { startContentOf, startDraftOf, type StartDraft } from './start-draft.ts'
import { tlsContentOf, tlsDraftOf, type TlsDraft } from './tls-draft.ts'

/** A preset that was filled in: what was there before, and what it made of the draft. */
interface PresetUse {
  readonly preset: ClientPreset
  readonly before: DraftTexts
  readonly composer: ProfileContent['composer'] | undefined
  readonly interpretation: ProfileContent['interpretation'] | undefined
  readonly after: string
}

const usualSettings: ConnectionSettings = completeConnectionSettings({ host: 'usual', port: 1 })

/** A connection while it is being edited: everything as typed, so that nothing typed is lost. */
export class ConnectionDraft {
  address = $state<AddressDraft>({ name: '', folder: '', notes: '', host: '', port: '' })
  tls = $state<TlsDraft>(tlsDraftOf(usualSettings.tls))
  retry = $state<RetryDraft>(retryDraftOf(usualSettings.retry))
  socket = $state<SocketDraft>(socketDraftOf(usualSettings))
  start = $state<StartDraft>(startDraftOf(usualSettings.initialMessage))
  calls = $state<CallSettingsDraft>(callSettingsDraftOf(null))
  /** Commands are edited in the session; here they are kept as they are. */
  #catalogue = $state.raw<CallCatalogue>({ commands: [] })
  #composer = $state.raw<ProfileContent['composer'] | undefined>()
  #interpretation = $state.raw<ProfileContent['interpretation'] | undefined>()
  #touched = $state.raw<readonly DraftField[]>([])
  #submitted = $state(false)
  /** What the engine said of a field, and the section as it was then: it holds until that is changed. */
  #told = $state.raw<{ readonly field: DraftField; readonly error: FieldError; readonly about: string } | null>(null)
  #presetUsed = $state.raw<PresetUse | null>(null)
  #unchanged: string
  readonly #errors = $derived.by(() => this.#check())

  /** Begins from a profile or from a connection that exists already, or empty in a folder. */
  constructor(source: Profile | NewConnection) {
    this.address.folder = source.folder
    if ('connection' in source) this.#fill(source)
    else if (source.given !== undefined) {
      this.#fillConnection(source.given)
      this.#fillCalls(source.given.calls ?? null)
      this.#interpretation = source.given.interpretation
    }
    this.#unchanged = $state(this.#fingerprint())
  }

  /** Something differs from what the draft began from. */
  get changed(): boolean {
    return this.#fingerprint() !== this.#unchanged
  }

  /** Commands that the profile loses by being saved without calls; they stay here as long as the form is open. */
  get lostCommands(): number {
    return this.calls.protocol === 'off' ? this.#catalogue.commands.length : 0
  }

  /** Everything that is wrong now, shown or not. */
  get errors(): DraftErrors {
    return this.#errors
  }

  /** The settings of the socket as they are when nothing is chosen. */
  get usualSocket(): SocketDraft {
    return socketDraftOf(usualSettings)
  }

  /** The error to show at a field: after it was left, or after an attempt to save. */
  shownError(field: DraftField): FieldError | null {
    const told = this.#told
    if (told?.field === field && told.about === this.#sectionText(sectionOf(field))) return told.error
    return this.#submitted || this.#touched.includes(field) ? (this.#errors[field] ?? null) : null
  }

  /** A section has an error that is shown. */
  hasShownError(section: DraftSection): boolean {
    const told = this.#told
    if (told !== null && sectionOf(told.field) === section && told.about === this.#sectionText(section)) return true
    const wrong = Object.keys(this.#errors) as DraftField[]
    return wrong.some((field) => sectionOf(field) === section && this.shownError(field) !== null)
  }

  /** The field was left; an empty one is not complained about before saving. */
  leave(field: DraftField): void {
    if (field === 'address.host') this.takeAddress(this.address.host)
    const isEmpty = sectionOf(field) === 'address' && this.#textOf(field).trim() === ''
    if (!isEmpty && !this.#touched.includes(field)) this.#touched = [...this.#touched, field]
  }

  /** Splits an address written into the host field into host and port. True when it did. */
  takeAddress(text: string): boolean {
    const address = splitWrittenAddress(text)
    if (address === null) return false
    this.address.host = address.host
    if (address.port !== null) this.address.port = String(address.port)
    return true
  }

  /** The content to save, null (and every error shown) when something is wrong. */
  submit(): ProfileContent | null {
    this.takeAddress(this.address.host)
    this.#submitted = true
    this.#told = null
    if (Object.keys(this.#errors).length > 0) return null
    return v.parse(profileContent, this.#content())
  }

  /** Takes an error of the engine to the field it is about. False when it is about none of them. */
  takeError(error: WirebenchError): boolean {
    const field = typeof error.data.field === 'string' ? fieldOfSetting(error.data.field) : null
    if (field === null) return false
    const { message, code } = error
    this.#told = { field, error: { message, code }, about: this.#sectionText(sectionOf(field)) }
    return true
  }

  /** Begins again from a profile. */
  reset(profile: Profile): void {
    this.#fill(profile)
    this.markSaved(profile)
    this.#submitted = false
    this.#touched = []
    this.#told = null
    this.#presetUsed = null
  }

  /** What is typed is saved: nothing of it would be lost. A name that was left empty has become the one of the profile. */
  markSaved({ name }: Profile): void {
    this.address.name = name
    this.#unchanged = this.#fingerprint()
  }

  /** The first section with an error, shown or not; null when all is well. */
  get firstWrongSection(): DraftSection | null {
    const wrong = (Object.keys(this.#errors) as DraftField[]).map(sectionOf)
    const told = this.#told
    if (told !== null) wrong.push(sectionOf(told.field))
    return draftSections.find((section) => wrong.includes(section)) ?? null
  }

  /** The known client whose settings were just filled in; null when none were, or something was changed since. */
  get presetUsed(): ClientPreset | null {
    const used = this.#presetUsed
    return used?.after === this.#fingerprint() ? used.preset : null
  }

  /** Fills in what a known client does. What it says nothing of stays. */
  usePreset(preset: ClientPreset): void {
    const before = this.#texts()
    const [composer, interpretation] = [this.#composer, this.#interpretation]
    this.address = { ...before.address, ...preset.address }
    this.socket = { ...this.usualSocket, ...preset.socket }
    this.retry = { ...before.retry, ...preset.retry }
    if (preset.calls !== undefined) this.calls = callSettingsDraftOf(preset.calls)
    if (preset.lineEnding !== undefined) {
      this.#composer = { mode: composer?.mode ?? 'text', lineEnding: preset.lineEnding }
    }
    if (preset.interpretation !== undefined) this.#interpretation = preset.interpretation
    this.#presetUsed = { preset, before, composer, interpretation, after: this.#fingerprint() }
  }

  /** Brings back what was there before a known client was filled in. */
  takePresetBack(): void {
    const used = this.#presetUsed
    if (used === null) return
    this.address = used.before.address
    this.socket = used.before.socket
    this.retry = used.before.retry
    this.calls = used.before.calls
    this.#composer = used.composer
    this.#interpretation = used.interpretation
    this.#presetUsed = null
  }

  #fill(profile: Profile): void {
    this.address.folder = profile.folder
    this.address.notes = profile.notes
    this.#composer = profile.composer
    this.#interpretation = profile.interpretation
    this.#fillCalls(profile.calls)
    this.#fillConnection(profile)
  }

  #fillCalls(calls: ProfileContent['calls']): void {
    this.calls = callSettingsDraftOf(calls?.settings ?? null)
    this.#catalogue = calls?.catalogue ?? { commands: [] }
  }

  #fillConnection({ name, connection }: Pick<Profile, 'name' | 'connection'>): void {
    this.address.name = name
    this.address.host = connection.host
    this.address.port = String(connection.port)
    this.tls = tlsDraftOf(connection.tls)
    this.retry = retryDraftOf(connection.retry)
    this.socket = socketDraftOf(connection)
    this.start = startDraftOf(connection.initialMessage)
  }

  #content(): unknown {
    const { name, host, port, notes } = this.address
    return {
      name: name.trim() || formatHostPort(host.trim(), port.trim()).slice(0, 120),
      folder: this.#folderPath(),
      notes,
      connection: {
        host,
        port: wholeNumberOf(port),
        ...socketContentOf(this.socket),
        initialMessage: startContentOf(this.start),
        retry: retryContentOf(this.retry),
        tls: tlsContentOf(this.tls),
      },
      calls:
        this.calls.protocol === 'off'
          ? null
          : { settings: callSettingsContentOf(this.calls), catalogue: this.#catalogue },
      ...(this.#composer === undefined ? {} : { composer: this.#composer }),
      ...(this.#interpretation === undefined ? {} : { interpretation: this.#interpretation }),
    }
  }

  /** `Lab / Rack 2/` means `Lab/Rack 2`. */
  #folderPath(): string {
    return this.address.folder
      .split('/')
      .map((part) => part.trim())
      .join('/')
      .replace(/^\/+|\/+$/g, '')
  }

  #check(): DraftErrors {
    return checkDraft(this.#texts(), this.#content())
  }

  #texts(): DraftTexts {
    return {
      address: $state.snapshot(this.address),
      tls: $state.snapshot(this.tls),
      retry: $state.snapshot(this.retry),
      socket: $state.snapshot(this.socket),
      start: $state.snapshot(this.start),
      calls: $state.snapshot(this.calls),
    }
  }

  #textOf(field: DraftField): string {
    const name = field.split('.')[1]
    const fields: Readonly<Record<string, unknown>> = { ...this[sectionOf(field)] }
    const value = name === undefined ? undefined : fields[name]
    return typeof value === 'string' ? value : ''
  }

  #sectionText(section: DraftSection): string {
    return JSON.stringify(this[section])
  }

  #fingerprint(): string {
    return JSON.stringify([this.#texts(), this.#composer, this.#interpretation])
  }
}
