import type { SearchHit, SearchState } from '../../../src-main/contract/schemas/search.ts'

const pageSize = 64
/** Pages at hand at most: what is far away is asked for again. */
const maximumPages = 24

type AskForHits = (
  first: number,
  count: number,
) => Promise<{ readonly state: SearchState; readonly hits: readonly SearchHit[] }>

/**
 * The places found, page by page as they are looked at. One question is under way at a time, and the newest of what is wanted
 * meanwhile counts. `onLoaded` is called when more is at hand.
 */
export class HitPages {
  readonly #ask: AskForHits
  readonly #onLoaded: (state: SearchState) => void
  readonly #onProblem: (thrown: unknown) => void
  readonly #pages = new Map<number, readonly SearchHit[]>()
  #wanted: { readonly first: number; readonly end: number } | null = null
  #isAsking = false
  #isClosed = false

  constructor(ask: AskForHits, onLoaded: (state: SearchState) => void, onProblem: (thrown: unknown) => void) {
    this.#ask = ask
    this.#onLoaded = onLoaded
    this.#onProblem = onProblem
  }

  /** The place with this number; null when it is not at hand. */
  at(number: number): SearchHit | null {
    return this.#pages.get(Math.floor(number / pageSize))?.[number % pageSize] ?? null
  }

  /** Places at hand around a record, for marks: those of the pages that are loaded. */
  get loaded(): readonly SearchHit[] {
    return [...this.#pages.values()].flat()
  }

  /** Brings the places from `first` up to `end`, as far as there are so many. */
  want(first: number, end: number): void {
    this.#wanted = { first, end }
    void this.#load()
  }

  close(): void {
    this.#isClosed = true
  }

  async #load(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      for (let page = this.#nextPage(); page !== null && !this.#isClosed; page = this.#nextPage()) {
        const { state, hits } = await this.#ask(page * pageSize, pageSize)
        // The newest stands last: what was looked at longest ago goes first.
        this.#pages.delete(page)
        this.#pages.set(page, hits)
        const oldest = this.#pages.keys().next().value
        if (this.#pages.size > maximumPages && oldest !== undefined) this.#pages.delete(oldest)
        // Fewer than were told: the search began anew, or its places are beyond those that are kept.
        if (hits.length < Math.min(pageSize, (this.#wanted?.end ?? 0) - page * pageSize)) this.#wanted = null
        this.#tell(state)
      }
    } catch (thrown) {
      this.#wanted = null
      if (!this.#isClosed) this.#onProblem(thrown)
    } finally {
      this.#isAsking = false
    }
  }

  #tell(state: SearchState): void {
    if (!this.#isClosed) this.#onLoaded(state)
  }

  #nextPage(): number | null {
    const wanted = this.#wanted
    if (wanted === null) return null
    for (let page = Math.floor(wanted.first / pageSize); page * pageSize < wanted.end; page++) {
      const needed = Math.min(pageSize, wanted.end - page * pageSize)
      if ((this.#pages.get(page)?.length ?? 0) < needed) return page
    }
    return null
  }
}
