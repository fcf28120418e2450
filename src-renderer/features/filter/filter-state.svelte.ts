import type { CaptureFilterInput } from '../../../src-main/contract/schemas/capture-filter.ts'
import { formatByteCount } from '../../format/quantities.ts'
import { filterWords } from '../../strings/filter.ts'
import type { FieldError } from '../../ui/field-error.ts'
import { formatTimeOfDay, recordUnixUs } from '../traffic/record-time.ts'
import type { TrafficView } from '../traffic/traffic-view.svelte.ts'
import {
  noPattern,
  patternDraftOf,
  patternOf,
  patternProblem,
  patternText,
  type PatternDraft,
} from './pattern-draft.ts'
import { draftOf, openScope, readScope, type CaptureTimes, type ScopeDraft, type ScopeProblems } from './scope-draft.ts'

/** Typing rests that long before it is applied. */
const restMs = 250

/** A condition of the filter that is in force, and how it is taken away. */
export interface FilterChip {
  readonly label: string
  remove(): void
}

/** The filter of one capture's timeline as it is typed. What can be read is applied while typing. */
export class FilterState {
  readonly #traffic: TrafficView
  readonly #times: () => CaptureTimes
  #isOpen = $state(false)
  #scope = $state.raw<ScopeDraft>(openScope)
  #pattern = $state.raw<PatternDraft>(noPattern)
  #isExcluded = $state(false)
  #showsEvents = $state(true)
  #timer: ReturnType<typeof setTimeout> | null = null
  /** The filter in force as this class set it: another one was set elsewhere. */
  #applied: CaptureFilterInput | null = null

  constructor(traffic: TrafficView, times: () => CaptureTimes) {
    this.#traffic = traffic
    this.#times = times
    this.takeOver()
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get scope(): ScopeDraft {
    return this.#scope
  }

  get pattern(): PatternDraft {
    return this.#pattern
  }

  get contentIsExcluded(): boolean {
    return this.#isExcluded
  }

  get showsEvents(): boolean {
    return this.#showsEvents
  }

  /** What cannot be read of the conditions. */
  get problems(): ScopeProblems {
    return readScope(this.#scope, this.#times()).problems
  }

  /** Why the engine does not take the pattern. */
  get patternProblem(): FieldError | null {
    const { filterError } = this.#traffic.rows
    return filterError === null ? null : patternProblem(filterError)
  }

  /** The conditions in force, in words. */
  get chips(): readonly FilterChip[] {
    return chipsOf(this.#traffic.filter ?? {}, this.#times().startedAtUnixUs, (filter) => {
      void this.#traffic.setFilter(filter)
    })
  }

  open(isOpen: boolean): void {
    this.#isOpen = isOpen
  }

  setScope(change: Partial<ScopeDraft>): void {
    this.#scope = { ...this.#scope, ...change }
    this.#applySoon()
  }

  setPattern(change: Partial<PatternDraft>): void {
    this.#pattern = { ...this.#pattern, ...change }
    this.#applySoon()
  }

  setContentIsExcluded(isExcluded: boolean): void {
    this.#isExcluded = isExcluded
    this.apply()
  }

  setShowsEvents(showsEvents: boolean): void {
    this.#showsEvents = showsEvents
    this.apply()
  }

  /** Applies what was typed at once. While something cannot be read, what was in force stays. */
  apply(): void {
    this.#stopWaiting()
    const { scope, problems } = readScope(this.#scope, this.#times())
    if (Object.keys(problems).length > 0) return
    const content = patternOf(this.#pattern)
    const filter = {
      scope,
      showsEvents: this.#showsEvents,
      content,
      contentIsExcluded: content !== null && this.#isExcluded,
    }
    void this.#traffic.setFilter(filter)
    this.#applied = this.#traffic.filter
  }

  clear(): void {
    this.#stopWaiting()
    void this.#traffic.setFilter(null)
    this.takeOver()
  }

  /** To be run when the filter in force has changed: one that was set elsewhere stands in the fields then. */
  takeOver(): void {
    const { filter } = this.#traffic
    if (filter === this.#applied && filter !== null) return
    this.#stopWaiting()
    this.#applied = filter
    this.#scope = draftOf(filter?.scope ?? {})
    const content = filter?.content ?? null
    this.#pattern = content === null ? { ...this.#pattern, typed: '' } : patternDraftOf(content)
    this.#isExcluded = filter?.contentIsExcluded ?? this.#isExcluded
    this.#showsEvents = filter?.showsEvents ?? true
  }

  close(): void {
    this.#stopWaiting()
  }

  #applySoon(): void {
    this.#stopWaiting()
    this.#timer = setTimeout(() => this.apply(), restMs)
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}

/** Each condition of a filter in words, and the filter without it. */
export function chipsOf(
  filter: CaptureFilterInput,
  startedAtUnixUs: number,
  set: (filter: CaptureFilterInput) => void,
): readonly FilterChip[] {
  const { scope = {}, showsEvents = true, content = null, contentIsExcluded = false } = filter
  const words = filterWords.chips
  const chips: FilterChip[] = []
  const add = (label: string, without: CaptureFilterInput): void => {
    chips.push({ label, remove: () => set({ ...filter, ...without }) })
  }
  const time = (timeNs: number): string => formatTimeOfDay(recordUnixUs(startedAtUnixUs, timeNs))
  const { direction, connections, minimumBytes, maximumBytes, fromNs, toNs } = scope
  if (direction) add(words.direction[direction], { scope: { ...scope, direction: null } })
  if (connections) add(words.connections(connections.join(', ')), { scope: { ...scope, connections: null } })
  if (isSet(minimumBytes))
    add(words.atLeast(formatByteCount(minimumBytes)), { scope: { ...scope, minimumBytes: null } })
  if (isSet(maximumBytes)) add(words.atMost(formatByteCount(maximumBytes)), { scope: { ...scope, maximumBytes: null } })
  if (isSet(fromNs)) add(words.from(time(fromNs)), { scope: { ...scope, fromNs: null } })
  if (isSet(toNs)) add(words.to(time(toNs)), { scope: { ...scope, toNs: null } })
  if (!showsEvents) add(words.noEvents, { showsEvents: true })
  if (content !== null) {
    const told = patternText(content)
    add(contentIsExcluded ? words.lacks(told) : words.contains(told), { content: null, contentIsExcluded: false })
  }
  return chips
}

function isSet(value: number | null | undefined): value is number {
  return value !== null && value !== undefined
}
