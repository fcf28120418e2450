import type { CaptureStore } from '../../capture/capture-store.ts'
import { nodeSearchTools } from '../../capture/search/search-tools.ts'
import type { CancelSignal } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { NearestHit, SearchHit, SearchQuery, SearchState } from '../../contract/schemas/search.ts'
import { compilePattern } from '../../protocol/byte-search/compile-pattern.ts'
import type { ExpressionRunner } from '../../protocol/byte-search/pattern-scan.ts'
import type { Clock } from '../ports.ts'
import type { Pulse } from '../pulse.ts'
import { Search } from './search.ts'

/** Searches that may be there at the same time. */
const maximumSearches = 8
/** A search that nobody hears or asks is closed after this. */
const unheardKeptMs = 60_000
const sweepMs = 15_000

export interface SearchServiceOptions {
  readonly captures: Pick<CaptureStore, 'access' | 'openCapture'>
  readonly clock: Clock
  readonly events: EventHub
  readonly pulse: Pulse
  readonly runExpression: ExpressionRunner
}

interface Entry {
  readonly search: Search
  /** When somebody heard of it or asked for it last. */
  heardNs: number
}

/** The searches of this engine. */
export class SearchService {
  readonly #options: SearchServiceOptions
  readonly #searches = new Map<string, Entry>()
  readonly #unsubscribe: readonly (() => void)[]
  readonly #endings = new Set<Promise<void>>()
  #lastNumber = 0
  #cancelSweep: (() => void) | null = null

  constructor(options: SearchServiceOptions) {
    this.#options = options
    this.#unsubscribe = [
      options.events.subscribe('capture.grew', null, ({ captureId }) => {
        for (const { search } of this.#searches.values()) if (search.captureId === captureId) search.goOn()
      }),
      // A capture that was closed has its end now.
      options.events.subscribe('capture.list-changed', null, () => {
        for (const { search } of this.#searches.values()) search.goOn()
      }),
    ]
  }

  /**
   * Begins a search. Errors: `capture-not-found` and those of opening it, `pattern-malformed`, `encoding-unknown`,
   * `text-not-encodable`, `too-many-requests`.
   */
  async start(query: SearchQuery): Promise<SearchState> {
    const compiled = compilePattern(query.pattern, nodeSearchTools(this.#options.runExpression))
    if (!compiled.ok) throw new WirebenchError(compiled.error.code, compiled.error.data)
    await this.#options.captures.openCapture(query.captureId)
    if (this.#searches.size >= maximumSearches) this.#closeUnheard(0)
    if (this.#searches.size >= maximumSearches) {
      throw new WirebenchError('too-many-requests', { limit: maximumSearches, what: 'searches' })
    }
    const searchId = `search-${(this.#lastNumber += 1)}`
    const search = new Search({
      searchId,
      query,
      pattern: compiled.pattern,
      captures: this.#options.captures,
      clock: this.#options.clock,
      onChanged: (ended) => this.#tell(searchId, ended),
    })
    this.#searches.set(searchId, { search, heardNs: this.#options.clock.monotonicNs() })
    this.#sweepLater()
    const { state } = search
    // It begins in a turn of its own, so that whoever asked knows it before it tells anything.
    queueMicrotask(() => search.goOn())
    return state
  }

  /** The kept places from `first` on. Errors: `search-not-found`, and those of reading the capture. */
  async hits(searchId: string, first: number, count: number): Promise<{ state: SearchState; hits: SearchHit[] }> {
    const search = this.#find(searchId)
    const { state } = search
    return { state, hits: await search.hits(first, count) }
  }

  /** The place next to a byte of a record. Errors: `search-not-found`, `cancelled`, `pattern-too-slow`, and those of reading. */
  nearest(
    searchId: string,
    place: { readonly record: number; readonly offsetInRecord: number },
    towards: 'next' | 'previous',
    signal: CancelSignal,
  ): Promise<{ hit: NearestHit | null; wrapped: boolean }> {
    return this.#find(searchId).nearest(place, towards, signal)
  }

  /** Errors: `search-not-found`. */
  async stop(searchId: string): Promise<SearchState> {
    const search = this.#find(searchId)
    await search.stop()
    return search.state
  }

  /** Forgets a search, also one that is forgotten already. */
  async closeSearch(searchId: string): Promise<void> {
    const entry = this.#searches.get(searchId)
    this.#searches.delete(searchId)
    await entry?.search.stop()
  }

  /** Ends all searches and waits for them. */
  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#cancelSweep?.()
    await Promise.all([...this.#searches.keys()].map((searchId) => this.closeSearch(searchId)))
    await Promise.all(this.#endings)
  }

  #find(searchId: string): Search {
    const entry = this.#searches.get(searchId)
    if (entry === undefined) throw new WirebenchError('search-not-found', { searchId })
    entry.heardNs = this.#options.clock.monotonicNs()
    return entry.search
  }

  #tell(searchId: string, ended: boolean): void {
    const entry = this.#searches.get(searchId)
    if (entry === undefined) return
    const { events, pulse } = this.#options
    const subject = `search ${searchId}`
    pulse.mark(subject, () => {
      if (this.#searches.has(searchId)) events.publish('search.changed', entry.search.state)
    })
    if (ended) pulse.flush(subject)
  }

  #sweepLater(): void {
    if (this.#cancelSweep !== null || this.#searches.size === 0) return
    this.#cancelSweep = this.#options.clock.wakeAfter(sweepMs, () => {
      this.#cancelSweep = null
      this.#closeUnheard(unheardKeptMs)
      this.#sweepLater()
    })
  }

  /** Closes the searches that nobody hears, and nobody asked for so long. */
  #closeUnheard(keptMs: number): void {
    const nowNs = this.#options.clock.monotonicNs()
    for (const [searchId, entry] of [...this.#searches]) {
      if (this.#options.events.isHeard('search.changed', searchId)) entry.heardNs = nowNs
      else if (nowNs - entry.heardNs >= keptMs * 1e6) {
        const ending = this.closeSearch(searchId)
        this.#endings.add(ending)
        void ending.finally(() => this.#endings.delete(ending))
      }
    }
  }
}
