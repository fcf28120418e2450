import type { CaptureSource, SourceState } from '../capture-source.ts'
import type { Clock } from '../clock.ts'
import type { OpenFile } from '../file-access.ts'
import { ForwardScan } from '../forward-scan.ts'
import type { RecordHeader } from '../record-codec.ts'
import type { RecordScanner } from '../row-scanner.ts'
import { countedDirection, countedTimeNs } from './counted-record.ts'
import { shortestIntervalNs } from './interval-ladder.ts'
import { RateTable } from './rate-table.ts'
import { RecentRates } from './recent-rates.ts'
import { StretchTable } from './stretch-table.ts'

/** A request waits for so much of the data file at most: some hundredths of a second. */
const waitedBytes = 32 * 1024 * 1024

/** Sizes that tests make small. */
export interface RateSizes {
  /** Intervals of the table of the whole capture; even. */
  readonly overviewIntervals: number
  /** Stretches of the file that are told apart; even. */
  readonly stretches: number
}

export const usualRateSizes: RateSizes = { overviewIntervals: 4096, stretches: 8192 }

export interface RateSource {
  readonly source: CaptureSource
  readonly file: OpenFile
  readonly clock: Clock
  /** Bytes read at a time, and looked at without letting anything else run. */
  readonly blockBytes: number
  /** As usual when left out. */
  readonly rateSizes?: RateSizes
}

/** The whole capture as one table, made by going once over the headers of its records. */
export class RateOverview implements RecordScanner {
  readonly table: RateTable
  readonly recent = new RecentRates()
  readonly stretches: StretchTable
  /** Bytes that were counted. */
  sentBytes = 0
  receivedBytes = 0
  /** The latest time of any record looked at, events included. */
  lastTimeNs = 0
  readonly #scan: ForwardScan
  #firstNs = Infinity
  #lastNs = -Infinity

  constructor({ source, file, clock, blockBytes, rateSizes = usualRateSizes }: RateSource) {
    this.table = new RateTable(0, shortestIntervalNs, rateSizes.overviewIntervals)
    const onSlice = (): void => this.#endStretch()
    this.#scan = new ForwardScan({ source, file, clock, blockBytes, scanner: this, onSlice, waitedBytes })
    this.stretches = new StretchTable(this.#scan.scannedOffset, rateSizes.stretches)
  }

  /** Everything before this place of the data file was looked at. */
  get scannedOffset(): number {
    return this.#scan.scannedOffset
  }

  /** Goes on. Throws `IndexMismatch` when index and data do not fit. */
  advance(state: SourceState): Promise<void> {
    return this.#scan.advance(state)
  }

  /** Stops, and waits until nothing reads any more. */
  close(): Promise<void> {
    return this.#scan.stop()
  }

  startRecord(header: Readonly<RecordHeader>): void {
    const timeNs = countedTimeNs(header.timeNs)
    this.lastTimeNs = Math.max(this.lastTimeNs, timeNs)
    const direction = countedDirection(header)
    if (direction === null) return
    this.table.add(timeNs, header.connection, direction, header.payloadLength)
    this.recent.add(timeNs, header.connection, direction, header.payloadLength)
    if (direction === 'sent') this.sentBytes += header.payloadLength
    else this.receivedBytes += header.payloadLength
    this.#firstNs = Math.min(this.#firstNs, timeNs)
    this.#lastNs = Math.max(this.#lastNs, timeNs)
  }

  damage(): void {
    // Nothing is known of when its bytes were on the wire.
  }

  #endStretch(): void {
    this.stretches.add(this.#scan.scannedOffset, { firstNs: this.#firstNs, lastNs: this.#lastNs })
    this.#firstNs = Infinity
    this.#lastNs = -Infinity
  }
}
