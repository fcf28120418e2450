import type { Link } from '../../../src-main/contract/connect.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import { maximumHistoryText, type HistoryEntry } from '../../../src-main/contract/schemas/history.ts'
import type { LineEndingName } from '../../../src-main/contract/schemas/line-ending.ts'
import type { ComposerMode } from '../../../src-main/contract/schemas/profile.ts'
import { reloadStorage } from '../../state/window-storage.ts'
import {
  chooseLineEnding,
  draftOfBytes,
  draftOfSource,
  draftSource,
  emptyDraft,
  readDraft,
  switchMode,
  takeBack,
  typeInDraft,
  type ComposerDraft,
  type DraftReading,
} from './composer-draft.ts'
import { HistoryWalk } from './history-walk.ts'

/** Where a composed message goes. Rejects with a coded error. */
export type SendBytes = (bytes: Uint8Array) => Promise<void>

/** Drafts longer than this are not kept over a reload; the browser's storage is small. */
const maximumStoredSource = 256 * 1024

/** The message being written for one session, and what was sent before. Every getter is reactive. */
export class ComposerState {
  readonly #link: Pick<Link, 'call'>
  readonly #storageKey: string
  #draft: ComposerDraft
  readonly #reading: DraftReading = $derived.by(() => readDraft(this.#draft))
  #history = $state.raw<readonly HistoryEntry[]>([])
  readonly #walk = new HistoryWalk<ComposerDraft>()
  #error = $state.raw<ErrorShape | null>(null)
  #sending = $state(false)

  constructor(
    link: Pick<Link, 'call'>,
    sessionId: string,
    defaults: { mode: ComposerMode; lineEnding: LineEndingName },
  ) {
    this.#link = link
    this.#storageKey = `draft-${sessionId}`
    this.#draft = $state.raw(storedDraft(this.#storageKey) ?? emptyDraft(defaults.mode, defaults.lineEnding))
  }

  get draft(): ComposerDraft {
    return this.#draft
  }

  get source(): string {
    return draftSource(this.#draft)
  }

  /** The bytes that would be sent, or where the text is malformed. */
  get reading(): DraftReading {
    return this.#reading
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

  async loadHistory(): Promise<void> {
    this.#history = await this.#link.call('history.list', {})
  }

  async clearHistory(): Promise<void> {
    await this.#link.call('history.clear', {})
    this.#history = []
  }

  type(source: string): void {
    this.#change(typeInDraft(this.#draft, source))
  }

  chooseMode(mode: ComposerMode): void {
    this.#change(switchMode(this.#draft, mode))
  }

  chooseLineEnding(lineEnding: LineEndingName): void {
    this.#change(chooseLineEnding(this.#draft, lineEnding))
  }

  takeBack(): void {
    this.#change(takeBack(this.#draft))
  }

  edit(bytes: Uint8Array): void {
    this.#change(draftOfBytes(bytes, this.#draft))
  }

  recall(entry: HistoryEntry): void {
    this.#change(draftOfSource(entry, this.#draft))
  }

  /** Steps to an older (1) or newer (-1) message; past the newest comes back what was being written. */
  step(by: 1 | -1): void {
    const step = this.#walk.step(by, this.#history.length, this.#draft)
    if (step === null) return
    const entry = step.kind === 'entry' ? this.#history[step.index] : undefined
    if (step.kind === 'draft') this.#set(step.draft)
    else if (entry !== undefined) this.#set(draftOfSource(entry, this.#draft))
  }

  /** Sends what is written; it stays, to be sent again. Answers true when it was handed over. */
  async send(sendBytes: SendBytes): Promise<boolean> {
    const { reading } = this
    if (!reading.ok || this.#sending) return false
    const draft = this.#draft
    this.#sending = true
    this.#error = null
    try {
      await sendBytes(reading.bytes)
      this.#walk.reset()
      await this.#remember(draft)
      return true
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
      return false
    } finally {
      this.#sending = false
    }
  }

  async #remember(draft: ComposerDraft): Promise<void> {
    const { mode, lineEnding } = draft
    const text = draftSource(draft)
    if (text.length > maximumHistoryText) return
    const entry: HistoryEntry = { mode, text, lineEnding, sentAtUnixMs: Date.now() }
    const isSame = (other: HistoryEntry): boolean =>
      other.mode === mode && other.text === text && other.lineEnding === lineEnding
    this.#history = [entry, ...this.#history.filter((other) => !isSame(other))]
    await this.#link.call('history.add', entry)
  }

  #change(draft: ComposerDraft): void {
    this.#walk.reset()
    this.#error = null
    this.#set(draft)
  }

  #set(draft: ComposerDraft): void {
    this.#draft = draft
    const { mode, lineEnding } = draft
    const source = draftSource(draft)
    if (source.length <= maximumStoredSource) reloadStorage.write(this.#storageKey, { mode, lineEnding, source })
  }
}

function storedDraft(key: string): ComposerDraft | null {
  const stored = reloadStorage.read(key)
  if (typeof stored !== 'object' || stored === null) return null
  const mode: unknown = Reflect.get(stored, 'mode')
  const lineEnding: unknown = Reflect.get(stored, 'lineEnding')
  const source: unknown = Reflect.get(stored, 'source')
  if ((mode !== 'text' && mode !== 'hex') || typeof source !== 'string') return null
  const ending = (['none', 'lf', 'crlf', 'cr'] as const).find((name) => name === lineEnding) ?? 'lf'
  return typeInDraft(emptyDraft(mode, ending), source)
}
