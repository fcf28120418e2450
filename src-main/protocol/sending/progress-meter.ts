/** The rate is that of the last so many milliseconds. */
const windowMs = 3000
/** Sums are kept so far apart at least. */
const sampleMs = 100
/** Before so much time has passed nothing can be said. */
const leastMs = 200

interface Sample {
  readonly timeMs: number
  readonly totalBytes: number
}

/** How fast bytes go out, over the last seconds, in bounded memory. */
export class ProgressMeter {
  /** Oldest first; the first is the start, or the last one before the window. */
  readonly #samples: Sample[]

  constructor(startMs: number) {
    this.#samples = [{ timeMs: startMs, totalBytes: 0 }]
  }

  /** So many bytes went out until now. */
  add(totalBytes: number, nowMs: number): void {
    const last = this.#samples.at(-1)
    if (last === undefined || nowMs - last.timeMs < sampleMs) return
    this.#samples.push({ timeMs: nowMs, totalBytes })
    while ((this.#samples[1]?.timeMs ?? nowMs) <= nowMs - windowMs) this.#samples.shift()
  }

  /** Bytes a second; null before the first 0.2 s. */
  bytesPerSecond(totalBytes: number, nowMs: number): number | null {
    const first = this.#samples[0]
    if (first === undefined || nowMs - first.timeMs < leastMs) return null
    return ((totalBytes - first.totalBytes) * 1000) / (nowMs - first.timeMs)
  }

  /** A halt is over: it is not counted. */
  restart(totalBytes: number, nowMs: number): void {
    this.#samples.splice(0, this.#samples.length, { timeMs: nowMs, totalBytes })
  }
}
