import { describeError, toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CallEntry } from '../../../src-main/contract/schemas/call.ts'
import type {
  CallProtocol,
  CallRequest,
  CallRequestInput,
  CatalogueCommand,
} from '../../../src-main/contract/schemas/call-settings.ts'
import { formatJson } from '../../../src-main/protocol/json/format-json.ts'
import { parseJsonDocument } from '../../../src-main/protocol/json/parse-json.ts'
import type { SessionCalls } from '../../state/calls.svelte.ts'
import { reloadStorage } from '../../state/window-storage.ts'
import { callFormWords as words } from '../../strings/calls.ts'
import {
  commandOfDraft,
  draftOfCommand,
  draftOfRequest,
  emptyDraft,
  kindsOf,
  requestOf,
  timeoutIsWrong,
  type CallDraft,
  type DraftKind,
  type ParameterNotation,
} from './call-draft.ts'
import { faultOf, type CallFault } from './call-fault.ts'
import { formOfJson, pairsOfJson, type Rewritten } from './parameter-notations.ts'
import { storedDraft } from './stored-call-draft.ts'

/** How long a person has to pause before the engine is asked for the bytes, in milliseconds. */
const previewAfterMs = 120
/** Forms that are kept while other commands are written. */
const mostKeptForms = 200

/** What a call would send now, and the request it is of. */
export interface ShownPreview {
  readonly bytes: Uint8Array
  readonly text: string
}

/** The call being written in a session. A form is kept for every command, so that going back and forth loses nothing. */
export class CallForm {
  readonly #calls: SessionCalls
  draft = $state<CallDraft>({ ...emptyDraft })
  #fault = $state.raw<CallFault | null>(null)
  /** Where the fault was told: it holds until that is changed. */
  #faultAbout = $state.raw('')
  #preview = $state.raw<ShownPreview | null>(null)
  #previewPending = $state(false)
  #batch = $state.raw<readonly CallRequestInput[]>([])
  readonly #kept = new Map<string, CallDraft>()
  /** The form of turns, while something else is written. */
  #keptTurn: CallDraft | null = null
  /** What each notation was last written from: going back to an unchanged one changes nothing. */
  #converted: { readonly from: string; readonly to: string; readonly draft: CallDraft } | null = null
  #turn = 0
  /** The catalogue learns from one call after the other: none undoes what the one before it taught. */
  #teaching: Promise<void> = Promise.resolve()

  constructor(calls: SessionCalls) {
    this.#calls = calls
    this.draft = storedDraft(reloadStorage.read(this.#storageKey)) ?? { ...emptyDraft }
  }

  get protocol(): CallProtocol {
    return this.#calls.settings?.protocol ?? 'tcpy'
  }

  /** What the engine says is wrong with what is written now; null when nothing is known to be. */
  get fault(): CallFault | null {
    return this.#faultAbout === this.#fingerprint ? this.#fault : null
  }

  get preview(): ShownPreview | null {
    return this.#preview
  }

  get previewPending(): boolean {
    return this.#previewPending
  }

  /** Calls collected to go out as one. */
  get batch(): readonly CallRequestInput[] {
    return this.#batch
  }

  get request(): CallRequestInput {
    return requestOf(this.draft)
  }

  get #fingerprint(): string {
    return JSON.stringify([this.request, this.protocol])
  }

  get #storageKey(): string {
    return `call.${this.#calls.sessionId}`
  }

