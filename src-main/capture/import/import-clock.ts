import type { Clock } from '../clock.ts'

/** A clock for records that have their times already: it stands where it is set, and goes on to wake by the real one. */
export class ImportClock implements Clock {
  readonly #clock: Clock
  readonly #startUnixUs: number
  #elapsedNs = 0

  constructor(clock: Clock, startUnixUs: number) {
    this.#clock = clock
    this.#startUnixUs = startUnixUs
  }

  /** Nanoseconds since the beginning of the capture. Never goes back. */
  moveTo(elapsedNs: number): void {
    this.#elapsedNs = Math.max(this.#elapsedNs, elapsedNs)
  }

  monotonicNs(): number {
    return this.#elapsedNs
  }

  unixMicroseconds(): number {
    return this.#startUnixUs
  }

  wakeAfter(delayMs: number, callback: () => void): () => void {
    return this.#clock.wakeAfter(delayMs, callback)
  }
}
