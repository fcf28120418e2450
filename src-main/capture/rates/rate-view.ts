import type { CaptureRates, CaptureRatesRequest } from '../../contract/schemas/capture-rates.ts'
import type { SourceState } from '../capture-source.ts'
import { addFromIndex } from './index-estimate.ts'
import { coverWithIntervals, endOfTimeNs, type IntervalRow } from './interval-ladder.ts'
import { RateOverview, type RateSource } from './rate-overview.ts'
import type { RateTable } from './rate-table.ts'
import { RateTiles } from './rate-tiles.ts'
import { sumTables } from './summed-series.ts'

/** What is asked of a capture's rates. */
type RatesRequest = Omit<CaptureRatesRequest, 'captureId'>

/** What an answer is made of. */
interface Counted {
  readonly row: IntervalRow
  readonly tables: readonly RateTable[]
  /** Everything before this place of the data file was looked through. */
  readonly scannedBytes: number
}

/** How much was sent and received when, of one capture. Its owner closes it. */
export class RateView {
  readonly #source: RateSource
  readonly #overview: RateOverview
  readonly #tiles: RateTiles

  constructor(source: RateSource) {
    this.#source = source
    this.#overview = new RateOverview(source)
    this.#tiles = new RateTiles(source, this.#overview.stretches, this.#overview.scannedOffset)
  }

  /**
   * What is known so far. What was not counted yet stands in the sums about where the index has it. Throws `IndexMismatch`
   * when index and data do not fit.
   */
  async read(request: RatesRequest): Promise<CaptureRates> {
    const state = this.#source.source.state()
    const overview = this.#overview
    await overview.advance(state)
    const { row, tables, scannedBytes } = await this.#count(request, state)
    const totalBytes = state.tally.fileOffset
    const sums = sumTables(row, tables)
    if (overview.scannedOffset < totalBytes) addFromIndex(sums.total, row, overview, state)
    return {
      fromNs: row.fromNs,
      intervalNs: row.intervalNs,
      ...sums,
      lastTimeNs: this.#lastTimeNs(state),
      scannedBytes: Math.min(scannedBytes, totalBytes),
      totalBytes,
      complete: scannedBytes >= totalBytes,
    }
  }

  /** Stops reading and waits until nothing reads any more. */
  close(): Promise<void> {
    this.#tiles.stop()
    return this.#overview.close()
  }

  async #count(request: RatesRequest, state: SourceState): Promise<Counted> {
    const { table, recent, scannedOffset } = this.#overview
    const { fromNs, intervalCount } = request
    const endNs = this.#lastTimeNs(state) + 1
    const toNs = Math.min(request.toNs ?? endNs, endNs)
    const row = coverWithIntervals(fromNs, toNs, intervalCount)
    const isWhole = fromNs === 0 && toNs === endNs
    const whole = { row, tables: [table], scannedBytes: scannedOffset }
    // Of a part, its own connections are told apart, not those that were first in the capture.
    if (row.count === 0 || (row.intervalNs >= table.intervalNs && (isWhole || table.others.size === 0))) return whole
    const recentTables = recent.find(row)
    if (recentTables !== null) return { row, tables: recentTables, scannedBytes: scannedOffset }
    const fine = await this.#tiles.read(row, state, scannedOffset)
    if (fine.countedOffset >= scannedOffset) return { row, tables: fine.tables, scannedBytes: fine.countedOffset }
    const coarseRow = coverWithIntervals(fromNs, toNs, intervalCount, this.#overview.table.intervalNs)
    return { row: coarseRow, tables: [table], scannedBytes: fine.countedOffset }
  }

  #lastTimeNs({ tally, settledNs }: SourceState): number {
    const knownNs = Math.max(this.#overview.lastTimeNs, tally.lastTimeNs, Number.isFinite(settledNs) ? settledNs : 0)
    return Math.min(knownNs, endOfTimeNs - 1)
  }
}