  /** Kept over a reload of the window. */
  keep(): void {
    reloadStorage.write(this.#storageKey, $state.snapshot(this.draft))
  }

  /**
   * Another command: its form as it was left here, else as the catalogue has it. A new name takes the form over, unless that
   * is the form of a known command.
   */
  chooseCommand(name: string): void {
    const before = $state.snapshot(this.draft)
    if (name === before.command) return
    const wasKnown = this.#known(before.command) !== undefined
    const known = this.#known(name)
    // A name that is only being typed has no form of its own yet.
    if (wasKnown || known !== undefined) this.#keepForm(before)
    const kept = this.#kept.get(name)
    if (kept !== undefined) this.draft = structuredClone(kept)
    else if (known !== undefined) this.draft = draftOfCommand(known, this.protocol)
    else if (wasKnown) this.draft = { ...emptyDraft, command: name, notation: before.notation }
    else this.draft.command = name
  }

  /** What goes out. A turn of a conversation has a form of its own: what was written for the command is not meant for it. */
  chooseKind(kind: DraftKind): void {
    const before = $state.snapshot(this.draft)
    if (kind === before.kind) return
    const isBesideTurn = kind !== 'turn' && before.kind !== 'turn'
    if (isBesideTurn || before.command === '') {
      this.draft.kind = kind
      return
    }
    const { command, notation } = before
    this.#keepForm(before)
    const kept = kind === 'turn' ? this.#keptTurn : this.#kept.get(command)
    this.draft = { ...structuredClone(kept ?? { ...emptyDraft, notation }), kind, command }
  }

  /** Writes the form of a request that was made before. */
  use(request: CallRequest): void {
    this.#keepForm($state.snapshot(this.draft))
    this.draft = draftOfRequest(request, request.command === null ? undefined : this.#known(request.command))
  }

  /** The same parameters in another notation. What cannot be read stays where it is, with the reason at its place. */
  async setNotation(notation: ParameterNotation): Promise<void> {
    const before = $state.snapshot(this.draft)
    if (notation === before.notation) return
    const back = this.#converted
    if (back?.to === contentOf(before) && back.draft.notation === notation) {
      this.draft = { ...back.draft, kind: before.kind, command: before.command, componentName: before.componentName }
      this.#converted = null
      return
    }
    try {
      const text =
        before.notation === 'json' ? before.jsonText : pretty(await this.#calls.parametersAsJson(requestOf(before)))
      if (contentOf($state.snapshot(this.draft)) !== contentOf(before)) return
      const next = this.#write(notation, text, before)
      if (next === null) return
      this.draft = next
      this.#converted = { from: contentOf(before), to: contentOf(next), draft: before }
    } catch (thrown) {
      this.#setFault(toErrorShape(thrown))
    }
  }

  /** A kind that the protocol of the session does not have becomes the usual one. */
  fitToProtocol(): void {
    if (!kindsOf(this.protocol).includes(this.draft.kind)) this.draft.kind = 'call'
  }

  /** What is written now, for a call that may have to wait for its connection; null when it cannot go out. */
  written(): CallDraft | null {
    return timeoutIsWrong(this.draft) ? null : $state.snapshot(this.draft)
  }

  /**
   * Begins a call at once, also while others are being taken. Null, with the fault told at its place, when the engine does
   * not take it; rejects with the fault when something else is written there by now.
   */
  async call(draft: CallDraft): Promise<readonly CallEntry[] | null> {
    try {
      const entries = await this.#calls.begin([requestOf(draft)])
      this.#fault = null
      this.#teaching = this.#teaching.catch(() => undefined).then(() => this.#teach(draft))
      await this.#teaching
      return entries
    } catch (thrown) {
      this.#setFault(toErrorShape(thrown), draft)
      if (this.fault === null) throw thrown
      return null
    }
  }

  /** Collects what is written. False when it cannot go out. */
  async addToBatch(): Promise<boolean> {
    const { request } = this
    try {
      await this.#calls.preview(request)
      this.#batch = [...this.#batch, request]
      return true
    } catch (thrown) {
      this.#setFault(toErrorShape(thrown))
      return false
    }
  }

  removeFromBatch(index: number): void {
    this.#batch = this.#batch.filter((_, at) => at !== index)
  }

  clearBatch(): void {
    this.#batch = []
  }

  /** Sends what was collected as one. Rejects when the engine does not take it; it stays collected then. */
  async sendBatch(): Promise<readonly CallEntry[]> {
    const entries = await this.#calls.begin(this.#batch, true)
    this.#batch = []
    return entries
  }

  /** To be run in an effect: asks for the bytes a moment after what decides them has changed. */
  watchPreview(): () => void {
    void [this.#fingerprint, this.#calls.settings, this.#calls.state?.entryCount]
    const { request } = this
    const mine = (this.#turn += 1)
    if (this.#calls.settings === null || isBlank(request)) {
      this.#preview = null
      this.#previewPending = false
      return () => undefined
    }
    this.#previewPending = true
    const timer = setTimeout(() => void this.#ask(request, mine), previewAfterMs)
    return () => clearTimeout(timer)
  }

  async #ask(request: CallRequestInput, turn: number): Promise<void> {
    try {
      const preview = await this.#calls.preview(request)
      if (turn !== this.#turn) return
      this.#preview = preview
      this.#fault = null
    } catch (thrown) {
      if (turn !== this.#turn) return
      this.#preview = null
      this.#setFault(toErrorShape(thrown))
    }
    this.#previewPending = false
  }

  #write(notation: ParameterNotation, jsonText: string, before: CallDraft): CallDraft | null {
    if (notation === 'json') return { ...before, notation, jsonText }
    if (notation === 'pairs') {
      const pairs = this.#read(pairsOfJson(jsonText), before)
      return pairs === null ? null : { ...before, notation, pairsText: pairs }
    }
    const form = this.#read(formOfJson(jsonText, before.parameters, this.protocol), before)
    return form === null ? null : { ...before, notation, ...form }
  }

  #read<Value>(rewritten: Rewritten<Value>, before: CallDraft): Value | null {
    if (rewritten.ok) return rewritten.value
    this.#faultAbout = JSON.stringify([requestOf(before), this.protocol])
    this.#fault =
      rewritten.reason === 'malformed'
        ? { error: rewritten.error, place: { part: 'text', position: rewritten.index } }
        : { error: notNamed, place: { part: 'text', position: null } }
    return null
  }

  #setFault(error: ErrorShape, draft: CallDraft = this.draft): void {
    this.#faultAbout = JSON.stringify([requestOf(draft), this.protocol])
    this.#fault = faultOf(error, draft)
  }

  #known(name: string): CatalogueCommand | undefined {
    return this.#calls.catalogue.find((command) => command.name === name)
  }

  #keepForm(draft: CallDraft): void {
    if (draft.kind === 'turn') {
      this.#keptTurn = draft
      return
    }
    if (draft.command === '') return
    this.#kept.delete(draft.command)
    this.#kept.set(draft.command, draft)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKeptForms && oldest !== undefined) this.#kept.delete(oldest)
  }

  /** The catalogue takes over what the form says beyond the call: notes, what is required, what is left out, the order. */
  async #teach(draft: CallDraft): Promise<void> {
    if (draft.notation !== 'form' || draft.kind === 'turn') return
    const { commands } = await this.#calls.readCatalogue()
    const index = commands.findIndex(({ name }) => name === draft.command.trim())
    const known = commands[index]
    if (known === undefined) return
    const taught = commandOfDraft(draft, known)
    if (JSON.stringify(taught) === JSON.stringify(known)) return
    await this.#calls.setCatalogue(commands.map((command, at) => (at === index ? taught : command)))
  }
}

const notNamed = describeError('call-parameters-malformed', { reason: words.notNamed })

/** What of a draft its notations are about. */
function contentOf({ notation, parameters, positional, jsonText, pairsText }: CallDraft): string {
  return JSON.stringify([
    notation,
    notation === 'form' ? [parameters, positional] : notation === 'json' ? jsonText : pairsText,
  ])
}

/** Nothing was written yet: that is no error. */
function isBlank({ command, parameters }: CallRequestInput): boolean {
  if (command !== '') return false
  if (parameters === undefined) return true
  return parameters.notation === 'form' ? parameters.parameters.length === 0 : parameters.text.trim() === ''
}

function pretty(text: string): string {
  const parsed = parseJsonDocument(text)
  return parsed.ok ? formatJson(parsed.root, 'pretty') : text
}
