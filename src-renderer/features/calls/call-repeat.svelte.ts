import { toErrorShape, type ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CallRequestInput } from '../../../src-main/contract/schemas/call-settings.ts'
import type { SessionCalls } from '../../state/calls.svelte.ts'

/** Most calls that a repetition keeps under way. */
export const mostAtOnce = 100

/** Calls one request again and again, a number of them at once, until all were made or it is stopped. */
export class CallRepeat {
  readonly #calls: SessionCalls
  readonly #request: CallRequestInput
  readonly total: number
  readonly #atOnce: number
  #begun = $state(0)
  #running = $state(true)
  #error = $state.raw<ErrorShape | null>(null)

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

  /** There are calls to begin yet. */
  get running(): boolean {
    return this.#running
  }

  /** Why it ended early. */
  get error(): ErrorShape | null {
    return this.#error
  }

  /** Begins the first calls; each that is over makes room for the next. Resolves when none is under way any more. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#atOnce }, () => this.#callInTurn()))
  }

  /** Begins no more; what is under way stays so. */
  stop(): void {
    this.#running = false
  }

  async #callInTurn(): Promise<void> {
    while (this.#running && this.#begun < this.total) {
      this.#begun += 1
      if (this.#begun === this.total) this.#running = false
      try {
        await this.#calls.run(this.#request)
      } catch (thrown) {
        // It was refused: those that wait for a reply are not, and what becomes of them is in the ledger.
        this.#begun -= 1
        this.#error ??= toErrorShape(thrown)
        this.#running = false
      }
    }
  }
}
