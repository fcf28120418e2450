import type { Clock } from '../clock.ts'

/** A clock that stands still until it is moved; what waits on it is woken in order. */
export class ManualClock implements Clock {
  nowNs = 5_000_000_000
  #waiting: { readonly dueNs: number; readonly callback: () => void }[] = []

  monotonicNs(): number {
    return this.nowNs
  }

  unixMicroseconds(): number {
    return Date.UTC(2026, 10, 20, 10, 2, 17, 201) * 1000 + Math.floor(this.nowNs / 1000) - 5_000_000
  }

  wakeAfter(delayMs: number, callback: () => void): () => void {
    const waiter = { dueNs: this.nowNs + delayMs * 1e6, callback }
    this.#waiting.push(waiter)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter)
    }
  }

  get waitingCount(): number {
    return this.#waiting.length
  }

  /** Moves on by `delayMs`. */
  advance(delayMs: number): void {
    this.nowNs += delayMs * 1e6
    const due = this.#waiting.filter((waiter) => waiter.dueNs <= this.nowNs)
    this.#waiting = this.#waiting.filter((waiter) => waiter.dueNs > this.nowNs)
    for (const { callback } of due) callback()
  }
}
