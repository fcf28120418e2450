/** Wakes one waiting loop: when told, or at the earliest time that was asked for. */
export class Alarm {
  #rung = false
  #resolve: (() => void) | null = null
  #timer: NodeJS.Timeout | null = null
  #deadlineMs = Number.POSITIVE_INFINITY

  /** Wakes the waiter, now or as soon as it waits. */
  ring(): void {
    this.#rung = true
    this.#resolve?.()
  }

  /** Rings at a time of `performance.now()`, unless the next wait is over before. */
  ringAt(deadlineMs: number): void {
    if (deadlineMs >= this.#deadlineMs) return
    this.#deadlineMs = deadlineMs
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.ring(), Math.max(0, deadlineMs - performance.now()))
  }

  async wait(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#resolve = resolve))
    this.stop()
    this.#resolve = null
    this.#rung = false
  }

  /** Forgets the time that was asked for. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#deadlineMs = Number.POSITIVE_INFINITY
  }
}
