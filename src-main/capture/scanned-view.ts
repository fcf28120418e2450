import type { CaptureSource } from './capture-source.ts'
import type { Clock } from './clock.ts'
import type { OpenFile } from './file-access.ts'
import { ForwardScan } from './forward-scan.ts'
import { RecordFeeder } from './record-feeder.ts'
import { walkRecords } from './record-walker.ts'
import type { ResumePoint, RowCollector, RowScanner } from './row-scanner.ts'

/** Sizes that tests make small. */
export interface ScanSizes {
  /** A resume point is kept about every so many bytes of the data file. */
  readonly resumeSpacingBytes: number
  /** Bytes scanned at a time, without letting anything else run. */
  readonly blockBytes: number
}

export const usualScanSizes: ScanSizes = { resumeSpacingBytes: 1024 * 1024, blockBytes: 256 * 1024 }

export interface ScannedViewOptions<Row, Point extends ResumePoint> {
  readonly source: CaptureSource
  readonly file: OpenFile
  readonly clock: Clock
  /** Makes a scanner that begins at a place, or at the beginning; with a collector it keeps the rows wanted. */
  readonly makeScanner: (resume: Point | null, collector: RowCollector<Row> | null) => RowScanner<Point>
  readonly sizes: ScanSizes
}

export interface ScannedWindow<Row> {
  readonly firstRow: number
  readonly rows: Row[]
  readonly totalRows: number
  readonly complete: boolean
  /** While it is not: bytes of the data file that were scanned, of how many. */
  readonly progress?: { readonly scannedBytes: number; readonly totalBytes: number }
}

/**
 * A view whose rows are found by scanning the bytes. Scans once through the capture, in slices, remembering sparse
 * places to begin anew; any row is then reached by scanning at most about 1 MiB again. Follows a growing
 * capture only while somebody asks.
 */
export class ScannedView<Row, Point extends ResumePoint> {
  readonly #options: ScannedViewOptions<Row, Point>
  readonly #scanner: RowScanner<Point>
  readonly #scan: ForwardScan
  readonly #resumePoints: Point[] = []
  readonly #startOffset: number
  #lastResumeOffset: number
  /** Rows up to the end of the last whole slice. */
  #knownRows = 0
  /** Up to when the time was told to the scanner. */
  #settledNs = 0

  constructor(options: ScannedViewOptions<Row, Point>) {
    this.#options = options
    this.#scanner = options.makeScanner(null, null)
    const { source, file, clock, sizes } = options
    this.#scan = new ForwardScan({
      source,
      file,
      clock,
      blockBytes: sizes.blockBytes,
      scanner: this.#scanner,
      onPart: (fileOffset) => this.#rememberResumePoint(fileOffset),
      onSlice: () => {
        this.#knownRows = this.#scanner.rowCount
      },
    })
    this.#startOffset = this.#scan.scannedOffset
    this.#lastResumeOffset = this.#startOffset
  }

  /** Rows from `firstRow`, or the last ones known. Throws `IndexMismatch` when index and data do not fit. */
  async window(firstRow: number | 'end', rowCount: number): Promise<ScannedWindow<Row>> {
    const state = this.#options.source.state()
    await this.#scan.advance(state)
    const { scannedOffset } = this.#scan
    const complete = scannedOffset >= state.tally.fileOffset
    if (complete) this.#passTime(state.settledNs)
    const totalRows = this.#knownRows
    const first = firstRow === 'end' ? Math.max(0, totalRows - rowCount) : firstRow
    const rows = await this.#collect(first, Math.min(totalRows, first + rowCount), this.#scan.scannedOffset)
    const scannedBytes = Math.min(scannedOffset, state.tally.fileOffset)
    const progress = complete ? {} : { progress: { scannedBytes, totalBytes: state.tally.fileOffset } }
    return { firstRow: first, rows, totalRows, complete, ...progress }
  }

  /** Stops scanning and waits until nothing reads any more. */
  close(): Promise<void> {
    return this.#scan.stop()
  }

  /**
   * What was scanned holds every record before `settledNs`. When the scanner is in the middle of a later slice, its
   * records have told it a later time already, and this brings no row.
   */
  #passTime(settledNs: number): void {
    if (settledNs <= this.#settledNs) return
    this.#settledNs = settledNs
    const rowsBefore = this.#scanner.rowCount
    this.#scanner.passTime(settledNs)
    this.#knownRows += this.#scanner.rowCount - rowsBefore
  }

  #rememberResumePoint(fileOffset: number): void {
    const spacingBytes = this.#options.sizes.resumeSpacingBytes * this.#scanner.resumeWeight
    if (fileOffset - this.#lastResumeOffset < spacingBytes) return
    const point = this.#scanner.resumePoint
    if (point === null) return
    this.#lastResumeOffset = fileOffset
    this.#resumePoints.push(point)
  }

  async #collect(firstRow: number, endRow: number, toOffset: number): Promise<Row[]> {
    if (firstRow >= endRow) return []
    const settledNs = this.#settledNs
    const from = this.#resumePointBefore(firstRow)
    const collector: RowCollector<Row> = { firstRow, endRow, rows: [] }
    const scanner = this.#options.makeScanner(from, collector)
    const feeder = new RecordFeeder(scanner, from?.record ?? 0, null)
    const isDone = (): boolean => collector.rows.length === endRow - firstRow
    const { onRecord, onPayload, onDamage } = feeder
    const { file, source, sizes } = this.#options
    await walkRecords(
      {
        file,
        salt: source.salt,
        from: from?.fileOffset ?? this.#startOffset,
        to: toOffset,
        isFileEnd: false,
        blockBytes: sizes.blockBytes,
        skipPayloadBytes: from?.payloadOffset ?? 0,
      },
      { onRecord, onPayload, onDamage, isDone },
    )
    if (!isDone()) {
      scanner.passTime(settledNs)
      scanner.finishRow()
    }
    return collector.rows
  }

  #resumePointBefore(row: number): Point | null {
    let low = 0
    let high = this.#resumePoints.length
    let best: Point | null = null
    while (low < high) {
      const middle = (low + high) >>> 1
      const point = this.#resumePoints[middle]
      if (point !== undefined && point.rowsBefore <= row) {
        best = point
        low = middle + 1
      } else high = middle
    }
    return best
  }
}
