import type { Clock } from '../ports.ts'

/**
 * When services that nobody asks for are due: as often as was said, counted from the beginning, so that nothing drifts. One
 * that is not over when the next is due stands for that one too; what was missed is not made up for.
 */
export class ServiceRhythm {
  /** Null for never. Counts from the next `begin` on. */
  intervalMs: number | null = null
  readonly #clock: Clock
  readonly #serve: () => void
  #dueMs = 0
  #cancel: (() => void) | null = null
  #isAtWork = false

  /** `serve`: begins a service. */
  constructor(clock: Clock, serve: () => void) {
    this.#clock = clock
    this.#serve = serve
  }

  /** A service is under way: reads go on until nothing is there. */
  get isAtWork(): boolean {
    return this.#isAtWork
  }

  /** There is something to be served from now on. */
  begin(): void {
    this.end()
    this.#dueMs = this.#clock.monotonicNs() / 1e6
    this.#wait()
  }

  /** The service is over. */
  done(): void {
    this.#isAtWork = false
  }

  /** There is nothing to be served any more. */
  end(): void {
    this.#isAtWork = false
    this.#cancel?.()
    this.#cancel = null
  }

  #wait(): void {
    const { intervalMs } = this
    if (intervalMs === null) return
    const nowMs = this.#clock.monotonicNs() / 1e6
    this.#dueMs = Math.max(this.#dueMs + intervalMs, nowMs)
    this.#cancel = this.#clock.wakeAfter(this.#dueMs - nowMs, () => {
      this.#cancel = null
      this.#wait()
      if (this.#isAtWork) return
      this.#isAtWork = true
      this.#serve()
    })
  }
}
