export interface RepeatSettings {
  readonly intervalMs: number
  /** Null: no end. */
  readonly count: number | null
  readonly jitterMs: number
}

/** What is made up for: up to so much time or so many sendings, whichever is more. */
const backlogMs = 100
const backlogSendings = 16

/**
 * When the sendings of a repetition are due. The first is due at the start; every later one by its number from the
 * start, so that nothing that happens in between makes them drift. Jitter moves each one alone, and none before the one
 * before it. A sending later than 100 ms and 16 intervals (the peer did not read, the machine slept) shifts the plan:
 * those after it count from it, so that what was missed does not go out in one burst. How many there are stays.
 */
export class RepeatSchedule {
  readonly #settings: RepeatSettings
  /** From −1 to 1. */
  readonly #chance: () => number
  /** The sending that later ones are counted from, and its time. */
  #origin: { readonly number: number; readonly timeMs: number }
  #number = 0
  #dueMs: number

  constructor(settings: RepeatSettings, startMs: number, chance: () => number) {
    this.#settings = settings
    this.#origin = { number: 0, timeMs: startMs }
    this.#chance = chance
    this.#dueMs = startMs
  }

  /** When the next sending is due; null when there is none any more. */
  get dueMs(): number | null {
    const { count } = this.#settings
    return count !== null && this.#number >= count ? null : this.#dueMs
  }

  /** The sending that was due is done, at `nowMs`. */
  advance(nowMs: number): void {
    const { intervalMs, jitterMs } = this.#settings
    const isFarBehind = nowMs - this.#dueMs > Math.max(backlogMs, backlogSendings * intervalMs)
    if (isFarBehind) this.#origin = { number: this.#number, timeMs: nowMs }
    this.#number++
    const { number, timeMs } = this.#origin
    const planned = timeMs + (this.#number - number) * intervalMs + (jitterMs === 0 ? 0 : jitterMs * this.#chance())
    this.#dueMs = Math.max(planned, this.#dueMs)
  }
}
