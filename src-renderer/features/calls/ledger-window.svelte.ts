import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import { maximumLedgerEntries, type CallEntry, type LedgerFilter } from '../../../src-main/contract/schemas/call.ts'
import type { SessionCalls } from '../../state/calls.svelte.ts'

/** Shortest time between two looks: rows that change faster cannot be read. */
const shortestIntervalMs = 100
/** Rows beyond those in view, so that a small scroll finds them there. */
const spareRows = 20
/** So much of each text is shown in a row. */
const previewUnits = 200

/** The rows of the ledger in view, newest first: pulled from the engine as it changes, never held as a whole. */
export class LedgerRows {
  readonly #calls: SessionCalls
  #entries = $state.raw<readonly CallEntry[]>([])
  #skip = $state(0)
  #matchingCount = $state(0)
  #loaded = $state(false)
  #error = $state.raw<ErrorShape | null>(null)
  #filter = $state.raw<Required<LedgerFilter>>({ command: '', outcome: 'all' })
  #wanted = { first: 0, count: 0 }
  #timer: ReturnType<typeof setTimeout> | null = null
  #toldAtMs = $state(0)
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #asking = false
  #askAgain = false
  #ended = true

  constructor(calls: SessionCalls) {
    this.#calls = calls
  }

  get filter(): Required<LedgerFilter> {
    return this.#filter
  }

  /** Entries that the filter lets through. */
  get matchingCount(): number {
    return this.#matchingCount
  }

  /** The engine has answered once. */
  get loaded(): boolean {
    return this.#loaded
  }

  get error(): ErrorShape | null {
    return this.#error
  }

  /** When the page was told of the entries that are at hand, on its own clock. */
  get toldAtMs(): number {
    return this.#toldAtMs
  }

  /** The entry in a row, from 0 for the newest; null where it is not at hand. */
  at(row: number): CallEntry | null {
    return this.#entries[row - this.#skip] ?? null
  }

  /** The row of an entry; -1 where it is not at hand. */
  rowOf(number: number): number {
    const index = this.#entries.findIndex((entry) => entry.number === number)
    return index < 0 ? -1 : this.#skip + index
  }

  /** Begins; the function it returns ends it. */
  start(): () => void {
    this.#ended = false
    this.refresh()
    return () => {
      this.#ended = true
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#timer = null
    }
  }

  setFilter(filter: Required<LedgerFilter>): void {
    this.#filter = filter
    this.refresh()
  }

  /** These rows are in view. */
  show(first: number, count: number): void {
    if (this.#wanted.first === first && this.#wanted.count === count) return
    this.#wanted = { first, count }
    const end = Math.min(this.#matchingCount, first + count)
    const isThere = this.#loaded && first >= this.#skip && end <= this.#skip + this.#entries.length
    if (!isThere) this.refresh()
  }

  /** Looks as soon as the shortest interval allows. */
  refresh(): void {
    if (this.#ended) return
    if (this.#asking) this.#askAgain = true
    else if (this.#timer === null) {
      const delayMs = Math.max(0, this.#lookedAtMs + shortestIntervalMs - performance.now())
      this.#timer = setTimeout(() => void this.#look(), delayMs)
    }
  }

  async #look(): Promise<void> {
    this.#timer = null
    this.#lookedAtMs = performance.now()
    this.#asking = true
    const filter = this.#filter
    const skip = Math.max(0, this.#wanted.first - spareRows)
    const count = Math.min(maximumLedgerEntries, Math.max(1, this.#wanted.count + 2 * spareRows))
    try {
      const window = await this.#calls.ledger({ filter, skip, count, previewUnits })
      if (filter === this.#filter) {
        this.#entries = window.entries
        this.#skip = skip
        this.#matchingCount = window.matchingCount
        this.#loaded = true
        this.#toldAtMs = performance.now()
      }
      this.#error = null
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
    }
    this.#asking = false
    const again = this.#askAgain
    this.#askAgain = false
    if (again) this.refresh()
  }
}
