export interface RepeatSettings {
  readonly intervalMs: number
  /** Null: no end. */
  readonly count: number | null
  readonly jitterMs: number
}

/**
 * When the sendings of a repetition are due. The first is due at the start; every later one by its number from the
 * start, so that nothing that happens in between makes them drift. Jitter moves each one alone, and none before the one
 * before it.
 */
export class RepeatSchedule {
  readonly #settings: RepeatSettings
  readonly #startMs: number
  /** From −1 to 1. */
  readonly #chance: () => number
  #number = 0
  #dueMs: number

  constructor(settings: RepeatSettings, startMs: number, chance: () => number) {
    this.#settings = settings
    this.#startMs = startMs
    this.#chance = chance
    this.#dueMs = startMs
  }

  /** When the next sending is due; null when there is none any more. */
  get dueMs(): number | null {
    const { count } = this.#settings
    return count !== null && this.#number >= count ? null : this.#dueMs
  }

  /** The sending that was due is done. */
  advance(): void {
    const { intervalMs, jitterMs } = this.#settings
    this.#number++
    const planned = this.#startMs + this.#number * intervalMs + (jitterMs === 0 ? 0 : jitterMs * this.#chance())
    this.#dueMs = Math.max(planned, this.#dueMs)
  }
}
