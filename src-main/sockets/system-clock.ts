import type { Clock } from '../engine/ports.ts'

/** Further apart the two clocks do not tell the same time. */
const tolerableDriftMs = 20

/** The machine's clocks: `performance.now()` for durations, the wall clock for dates. */
export class SystemClock implements Clock {
  monotonicNs(): number {
    return Math.round(performance.now() * 1e6)
  }

  unixMicroseconds(): number {
    const fineMs = performance.timeOrigin + performance.now()
    const wallMs = Date.now()
    // The finer clock began with the process: it knows neither of a sleeping machine nor of a clock that was set.
    return Math.round((Math.abs(fineMs - wallMs) > tolerableDriftMs ? wallMs : fineMs) * 1000)
  }

  wakeAfter(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  }
}
