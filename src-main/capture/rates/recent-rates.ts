import type { Direction } from '../../contract/schemas/common.ts'
import { shortestIntervalNs, type IntervalRow } from './interval-ladder.ts'
import { RateTable } from './rate-table.ts'

/** 64 ms. */
const intervalNs = shortestIntervalNs * 2 ** 12
const partIntervals = 512
const partNs = intervalNs * partIntervals
/** Four whole ones, 131 s, and the one that is being filled. */
const partCount = 5

/**
 * The latest two minutes of a capture in intervals of 64 ms: a chart that moves along needs nothing read again, however
 * long the capture has grown.
 */
export class RecentRates {
  /** By number of the part, counted from the beginning of the capture. */
  readonly #parts = new Map<number, RateTable>()
  #newest = 0

  add(timeNs: number, connection: number, direction: Direction, byteCount: number): void {
    const number = Math.floor(timeNs / partNs)
    if (number > this.#newest) this.#moveTo(number)
    // What lies too far back is in no part, and never was.
    if (number <= this.#newest - partCount) return
    const part = this.#parts.get(number) ?? new RateTable(number * partNs, intervalNs, partIntervals)
    this.#parts.set(number, part)
    part.add(timeNs, connection, direction, byteCount)
  }

  /** The tables that hold these intervals; null when they are finer, or lie further back. */
  find(row: IntervalRow): readonly RateTable[] | null {
    if (row.intervalNs < intervalNs) return null
    const first = Math.floor(row.fromNs / partNs)
    if (first <= this.#newest - partCount) return null
    return [...this.#parts].filter(([number]) => number >= first).map(([, table]) => table)
  }

  #moveTo(number: number): void {
    this.#newest = number
    for (const known of this.#parts.keys()) {
      if (known <= number - partCount) this.#parts.delete(known)
    }
  }
}
