import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import { maximumHistoryText, type HistoryEntry } from '../../../src-main/contract/schemas/history.ts'
import type { LineEndingName } from '../../../src-main/contract/schemas/line-ending.ts'
import type {
  ComputedField,
  MessageContent,
  MessageMode,
  MessageSource,
} from '../../../src-main/contract/schemas/message.ts'
import { handOverFile } from '../../state/hand-over-file.ts'
import type { StructureStore } from '../../state/structures.svelte.ts'
import { reloadStorage } from '../../state/window-storage.ts'
import { ComposerFacts } from './composer-facts.svelte.ts'
import { draftOfMessage } from './edited-message.ts'
import type { MessageFault } from './fault-marks.ts'
import { HistoryWalk } from './history-walk.ts'
import { isEmptyContent, type ContentOf } from './message-contents.ts'
import {
  draftOfSource,
  emptyDraft,
  presentContent,
  sourceOfDraft,
  switchMode,
  takeBack,
  withContent,
  type ContentReading,
  type MessageDraft,
} from './message-draft.ts'
import type { MessageOrigin } from './message-origin.ts'
import { placeOfError, previewInPage, readContent, type MessagePreview } from './message-preview.ts'
import { isNotation } from './notations.ts'
import { placeholderOffers, type PlaceholderOffer } from './placeholder-help.ts'
import { PreviewPace } from './preview-pace.svelte.ts'
import { draftOfStoredForm, storedFormOf } from './stored-draft.ts'
import { pathAsWritten } from './written-path.ts'

const storeAfterMs = 250

/** The message being written for one session, and what was sent before. Every getter is reactive. */
export class ComposerState {
  readonly sessionId: string
  readonly facts: ComposerFacts
  readonly #link: Link
  readonly #storageKey: string
  readonly #preview: PreviewPace
  #draft: MessageDraft
  #origin = $state.raw<MessageOrigin | null>(null)
  #history = $state.raw<readonly HistoryEntry[]>([])
  readonly #walk = new HistoryWalk<MessageDraft>()
  #error = $state.raw<ErrorShape | null>(null)
  #sending = $state(false)
  #offering = $state(false)
  #handingOver = $state.raw<File | null>(null)
  #storing: ReturnType<typeof setTimeout> | null = null

