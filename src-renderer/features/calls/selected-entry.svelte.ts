import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CallEntry } from '../../../src-main/contract/schemas/call.ts'
import type { SessionCalls } from '../../state/calls.svelte.ts'

/** Shortest time between two looks. */
const shortestIntervalMs = 120

/** One entry of the ledger in full, kept up to date: replies can come long after the call. */
export class SelectedEntry {
  readonly #calls: SessionCalls
  #entry = $state.raw<CallEntry | null>(null)
  #error = $state.raw<ErrorShape | null>(null)
  #toldAtMs = $state(0)
  #number: number | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #asking = false
  #askAgain = false

  constructor(calls: SessionCalls) {
    this.#calls = calls
  }

  /** Null for none, and until the engine has answered. */
  get entry(): CallEntry | null {
    return this.#entry
  }

  get error(): ErrorShape | null {
    return this.#error
  }

  get toldAtMs(): number {
    return this.#toldAtMs
  }

  /** Looks at an entry, or anew at the same one. */
  show(number: number | null): void {
    if (number !== this.#number) {
      this.#number = number
      this.#entry = null
      this.#error = null
      this.#lookedAtMs = Number.NEGATIVE_INFINITY
      this.stop()
    }
    if (number === null) return
    if (this.#asking) this.#askAgain = true
    else if (this.#timer === null) {
      const delayMs = Math.max(0, this.#lookedAtMs + shortestIntervalMs - performance.now())
      this.#timer = setTimeout(() => void this.#look(number), delayMs)
    }
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #look(number: number): Promise<void> {
    this.#timer = null
    this.#lookedAtMs = performance.now()
    this.#asking = true
    try {
      const entry = await this.#calls.entry(number)
      if (number === this.#number) {
        this.#entry = entry
        this.#error = null
        this.#toldAtMs = performance.now()
      }
    } catch (thrown) {
      if (number === this.#number) {
        this.#error = toErrorShape(thrown)
        this.#entry = null
      }
    }
    this.#asking = false
    const again = this.#askAgain
    this.#askAgain = false
    if (again) this.show(this.#number)
  }
}
