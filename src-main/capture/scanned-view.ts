import type { CaptureSource, SourceState } from './capture-source.ts'
import type { Clock } from './clock.ts'
import type { OpenFile } from './file-access.ts'
import { ForwardScan } from './forward-scan.ts'
import type { ResumePoint, RowCollector, RowScanner } from './row-scanner.ts'
import { lastIndexWhere, scanAgain } from './rows-again.ts'

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

/** Asks for one row. */
export interface RowQuery<Row, Point> {
  /** Whether the row is none of those before a resume point: true up to some point, and false behind it. */
  isFrom(point: Point): boolean
  /** Whether it is this one. */
  isAt(row: Row): boolean
  /** It need not be found before the next resume point, as a row at or after a time. */
  readonly mayBeFar: boolean
}

export interface LocatedRow {
  /** Null when there is none, as far as is known. */
  readonly row: number | null
  readonly totalRows: number
  readonly complete: boolean
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
    const { totalRows, complete } = await this.#advance(state)
    const scannedBytes = Math.min(this.#scan.scannedOffset, state.tally.fileOffset)
    const first = firstRow === 'end' ? Math.max(0, totalRows - rowCount) : firstRow
    const rows = await this.#collect(first, Math.min(totalRows, first + rowCount))
    const progress = complete ? {} : { progress: { scannedBytes, totalBytes: state.tally.fileOffset } }
    return { firstRow: first, rows, totalRows, complete, ...progress }
  }

  /** The number of the row asked for, of those known; of no row when `query` is null. Throws `IndexMismatch`. */
  async locate(query: RowQuery<Row, Point> | null): Promise<LocatedRow> {
    const { totalRows, complete } = await this.#advance(this.#options.source.state())
    return { row: query === null ? null : await this.#find(query, totalRows), totalRows, complete }
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

  async #advance(state: SourceState): Promise<{ totalRows: number; complete: boolean }> {
    await this.#scan.advance(state)
    const complete = this.#scan.scannedOffset >= state.tally.fileOffset
    if (complete) this.#passTime(state.settledNs)
    return { totalRows: this.#knownRows, complete }
  }

  async #find(query: RowQuery<Row, Point>, totalRows: number): Promise<number | null> {
    const points = this.#resumePoints
    const { mayBeFar } = query
    let index = lastIndexWhere(points, (point) => query.isFrom(point))
    // Stretches in which no row begins need not be looked at.
    while (mayBeFar && points[index + 1]?.rowsBefore === (points[index]?.rowsBefore ?? 0)) index++
    const firstRow = points[index]?.rowsBefore ?? 0
    const nextRow = mayBeFar ? undefined : points[index + 1]?.rowsBefore
    const endRow = Math.min(totalRows, nextRow ?? totalRows)
    let row = firstRow
    let found: number | null = null
    const add = (candidate: Row): void => {
      if (found === null && query.isAt(candidate)) found = row
      row++
    }
    await this.#read(points[index] ?? null, { firstRow, endRow, add }, () => found !== null || row === endRow)
    return found
  }

  async #collect(firstRow: number, endRow: number): Promise<Row[]> {
    const rows: Row[] = []
    const points = this.#resumePoints
    const from = points[lastIndexWhere(points, ({ rowsBefore }) => rowsBefore <= firstRow)] ?? null
    const add = (row: Row): void => void rows.push(row)
    await this.#read(from, { firstRow, endRow, add }, () => rows.length === endRow - firstRow)
    return rows
  }

  /** Gives rows out again. */
  async #read(from: Point | null, collector: RowCollector<Row>, isDone: () => boolean): Promise<void> {
    if (collector.firstRow >= collector.endRow) return
    const settledNs = this.#settledNs
    const scanner = this.#options.makeScanner(from, collector)
    const { file, source, sizes } = this.#options
    const stretch = { file, source, blockBytes: sizes.blockBytes, point: from, startOffset: this.#startOffset }
    await scanAgain({ ...stretch, endOffset: this.#scan.scannedOffset }, scanner, { isDone })
    if (!isDone()) {
      scanner.passTime(settledNs)
      scanner.finishRow()
    }
  }
}
