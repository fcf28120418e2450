import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { SearchHit, SearchState } from '../../../src-main/contract/schemas/search.ts'
import type { FieldError } from '../../ui/field-error.ts'
import { noPattern, patternOf, patternProblem, type PatternDraft } from '../filter/pattern-draft.ts'
import { openScope, readScope, type CaptureTimes, type ScopeDraft, type ScopeProblems } from '../filter/scope-draft.ts'
import type { TrafficView } from '../traffic/traffic-view.svelte.ts'
import type { TrafficLink } from '../traffic/traffic-window.svelte.ts'
import { HitPages } from './hit-pages.ts'

/** Typing rests that long before it is looked for. */
const restMs = 300

/** A place gone to. One that was looked for ahead of the search has no number yet. */
export type FoundPlace = Omit<SearchHit, 'number'> & { readonly number: number | null }

/** What is to be said of the last step. */
export type SearchNote = 'wrapped-to-begin' | 'wrapped-to-end' | 'nothing' | 'hidden-by-filter'

/**
 * The search over one capture: what is typed, what the engine found, and the place gone to. The engine looks on while the
 * capture grows; `close` ends its search.
 */
export class TrafficSearch {
  readonly #link: TrafficLink
  readonly #traffic: TrafficView
  readonly #times: () => CaptureTimes
  #isOpen = $state(false)
  #pattern = $state.raw<PatternDraft>(noPattern)
  #scope = $state.raw<ScopeDraft>(openScope)
  #state = $state.raw<SearchState | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #current = $state.raw<FoundPlace | null>(null)
  #note = $state.raw<SearchNote | null>(null)
  #isLooking = $state(false)
  /** Counts what came of the list, for those who draw it. */
  #listRevision = $state(0)
  #pages: HitPages | null = null
  #unsubscribe: (() => void) | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #stepping: AbortController | null = null
  #starts = 0
  /** What is typed was not begun yet. */
  #isDue = false

