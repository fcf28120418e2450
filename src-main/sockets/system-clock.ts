import type { Clock } from '../engine/ports.ts'

/** The machine's clocks: `performance.now()` for durations, the wall clock for dates. */
export class SystemClock implements Clock {
  monotonicNs(): number {
    return Math.round(performance.now() * 1e6)
  }

  unixMicroseconds(): number {
    return Math.round((performance.timeOrigin + performance.now()) * 1000)
  }

  wakeAfter(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  }
}
