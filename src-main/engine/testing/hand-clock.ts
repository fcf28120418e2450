import type { Clock } from '../ports.ts'

interface Alarm {
  readonly dueNs: number
  readonly callback: () => void
}

/** A clock that a test moves by hand. */
export class HandClock implements Clock {
  #nowNs = 0
  readonly #alarms = new Set<Alarm>()

  monotonicNs(): number {
    return this.#nowNs
  }

  unixMicroseconds(): number {
    return 1_700_000_000_000_000 + Math.round(this.#nowNs / 1000)
  }

  wakeAfter(delayMs: number, callback: () => void): () => void {
    const alarm: Alarm = { dueNs: this.#nowNs + delayMs * 1e6, callback }
    this.#alarms.add(alarm)
    return () => void this.#alarms.delete(alarm)
  }

  /** Moves on, ringing what falls due in its order. */
  advance(ms: number): void {
    const endNs = this.#nowNs + ms * 1e6
    for (let next = this.#nextUntil(endNs); next !== undefined; next = this.#nextUntil(endNs)) {
      this.#alarms.delete(next)
      this.#nowNs = Math.max(this.#nowNs, next.dueNs)
      next.callback()
    }
    this.#nowNs = endNs
  }

  #nextUntil(endNs: number): Alarm | undefined {
    return [...this.#alarms].filter(({ dueNs }) => dueNs <= endNs).sort((a, b) => a.dueNs - b.dueNs)[0]
  }
}