  constructor(
    link: Link,
    sessionId: string,
    structures: StructureStore,
    defaults: { mode: MessageMode; lineEnding: LineEndingName },
  ) {
    this.#link = link
    this.sessionId = sessionId
    this.#storageKey = `message-${sessionId}`
    this.facts = new ComposerFacts(link, sessionId, structures)
    const fresh = emptyDraft(defaults.mode, defaults.lineEnding)
    const kept = draftOfStoredForm(reloadStorage.read(this.#storageKey), fresh)
    this.#draft = $state.raw(kept?.draft ?? fresh)
    this.#origin = kept?.origin ?? null
    this.#preview = new PreviewPace(link, sessionId, this.facts)
    this.#preview.show(sourceOfDraft(this.#draft))
  }

  get draft(): MessageDraft {
    return this.#draft
  }

  /** What is written in the present mode. */
  get content(): MessageContent {
    return presentContent(this.#draft)
  }

  /** The bytes that would go out, or the error. */
  get preview(): MessagePreview {
    return this.#preview.current
  }

  /** The preview is of an earlier text and will follow. */
  get previewPending(): boolean {
    return this.#preview.pending
  }

  /** The collection's entry that this message was opened from; null when it is of no entry. */
  get origin(): MessageOrigin | null {
    return this.#origin
  }

  /** What was sent before, newest first. */
  get history(): readonly HistoryEntry[] {
    return this.#history
  }

  /** Why the last message could not be handed over, until the next try or change. */
  get error(): ErrorShape | null {
    return this.#error
  }

  get sending(): boolean {
    return this.#sending
  }

  /** The file that is on its way to the engine, to become the message. */
  get handingOver(): File | null {
    return this.#handingOver
  }

  /** What is wrong with the message: by the last try to send it, else by the preview; null when nothing is. */
  get fault(): MessageFault | null {
    if (this.#error !== null) return { error: this.#error, place: placeOfError(this.#error) }
    const { preview } = this
    if (preview.kind !== 'fault') return null
    return this.#offering && preview.error.code === 'placeholder-malformed' ? null : preview
  }

  /** What can be put between double braces. */
  get offers(): readonly PlaceholderOffer[] {
    return placeholderOffers(this.facts.variables, this.facts.messageContext.captured)
  }

  /** Whether placeholders are being offered: one that is still being written is no error yet. */
  setOffering(offering: boolean): void {
    this.#offering = offering
  }

  /** Nothing was written yet. */
  get isEmpty(): boolean {
    return isEmptyContent(this.content) && this.preview.kind !== 'bytes'
  }

  /** There is something that could be sent. */
  get sendable(): boolean {
    if (this.#sending) return false
    return this.previewPending ? !isEmptyContent(this.content) : this.preview.kind === 'bytes'
  }

  /** The message as it would be sent or saved now, with its placeholders. */
  currentSource(): MessageSource {
    return sourceOfDraft(this.#draft)
  }

  /** Puts a saved message here; what was malformed is set aside. */
  openSource(source: MessageSource, origin: MessageOrigin | null): void {
    this.#change(draftOfSource(source, this.#draft, this.#read))
    this.#origin = origin
    this.#store()
  }

  /** The message is this entry of the collection from now on. */
  savedAs(origin: MessageOrigin): void {
    this.#origin = origin
    this.#store()
  }

  /** Follows everything that the message depends on until the answered function is called. */
  watch(failed: (thrown: unknown) => void): () => void {
    const stops = [this.facts.watch(failed), this.#preview.watch()]
    return () => {
      for (const stop of stops) stop()
      this.#storeNow()
    }
  }

  async loadHistory(): Promise<void> {
    this.#history = await this.#link.call('history.list', {})
  }

  async clearHistory(): Promise<void> {
    await this.#link.call('history.clear', {})
    this.#history = []
  }

  /** Writes into a mode: the text, or an option. */
  write<Mode extends MessageMode>(mode: Mode, change: Partial<Omit<ContentOf<Mode>, 'mode'>>): void {
    this.#change(withContent(this.#draft, mode, change))
  }

  async chooseMode(mode: MessageMode): Promise<void> {
    const read = isNotation(mode) ? await this.#readingOfEngine() : this.#read
    this.#change(switchMode(this.#draft, mode, read, this.#preview.lastReadable))
  }

  /**
   * Makes a file that was chosen or dropped the message. The last one counts when there are several at once. What was
   * written in another way stays there, or is set aside. Why it cannot be is the error of the path.
   */
  async takeFile(file: File): Promise<void> {
    const { content } = this
    const givesWay = isNotation(content.mode) && !isEmptyContent(content)
    this.#change({ ...this.#draft, mode: 'file', setAside: givesWay ? content : this.#draft.setAside })
    this.#handingOver = file
    try {
      const { path } = await handOverFile(this.#link, file)
      if (this.#handingOver === file) this.write('file', { path: pathAsWritten(path) })
    } catch (thrown) {
      const { code, kind, message, data } = toErrorShape(thrown)
      if (this.#handingOver === file) this.#error = { code, kind, message, data: { ...data, part: 'path' } }
    } finally {
      if (this.#handingOver === file) this.#handingOver = null
    }
  }

  changeComputed(computed: readonly ComputedField[]): void {
    this.#change({ ...this.#draft, computed })
  }

  setFramed(framed: boolean): void {
    this.#change({ ...this.#draft, framed })
  }

  takeBack(): void {
    this.#change(takeBack(this.#draft, this.#read))
  }

  /** Puts bytes of the stream here, to be edited: a message that the framing carries is its content. */
  edit(bytes: Uint8Array): void {
    const compose = (source: MessageSource): Uint8Array | null => {
      const preview = previewInPage(source, this.facts.pageContext())
      return preview?.kind === 'bytes' ? preview.bytes : null
    }
    this.#change(draftOfMessage(bytes, this.#draft, this.#read, this.facts.framing, compose))
    this.#origin = null
  }

  recall(entry: HistoryEntry): void {
    this.openSource(entry.message, null)
  }

  /** Steps to an older (1) or newer (-1) message; past the newest comes back what was being written. */
  step(by: 1 | -1): void {
    const step = this.#walk.step(by, this.#history.length, this.#draft)
    if (step === null) return
    const entry = step.kind === 'entry' ? this.#history[step.index] : undefined
    if (step.kind === 'draft') this.#set(step.draft)
    else if (entry !== undefined) this.#set(draftOfSource(entry.message, this.#draft, this.#read))
  }

  /** Sends what is written; it stays, to be sent again. Answers true when it was handed over. */
  async send(before: () => Promise<void> = () => Promise.resolve()): Promise<boolean> {
    if (this.#sending) return false
    const message = this.currentSource()
    this.#sending = true
    this.#error = null
    try {
      await before()
      await this.#link.call('session.send-message', { sessionId: this.sessionId, message })
      this.#walk.reset()
      await this.#remember(message)
      return true
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
      return false
    } finally {
      this.#sending = false
      this.#preview.show(this.currentSource())
    }
  }

  /** Shows an error of something that was done with this message, as one of sending. */
  showError(thrown: unknown): void {
    this.#error = toErrorShape(thrown)
  }

  readonly #read = (content: MessageContent): ContentReading => readContent(content, this.facts.pageContext())

  /** As `#read`, for the present content also where only the engine knows its bytes: a file. */
  async #readingOfEngine(): Promise<(content: MessageContent) => ContentReading> {
    const content = this.content
    if (content.mode !== 'file' || isEmptyContent(content)) return this.#read
    const message = { content, computed: [], framed: false }
    try {
      const { bytes, masked } = await this.#link.call('session.preview-message', { sessionId: this.sessionId, message })
      if (masked.length > 0) return this.#read
      return (asked) => (asked === content ? { ok: true, bytes, varies: true } : this.#read(asked))
    } catch (thrown) {
      const error = toErrorShape(thrown)
      return (asked) => (asked === content ? { ok: false, error } : this.#read(asked))
    }
  }

  async #remember(message: MessageSource): Promise<void> {
    const text = JSON.stringify(message)
    if (text.length > maximumHistoryText) return
    const entry: HistoryEntry = { message, sentAtUnixMs: Date.now() }
    this.#history = [entry, ...this.#history.filter((other) => JSON.stringify(other.message) !== text)]
    await this.#link.call('history.add', entry)
  }

  #change(draft: MessageDraft): void {
    this.#walk.reset()
    this.#error = null
    this.#set(draft)
  }

  #set(draft: MessageDraft): void {
    this.#draft = draft
    this.#preview.show(sourceOfDraft(draft))
    this.#store()
  }

  #store(): void {
    this.#storing ??= setTimeout(() => this.#storeNow(), storeAfterMs)
  }

  /** Called by the page when it is left, so that nothing typed last is lost. */
  #storeNow(): void {
    if (this.#storing !== null) clearTimeout(this.#storing)
    this.#storing = null
    reloadStorage.write(this.#storageKey, storedFormOf(this.#draft, this.#origin))
  }

  /** Keeps what is written now over a reload that comes next. */
  keep(): void {
    if (this.#storing !== null) this.#storeNow()
  }
}
