import type { Direction } from '../../contract/schemas/common.ts'
import { maximumRateConnections } from '../../contract/schemas/capture-rates.ts'

/** Connections without a series of their own are told apart up to so many, to count them. */
const maximumCountedConnections = 10_000

/** Bytes per interval of one connection, or of all. */
export interface ByteSeries {
  readonly sentBytes: Float64Array
  readonly receivedBytes: Float64Array
}

/**
 * Bytes per interval, in all and of the first 64 connections that it meets. Intervals lie side by side from `fromNs`; where
 * records come behind them, they double in length. Its size never changes.
 */
export class RateTable {
  readonly fromNs: number
  readonly total: ByteSeries
  readonly connections = new Map<number, ByteSeries>()
  /** Connections that are counted in the sums alone; no more than 10,000 are told apart. */
  readonly others = new Set<number>()
  readonly #count: number
  #intervalNs: number

  constructor(fromNs: number, intervalNs: number, count: number) {
    this.fromNs = fromNs
    this.#intervalNs = intervalNs
    this.#count = count
    this.total = emptySeries(count)
  }

  get intervalNs(): number {
    return this.#intervalNs
  }

  /** Where the last interval ends. */
  get toNs(): number {
    return this.fromNs + this.#intervalNs * this.#count
  }

  /** True when all bytes of this connection are in its series, or there are none. */
  tellsApart(connection: number): boolean {
    if (this.connections.has(connection)) return true
    return this.others.size < maximumCountedConnections && !this.others.has(connection)
  }

  /** Counts bytes at a time from `fromNs` to the end of time. */
  add(timeNs: number, connection: number, direction: Direction, byteCount: number): void {
    while (timeNs >= this.toNs) this.#double()
    const at = Math.floor((timeNs - this.fromNs) / this.#intervalNs)
    addTo(this.total, direction, at, byteCount)
    const series = this.#seriesOf(connection)
    if (series !== null) addTo(series, direction, at, byteCount)
  }

  #seriesOf(connection: number): ByteSeries | null {
    const known = this.connections.get(connection)
    if (known !== undefined) return known
    if (this.connections.size === maximumRateConnections) {
      if (this.others.size < maximumCountedConnections) this.others.add(connection)
      return null
    }
    const series = emptySeries(this.#count)
    this.connections.set(connection, series)
    return series
  }

  #double(): void {
    this.#intervalNs *= 2
    for (const series of [this.total, ...this.connections.values()]) {
      fold(series.sentBytes)
      fold(series.receivedBytes)
    }
  }
}

function emptySeries(count: number): ByteSeries {
  return { sentBytes: new Float64Array(count), receivedBytes: new Float64Array(count) }
}

function addTo(series: ByteSeries, direction: Direction, at: number, byteCount: number): void {
  const values = direction === 'sent' ? series.sentBytes : series.receivedBytes
  values[at] = (values[at] ?? 0) + byteCount
}

/** Adds each pair of neighbours into the first half. */
function fold(values: Float64Array): void {
  const half = values.length / 2
  for (let at = 0; at < half; at++) values[at] = (values[at * 2] ?? 0) + (values[at * 2 + 1] ?? 0)
  values.fill(0, half)
}
