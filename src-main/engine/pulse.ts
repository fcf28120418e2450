import type { Clock } from './ports.ts'

/** Shortest time between two beats: about 30 a second. */
export const pulseIntervalMs = 33

/**
 * Coalesces what changes often into at most one call per subject and beat. The first mark after a rest beats at
 * once, so that a single change is not held up.
 */
export class Pulse {
  readonly #clock: Clock
  readonly #marked = new Map<string, () => void>()
  #lastBeatNs = Number.NEGATIVE_INFINITY
  #cancelBeat: (() => void) | null = null
  #stopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `tell` is called with the next beat; the last one marked for a subject counts. */
  mark(subject: string, tell: () => void): void {
    if (this.#stopped) return
    this.#marked.set(subject, tell)
    if (this.#cancelBeat !== null) return
    const restMs = pulseIntervalMs - (this.#clock.monotonicNs() - this.#lastBeatNs) / 1e6
    if (restMs > 0) this.#cancelBeat = this.#clock.wakeAfter(restMs, () => this.#beat())
    else this.#beat()
  }

  /** Tells at once what is marked for a subject. */
  flush(subject: string): void {
    const tell = this.#marked.get(subject)
    this.#marked.delete(subject)
    tell?.()
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#stopped = true
    this.#cancelBeat?.()
    this.#marked.clear()
  }

  #beat(): void {
    this.#cancelBeat = null
    this.#lastBeatNs = this.#clock.monotonicNs()
    const due = [...this.#marked.values()]
    this.#marked.clear()
    for (const tell of due) tell()
  }
}
