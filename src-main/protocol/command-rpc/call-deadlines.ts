import type { CallEffect } from './call-inputs.ts'

/**
 * When calls run out of time, with one timer for all. Rules:
 * - The timer is never later than the earliest deadline. It may be earlier: a call that ends leaves it as it is unless it was the last
 *   one, so that calls one after another cost no timer each.
 * - Once it has fired it is asked for anew.
 */
export class CallDeadlines {
  readonly #deadlines = new Map<number, number>()
  #neededAtMs: number | null = null
  #askedForMs: number | null = null

  /** `timeoutMs` null: the call may take as long as it likes. */
  begin(number: number, timeoutMs: number | null, nowMs: number): void {
    if (timeoutMs === null) return
    const deadlineMs = nowMs + timeoutMs
    this.#deadlines.set(number, deadlineMs)
    this.#neededAtMs = Math.min(deadlineMs, this.#neededAtMs ?? deadlineMs)
  }

  end(number: number): void {
    this.#deadlines.delete(number)
    if (this.#deadlines.size === 0) this.#neededAtMs = null
  }

  endAll(): void {
    this.#deadlines.clear()
    this.#neededAtMs = null
  }

  /** The timer fired: the calls that are out of time, in the order in which they began. They are ended here. */
  due(nowMs: number): readonly number[] {
    this.#askedForMs = null
    this.#neededAtMs = null
    const due: number[] = []
    for (const [number, deadlineMs] of this.#deadlines) {
      if (deadlineMs <= nowMs) due.push(number)
      else this.#neededAtMs = Math.min(deadlineMs, this.#neededAtMs ?? deadlineMs)
    }
    for (const number of due) this.#deadlines.delete(number)
    return due
  }

  /** What is to be asked for now, or null when the timer is right as it is. */
  nextWake(): CallEffect | null {
    if (this.#neededAtMs === this.#askedForMs) return null
    this.#askedForMs = this.#neededAtMs
    return { kind: 'wake-at', atMs: this.#neededAtMs }
  }
}
