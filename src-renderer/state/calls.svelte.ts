import type { CommandInput, CommandReply } from '../../src-main/contract/commands.ts'
import type { Link } from '../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../src-main/contract/errors.ts'
import type {
  CallAnswer,
  CallEntry,
  CallsState,
  CallStatistics,
  LedgerWindow,
} from '../../src-main/contract/schemas/call.ts'
import type {
  CallCatalogue,
  CallRequestInput,
  CallSettings,
  CallSettingsInput,
  CatalogueCommand,
  ProfileCalls,
} from '../../src-main/contract/schemas/call-settings.ts'

/**
 * The calls of one session as the window knows them: settings, what is under way, and the catalogue. Entries of the ledger
 * are asked for in windows and never held here. Commands reject with a `WirebenchError`. Every getter is reactive.
 */
export class SessionCalls {
  readonly sessionId: string
  readonly #link: Link
  #state = $state.raw<CallsState | null>(null)
  #catalogue = $state.raw<readonly CatalogueCommand[]>([])
  #error = $state.raw<ErrorShape | null>(null)
  #catalogueAsked = -1
  #toldAtMs = 0
  #ended = false

  constructor(link: Link, sessionId: string) {
    this.#link = link
    this.sessionId = sessionId
  }

  /** Null until the engine has told, and where it cannot. */
  get state(): CallsState | null {
    return this.#state
  }

  /** When the page was told of the state, on its own clock in milliseconds. */
  get toldAtMs(): number {
    return this.#toldAtMs
  }

  get settings(): CallSettings | null {
    return this.#state?.settings ?? null
  }

  /** Known commands: those of the profile and those learnt from what was called. */
  get catalogue(): readonly CatalogueCommand[] {
    return this.#catalogue
  }

  /** Why the state or the catalogue could not be read. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Every call has a connection of its own: none of the session's needs to be open. */
  get connectsByItself(): boolean {
    const { settings } = this
    return settings?.protocol === 'tcpy' && settings.mode === 'execute'
  }

  /** Begins to listen; the function it returns ends it. */
  start(): () => void {
    this.#ended = false
    const unsubscribe = this.#link.subscribe('call.changed', this.sessionId, (state) => this.#take(state))
    void this.#load()
    return () => {
      this.#ended = true
      unsubscribe()
    }
  }

  /** How the session calls from now on; null for not at all. */
  async configure(settings: CallSettingsInput | null): Promise<void> {
    this.#take(await this.#link.call('call.configure', { sessionId: this.sessionId, settings }))
  }

  /** Begins calls, all or none. */
  async begin(requests: readonly CallRequestInput[], isBatch = false): Promise<readonly CallEntry[]> {
    const request = { sessionId: this.sessionId, requests: [...requests], isBatch }
    return (await this.#link.call('call.start', request)).entries
  }

  /** One call until it is over; how it failed is in its entry. */
  async run(request: CallRequestInput): Promise<CallEntry> {
    return (await this.#link.call('call.run', { sessionId: this.sessionId, request })).entry
  }

  /** The bytes and the text that a call would send now. */
  async preview(request: CallRequestInput): Promise<CommandReply<'call.preview'>> {
    return await this.#link.call('call.preview', { sessionId: this.sessionId, request })
  }

  /** The parameters of a request, however they are written, as a JSON text. */
  async parametersAsJson(request: CallRequestInput): Promise<string> {
    return (await this.#link.call('call.parameters-as-json', { sessionId: this.sessionId, request })).text
  }

  async cancel(number: number): Promise<void> {
    await this.#link.call('call.cancel', { sessionId: this.sessionId, number })
  }

  /** Answers a call of the peer. */
  async answer(number: number, answer: CallAnswer): Promise<void> {
    await this.#link.call('call.answer', { sessionId: this.sessionId, number, answer })
  }

  async ledger(wanted: Omit<CommandInput<'call.ledger'>, 'sessionId'>): Promise<LedgerWindow> {
    return await this.#link.call('call.ledger', { sessionId: this.sessionId, ...wanted })
  }

  /** One entry with its texts as they are kept. */
  async entry(number: number): Promise<CallEntry> {
    return await this.#link.call('call.get', { sessionId: this.sessionId, number })
  }

  /** Forgets what is over. */
  async clear(): Promise<void> {
    this.#take(await this.#link.call('call.clear', { sessionId: this.sessionId }))
  }

  async statistics(): Promise<readonly CallStatistics[]> {
    return await this.#link.call('call.statistics', { sessionId: this.sessionId })
  }

  async compare(first: number, second: number): Promise<CommandReply<'call.compare'>> {
    return await this.#link.call('call.compare', { sessionId: this.sessionId, first, second })
  }

  /** The catalogue as the engine has it now. */
  async readCatalogue(): Promise<CallCatalogue> {
    return await this.#link.call('call.catalogue', { sessionId: this.sessionId })
  }

  async setCatalogue(commands: readonly CatalogueCommand[]): Promise<void> {
    const catalogue = { commands: [...commands] }
    const state = await this.#link.call('call.set-catalogue', { sessionId: this.sessionId, catalogue })
    this.#catalogue = catalogue.commands
    this.#catalogueAsked = state.catalogueRevision
    this.#take(state)
  }

  /** Writes settings and catalogue into the profile of the session. */
  async keepInProfile(): Promise<void> {
    this.#take(await this.#link.call('call.keep-in-profile', { sessionId: this.sessionId }))
  }

  async #load(): Promise<void> {
    try {
      this.#take(await this.#link.call('call.state', { sessionId: this.sessionId }))
    } catch (thrown) {
      if (!this.#ended) this.#error = toErrorShape(thrown)
    }
  }

  #take(state: CallsState): void {
    if (this.#ended) return
    this.#toldAtMs = performance.now()
    this.#state = state
    this.#error = null
    if (state.catalogueRevision !== this.#catalogueAsked) void this.#loadCatalogue(state.catalogueRevision)
  }

  async #loadCatalogue(revision: number): Promise<void> {
    this.#catalogueAsked = revision
    try {
      const { commands } = await this.readCatalogue()
      if (this.#catalogueAsked === revision && !this.#ended) this.#catalogue = commands
    } catch (thrown) {
      if (!this.#ended) this.#error = toErrorShape(thrown)
    }
  }
}

/** How a session calls and the commands it knows, as a profile has it; null while it makes no calls. */
export async function callsOfSession(link: Link, sessionId: string): Promise<ProfileCalls | null> {
  const { settings } = await link.call('call.state', { sessionId })
  if (settings === null) return null
  return { settings, catalogue: await link.call('call.catalogue', { sessionId }) }
}
