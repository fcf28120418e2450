import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CallRequestInput } from '../../../src-main/contract/schemas/call-settings.ts'
import type { SessionCalls } from '../../state/calls.svelte.ts'

/** Most calls that a repetition keeps under way: the engine tells of so many which ones they are. */
export const mostAtOnce = 100

/** Calls one request again and again, a number of them at once, until all were made or it is stopped. */
export class CallRepeat {
  readonly #calls: SessionCalls
  readonly #request: CallRequestInput
  readonly total: number
  readonly #atOnce: number
  #begun = $state(0)
  #under: ReadonlySet<number> = new Set()
  #running = $state(true)
  #error = $state.raw<ErrorShape | null>(null)
  #beginning = false

  constructor(calls: SessionCalls, request: CallRequestInput, total: number, atOnce: number) {
    this.#calls = calls
    this.#request = request
    this.total = total
    this.#atOnce = Math.min(atOnce, mostAtOnce)
  }

  /** Calls begun so far. */
  get begun(): number {
    return this.#begun
  }

  get running(): boolean {
    return this.#running
  }

  /** Why it ended early. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** To be run whenever the calls of the session have changed: begins as many as there is room for. */
  async step(): Promise<void> {
    const { state } = this.#calls
    if (!this.#running || this.#beginning || state === null) return
    const pending = new Set(state.pending.map(({ number }) => number))
    // Of more calls than the engine lists, those that are not listed may still be under way.
    if (state.pendingCount <= state.pending.length) {
      // What was begun after the engine told this is not in it yet.
      const isUnder = (number: number): boolean => number > state.entryCount || pending.has(number)
      this.#under = new Set([...this.#under].filter(isUnder))
    }
    const count = Math.min(this.#atOnce - this.#under.size, this.total - this.#begun)
    if (this.#begun >= this.total) this.#running = false
    if (count <= 0 || !this.#running) return
    this.#beginning = true
    try {
      const entries = await this.#calls.begin(Array.from({ length: count }, () => this.#request))
      this.#begun += entries.length
      const waiting = entries.filter(({ state: now }) => now === 'queued' || now === 'waiting')
      this.#under = new Set([...this.#under, ...waiting.map(({ number }) => number)])
    } catch (thrown) {
      this.#error = toErrorShape(thrown)
      this.#running = false
    }
    this.#beginning = false
    await this.step()
  }

  /** Begins no more; what is under way stays so. */
  stop(): void {
    this.#running = false
  }
}
