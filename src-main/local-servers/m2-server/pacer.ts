import type { Clock } from '../../engine/ports.ts'

/** Timers of the system hold no more than 24 days. */
const longestWaitMs = 60_000

/** What is later than this is not made up for. */
const longestCatchUpNs = 20e6

/**
 * Calls back at a rate while it is started. The rate holds over time although timers are late and coarse: what is due is called
 * at once. After a pause of the process the calls that were missed are left out.
 */
export class Pacer {
  readonly #clock: Clock
  readonly #periodNs: number
  readonly #callback: () => void
  #dueNs = 0
  #cancel: (() => void) | null = null

  /** `callsPerSecond` 0 never calls. */
  constructor(clock: Clock, callsPerSecond: number, callback: () => void) {
    this.#clock = clock
    this.#periodNs = callsPerSecond === 0 ? Infinity : 1e9 / callsPerSecond
    this.#callback = callback
  }

  /** The first call comes a period later. Does nothing when it is started already. */
  start(): void {
    if (this.#cancel !== null || this.#periodNs === Infinity) return
    this.#dueNs = this.#clock.monotonicNs() + this.#periodNs
    this.#wait()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #wait(): void {
    const delayMs = Math.max(0, this.#dueNs - this.#clock.monotonicNs()) / 1e6
    this.#cancel = this.#clock.wakeAfter(Math.min(delayMs, longestWaitMs), () => {
      const lateNs = this.#clock.monotonicNs() - this.#dueNs
      const missed = Math.floor(lateNs / this.#periodNs)
      this.#dueNs += (missed + 1) * this.#periodNs
      this.#wait()
      // Woken early: -1 missed, none due.
      const calls = lateNs > longestCatchUpNs ? 1 : missed + 1
      for (let call = 0; call < calls; call++) this.#callback()
    })
  }
}