  constructor(link: TrafficLink, traffic: TrafficView, times: () => CaptureTimes) {
    this.#link = link
    this.#traffic = traffic
    this.#times = times
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get pattern(): PatternDraft {
    return this.#pattern
  }

  get scope(): ScopeDraft {
    return this.#scope
  }

  get scopeProblems(): ScopeProblems {
    return readScope(this.#scope, this.#times()).problems
  }

  /** How far the search is; null while there is none. */
  get state(): SearchState | null {
    return this.#state
  }

  /** Why the pattern cannot be looked for, or why the search ended early. */
  get problem(): FieldError | null {
    const error = this.#error ?? this.#state?.error ?? null
    return error === null ? null : patternProblem(error)
  }

  /** The character that is wrong, from 1; null when none is known to be. */
  get problemAt(): number | null {
    const position = this.#error?.data['position']
    return typeof position === 'number' ? position : null
  }

  get current(): FoundPlace | null {
    return this.#current
  }

  get note(): SearchNote | null {
    return this.#note
  }

  /** The next place is being looked for ahead of the search. */
  get isLooking(): boolean {
    return this.#isLooking
  }

  /** The place with this number; null while it is being read. */
  hitAt(number: number): SearchHit | null {
    return this.#listRevision < 0 ? null : (this.#pages?.at(number) ?? null)
  }

  open(): void {
    this.#isOpen = true
    this.#mark()
  }

  /** Puts the bar away; what was found is kept until the tab is closed. */
  hide(): void {
    this.#isOpen = false
    this.#stopStepping()
    this.#traffic.markFound([], null)
  }

  setPattern(change: Partial<PatternDraft>): void {
    this.#pattern = { ...this.#pattern, ...change }
    this.#beginSoon()
  }

  setScope(change: Partial<ScopeDraft>): void {
    this.#scope = { ...this.#scope, ...change }
    this.#beginSoon()
  }

  /** The rows `first` to `end` of the list are in view. */
  showHits(first: number, end: number): void {
    this.#pages?.want(first, Math.min(end, this.#state?.keptHitCount ?? 0))
  }

  /** Goes to the next or previous place, around the end; begins first when something else is typed now. */
  async step(towards: 'next' | 'previous'): Promise<void> {
    if (this.#isDue || (this.#state === null && this.#error === null)) await this.#begin()
    const state = this.#state
    if (state === null) return
    this.#stopStepping()
    const stepping = (this.#stepping = new AbortController())
    const from = this.#stepFrom(towards)
    this.#note = null
    this.#isLooking = true
    try {
      const request = { searchId: state.searchId, ...from.place, towards }
      const { hit, wrapped } = await this.#link.call('search.nearest', request, { signal: stepping.signal })
      if (stepping !== this.#stepping) return
      if (hit === null) this.#note = 'nothing'
      else {
        if (wrapped && from.counts) this.#note = towards === 'next' ? 'wrapped-to-begin' : 'wrapped-to-end'
        await this.goTo(hit)
      }
    } catch (thrown) {
      const error = toErrorShape(thrown)
      if (stepping === this.#stepping && error.code !== 'cancelled') this.#error = error
    } finally {
      if (stepping === this.#stepping) {
        this.#isLooking = false
        this.#stepping = null
      }
    }
  }

  /** Shows and selects a place found. */
  async goTo(hit: FoundPlace): Promise<void> {
    this.#current = hit
    this.#mark()
    try {
      const isShown = await this.#traffic.goToBytes(hit)
      if (!isShown) this.#note = 'hidden-by-filter'
      else if (this.#note === 'hidden-by-filter') this.#note = null
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
    }
  }

  /** Shows every row again, and the place that was hidden. */
  async clearFilter(): Promise<void> {
    await this.#traffic.setFilter(null)
    this.#note = null
    if (this.#current !== null) await this.goTo(this.#current)
  }

  /** Looks no further; what was found stays. */
  async stop(): Promise<void> {
    const { state } = this
    this.#stopStepping()
    if (state === null) return
    try {
      this.#take(await this.#link.call('search.stop', { searchId: state.searchId }))
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
    }
  }

  /** Ends the search in the engine too. */
  close(): void {
    this.#stopWaiting()
    this.#stopStepping()
    this.#end()
    this.#traffic.markFound([], null)
  }

  #beginSoon(): void {
    this.#isDue = true
    this.#error = null
    this.#note = null
    this.#stopWaiting()
    if (patternOf(this.#pattern) === null) {
      this.#isDue = false
      this.#end()
    } else this.#timer = setTimeout(() => void this.#begin(), restMs)
  }

  async #begin(): Promise<void> {
    this.#stopWaiting()
    this.#isDue = false
    const pattern = patternOf(this.#pattern)
    const { scope, problems } = readScope(this.#scope, this.#times())
    this.#end()
    const mine = this.#starts
    this.#error = null
    if (pattern === null || Object.keys(problems).length > 0) return
    try {
      const state = await this.#link.call('search.start', { captureId: this.#traffic.rows.captureId, pattern, scope })
      if (mine !== this.#starts) {
        this.#closeInEngine(state.searchId)
        return
      }
      this.#listen(state)
    } catch (thrown) {
      if (mine === this.#starts) this.#error = toErrorShape(thrown)
    }
  }

  #listen(state: SearchState): void {
    const { searchId } = state
    this.#pages = new HitPages(
      (first, count) => this.#link.call('search.hits', { searchId, first, count }),
      (told) => {
        this.#take(told)
        this.#listRevision += 1
        this.#mark()
      },
      (thrown) => (this.#error = toErrorShape(thrown)),
    )
    this.#unsubscribe = this.#link.subscribe('search.changed', searchId, (told) => this.#take(told))
    this.#take(state)
    // What was told between the answer and now is asked for: the state comes with the places.
    this.#pages.want(0, 1)
  }

  #take(state: SearchState): void {
    if (this.#state !== null && state.searchId !== this.#state.searchId) return
    this.#state = state
  }

  #end(): void {
    this.#starts += 1
    const { state } = this
    this.#unsubscribe?.()
    this.#unsubscribe = null
    this.#pages?.close()
    this.#pages = null
    this.#state = null
    this.#current = null
    this.#note = null
    this.#traffic.markFound([], null)
    if (state !== null) this.#closeInEngine(state.searchId)
  }

  /** Best effort: the engine forgets by itself a search that nobody hears. */
  #closeInEngine(searchId: string): void {
    this.#link.call('search.close', { searchId }).catch(() => undefined)
  }

  /** From the place gone to, else what is selected or in view; `counts` when coming around the end is to be told. */
  #stepFrom(towards: 'next' | 'previous'): {
    readonly place: { readonly record: number; readonly offsetInRecord: number }
    readonly counts: boolean
  } {
    const current = this.#current
    if (current !== null) {
      return { place: { record: current.record, offsetInRecord: current.offsetInRecord }, counts: true }
    }
    const { record, offsetInRecord } = this.#traffic.placeInView
    if (towards === 'previous') return { place: { record, offsetInRecord }, counts: record > 0 || offsetInRecord > 0 }
    // The place in view counts too: a step goes on behind the byte before it.
    if (offsetInRecord > 0) return { place: { record, offsetInRecord: offsetInRecord - 1 }, counts: true }
    const farBehind = Number.MAX_SAFE_INTEGER
    return record > 0
      ? { place: { record: record - 1, offsetInRecord: farBehind }, counts: true }
      : { place: { record: farBehind, offsetInRecord: 0 }, counts: false }
  }

  #mark(): void {
    if (this.#isOpen) this.#traffic.markFound(this.#pages?.loaded ?? [], this.#current)
  }

  #stopStepping(): void {
    this.#stepping?.abort()
    this.#stepping = null
    this.#isLooking = false
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
