const tickMs = 100

/** The time of the page in milliseconds, moving while something watches it. */
export class TickingClock {
  #nowMs = $state(performance.now())

  get nowMs(): number {
    return this.#nowMs
  }

  /** Begins to tick; the function it returns ends it. */
  start(): () => void {
    this.#nowMs = performance.now()
    const timer = setInterval(() => (this.#nowMs = performance.now()), tickMs)
    return () => clearInterval(timer)
  }
}

/** How long something has taken by now that had taken `elapsedMs` when it was told at `toldAtMs`. */
export function ageOf(elapsedMs: number, toldAtMs: number, nowMs: number): number {
  return elapsedMs + Math.max(0, nowMs - toldAtMs)
}
