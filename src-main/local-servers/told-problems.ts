import type { Clock } from '../engine/ports.ts'

/** So many problems are told one by one in a second: of one client, and of all together. */
const mostPerClient = 20
const mostOfAll = 500
const secondNs = 1e9

/**
 * Which problems of clients are told one by one. A client makes them as fast as it can send line endings, and each told one costs a
 * record of the capture and a line of a log: the others are counted.
 */
export class ToldProblems {
  readonly #clock: Clock
  readonly #told = new Map<number, number>()
  readonly #leftOut = new Map<number, number>()
  #toldOfAll = 0
  #sinceNs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** False: it is counted as left out. */
  admits(connection: number): boolean {
    const nowNs = this.#clock.monotonicNs()
    if (nowNs - this.#sinceNs >= secondNs) {
      this.#sinceNs = nowNs
      this.#told.clear()
      this.#toldOfAll = 0
    }
    const told = this.#told.get(connection) ?? 0
    if (told >= mostPerClient || this.#toldOfAll >= mostOfAll) {
      this.#leftOut.set(connection, (this.#leftOut.get(connection) ?? 0) + 1)
      return false
    }
    this.#told.set(connection, told + 1)
    this.#toldOfAll++
    return true
  }

  /** How many of a client were left out since this was asked last. */
  takeLeftOut(connection: number): number {
    const count = this.#leftOut.get(connection) ?? 0
    this.#leftOut.delete(connection)
    return count
  }
}
