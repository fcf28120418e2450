import { describeError, toErrorShape } from '../../../src-main/contract/errors.ts'
import { maximumHandReadBytes, type ReadOutcome, type ReadRequest } from '../../../src-main/contract/schemas/reading.ts'
import type { SessionState } from '../../state/session-state.svelte.ts'
import {
  asksFor,
  draftErrors,
  firstDraft,
  manualModeOf,
  modeErrors,
  numberWithin,
  requestOf,
  type ReadDraft,
  type ReadFieldErrors,
} from './read-draft.ts'

/** One read that ended, newest first in the list. */
export interface ReadResult {
  readonly number: number
  readonly kind: ReadRequest['kind']
  readonly outcome: ReadOutcome
}

/** Results that are kept to be seen; the traffic has every byte. */
const keptResults = 20

/** What was typed and read by hand on one session. Every getter is reactive. */
export class ReadingState {
  readonly #session: SessionState
  #draft = $state.raw<ReadDraft>(firstDraft)
  #results = $state.raw<readonly ReadResult[]>([])
  #receivedBytes = $state(0)
  #peerClosed = $state(false)
  #cancelling = $state.raw<AbortController | null>(null)
  #showsErrors = $state(false)
  #showsModeErrors = $state(false)
  #count = 0

  constructor(session: SessionState) {
    this.#session = session
    const { reading } = session.snapshot
    if (reading.mode !== 'manual') return
    const { readSizeBytes, serviceIntervalMs } = reading
    this.#draft = {
      ...firstDraft,
      readSizeBytes: String(readSizeBytes),
      serviceIntervalMs: serviceIntervalMs === null ? '' : String(serviceIntervalMs),
    }
  }

  get draft(): ReadDraft {
    return this.#draft
  }

  /** Newest first. */
  get results(): readonly ReadResult[] {
    return this.#results
  }

  /** Bytes that reads took since the list was cleared. */
  get receivedBytes(): number {
    return this.#receivedBytes
  }

  /** A read has met the end of the stream. */
  get peerClosed(): boolean {
    return this.#peerClosed
  }

  /** Bytes that are waited for in all; null when any number is. */
  get expectedBytes(): number | null {
    return numberWithin(this.#draft.expectedBytes, Number.MAX_SAFE_INTEGER)
  }

  /** A read of this window waits. */
  get isWaiting(): boolean {
    return this.#cancelling !== null
  }

  /** What is wrong in the fields: told once a read was tried, so that nobody is corrected while typing first. */
  readonly errors = $derived.by(() => {
    if (this.#showsErrors) return draftErrors(this.#draft)
    return this.#showsModeErrors ? modeErrors(this.#draft) : {}
  })

  change(change: Partial<ReadDraft>): void {
    this.#draft = { ...this.#draft, ...change }
  }

  clear(): void {
    this.#results = []
    this.#receivedBytes = 0
    this.#peerClosed = false
  }

  /** Reads as the fields say; what is wrong in them is told at them instead. */
  async read(): Promise<void> {
    await this.#perform(requestOf(this.#draft), draftErrors(this.#draft))
  }

  /** Looks once, for as many bytes as are asked for, or else as the read size says. */
  async poll(): Promise<void> {
    const { kind, byteCount, readSizeBytes } = this.#draft
    const isCounted = asksFor(kind, 'byteCount')
    const count = numberWithin(isCounted ? byteCount : readSizeBytes, maximumHandReadBytes)
    const errors = draftErrors(isCounted ? this.#draft : { ...this.#draft, kind: 'until-close' })
    await this.#perform(count === null ? null : { kind: 'poll', byteCount: count }, errors)
  }

  /** The read that waits is taken back: it takes nothing. */
  cancel(): void {
    this.#cancelling?.abort()
  }

  /** How the socket is read is made as the fields say, if they can be understood: read size and services. */
  async applyMode(): Promise<void> {
    const { reading } = this.#session.snapshot
    const wanted = manualModeOf(this.#draft)
    this.#showsModeErrors = true
    if (wanted === null || reading.mode !== 'manual') return
    const { readSizeBytes, serviceIntervalMs } = wanted
    if (reading.readSizeBytes === readSizeBytes && reading.serviceIntervalMs === serviceIntervalMs) return
    await this.#session.setReading(wanted)
  }

  async #perform(request: ReadRequest | null, errors: ReadFieldErrors): Promise<void> {
    if (this.#cancelling !== null) return
    this.#showsErrors = true
    if (request === null || Object.keys(errors).length > 0) return
    const cancelling = new AbortController()
    this.#cancelling = cancelling
    try {
      await this.applyMode()
      const timeoutMs = this.#draft.timeoutMs.trim() === '' ? null : Number(this.#draft.timeoutMs)
      this.#take(request, await this.#session.read(request, timeoutMs, cancelling.signal))
    } catch (thrown) {
      const error = cancelling.signal.aborted ? describeError('cancelled') : toErrorShape(thrown)
      this.#take(request, { kind: 'failed', error, bytes: new Uint8Array(0) })
    } finally {
      this.#cancelling = null
    }
  }

  #take({ kind }: ReadRequest, outcome: ReadOutcome): void {
    this.#count += 1
    this.#results = [{ number: this.#count, kind, outcome }, ...this.#results.slice(0, keptResults - 1)]
    if (outcome.kind !== 'nothing') this.#receivedBytes += outcome.bytes.length
    const isEnd =
      outcome.kind === 'read' ? outcome.atEnd : outcome.kind === 'failed' && outcome.error.code === 'read-incomplete'
    if (isEnd) this.#peerClosed = true
  }
}

const kept = new WeakMap<SessionState, ReadingState>()

/** The reading of a session, made on first sight and kept while its tab is not in front. */
export function readingOf(session: SessionState): ReadingState {
  const known = kept.get(session)
  if (known !== undefined) return known
  const made = new ReadingState(session)
  kept.set(session, made)
  return made
}
