import type { CaptureSource, SourceState } from '../capture-source.ts'
import type { Clock } from '../clock.ts'
import type { OpenFile } from '../file-access.ts'
import { ForwardScan } from '../forward-scan.ts'
import { MessageScanner, type FoundRow, type FramingPair, type MessageResumePoint } from '../message-scanner.ts'
import { lastIndexWhere, scanAgain } from '../rows-again.ts'
import type { LocatedRow, RowQuery, ScannedWindow, ScanSizes } from '../scanned-view.ts'
import { FilterScanner, needsPayload } from './filter-scanner.ts'
import type { FilterSegment } from './filter-segment.ts'
import type { RowFilter } from './row-filter.ts'

export interface FilteredViewOptions {
  readonly source: CaptureSource
  readonly file: OpenFile
  readonly clock: Clock
  readonly sizes: ScanSizes
}

interface FilteredWindow extends ScannedWindow<FoundRow> {
  readonly hiddenRows: number
}

/** A part of a segment that is to be shown. */
interface Piece {
  readonly segment: FilterSegment
  readonly firstRow: number
  readonly endRow: number
  /** Its rows, where they are kept. */
  readonly kept: readonly FoundRow[] | null
}

/**
 * Messages, or with framings that cut nothing chunks, of which a filter shows some. Goes once through the capture and
 * remembers what it decided; rows are given out again without looking for matches.
 */
export class FilteredView {
  readonly #options: FilteredViewOptions
  readonly #framing: FramingPair
  readonly #filter: RowFilter
  readonly #scanner: FilterScanner
  readonly #scan: ForwardScan
  readonly #startOffset: number
  /** Up to the end of the last whole slice. */
  #knownRows = 0
  #hiddenRows = 0
  #settledNs = 0
  #failure: Error | null = null

  constructor(framing: FramingPair, filter: RowFilter, options: FilteredViewOptions) {
    this.#options = options
    this.#framing = framing
    this.#filter = filter
    const { source, file, clock, sizes } = options
    this.#scanner = new FilterScanner(framing, filter, sizes.resumeSpacingBytes)
    this.#scan = new ForwardScan({
      source,
      file,
      clock,
      blockBytes: sizes.blockBytes,
      scanner: this.#scanner,
      onSlice: () => this.#takeCounts(),
    })
    this.#startOffset = this.#scan.scannedOffset
  }

  /** Rows shown from `firstRow`, or the last ones known. Throws `IndexMismatch`; `pattern-too-slow`. */
  async window(firstRow: number | 'end', rowCount: number): Promise<FilteredWindow> {
    const state = this.#options.source.state()
    const { totalRows, complete } = await this.#advance(state)
    const hiddenRows = this.#hiddenRows
    const scannedBytes = Math.min(this.#scan.scannedOffset, state.tally.fileOffset)
    const first = firstRow === 'end' ? Math.max(0, totalRows - rowCount) : firstRow
    const rows: FoundRow[] = []
    for (const piece of this.#pieces(first, Math.min(totalRows, first + rowCount))) {
      await this.#visit(piece, (row) => void rows.push(row))
    }
    const progress = complete ? {} : { progress: { scannedBytes, totalBytes: state.tally.fileOffset } }
    return { firstRow: first, rows, totalRows, hiddenRows, complete, ...progress }
  }

  /** The number of the row asked for, of those shown; of no row when `query` is null. Errors as `window`. */
  async locate(query: RowQuery<FoundRow, MessageResumePoint> | null): Promise<LocatedRow> {
    const { totalRows, complete } = await this.#advance(this.#options.source.state())
    return { row: query === null ? null : await this.#find(query, totalRows), totalRows, complete }
  }

  /** Stops scanning and waits until nothing reads any more. */
  close(): Promise<void> {
    return this.#scan.stop()
  }

  async #advance(state: SourceState): Promise<{ totalRows: number; complete: boolean }> {
    if (this.#failure !== null) throw this.#failure
    await this.#scan.advance(state)
    const complete = this.#scan.scannedOffset >= state.tally.fileOffset
    if (complete && state.settledNs > this.#settledNs) this.#passTime(state.settledNs)
    return { totalRows: this.#knownRows, complete }
  }

  /** What waits is decided by the time, also in the middle of a later slice: those records have told a later time already. */
  #passTime(settledNs: number): void {
    this.#settledNs = settledNs
    const { shownRows, hiddenRows } = this.#scanner
    try {
      this.#scanner.passTime(settledNs)
    } catch (error) {
      // What was decided stands no longer where the scanner is.
      this.#failure = error instanceof Error ? error : new Error(String(error))
      throw this.#failure
    }
    this.#knownRows += this.#scanner.shownRows - shownRows
    this.#hiddenRows += this.#scanner.hiddenRows - hiddenRows
  }

  #takeCounts(): void {
    this.#knownRows = this.#scanner.shownRows
    this.#hiddenRows = this.#scanner.hiddenRows
  }

  async #find(query: RowQuery<FoundRow, MessageResumePoint>, totalRows: number): Promise<number | null> {
    const { segments } = this.#scanner
    const index = Math.max(
      0,
      lastIndexWhere(
        segments,
        ({ point, rowsBefore }) => rowsBefore <= totalRows && (point === null || query.isFrom(point)),
      ),
    )
    const firstRow = segments[index]?.rowsBefore ?? 0
    const endRow = query.mayBeFar ? totalRows : Math.min(totalRows, segments[index + 1]?.rowsBefore ?? totalRows)
    let row = firstRow
    const found: { row: number | null } = { row: null }
    for (const piece of this.#pieces(firstRow, endRow)) {
      await this.#visit(piece, (candidate) => {
        if (found.row === null && query.isAt(candidate)) found.row = row
        row++
        return found.row !== null
      })
      if (found.row !== null) return found.row
    }
    return null
  }

  /** The segments with rows of `[firstRow, endRow)`. Nothing changes in the answer when the scan goes on. */
  #pieces(firstRow: number, endRow: number): Piece[] {
    const { segments } = this.#scanner
    const pieces: Piece[] = []
    if (firstRow >= endRow) return pieces
    let index = Math.max(
      0,
      lastIndexWhere(segments, ({ rowsBefore }) => rowsBefore <= firstRow),
    )
    for (; index < segments.length; index++) {
      const segment = segments[index]
      if (segment === undefined || segment.rowsBefore >= endRow) break
      const { rowsBefore } = segment
      const first = Math.max(firstRow, rowsBefore)
      const end = Math.min(endRow, segments[index + 1]?.rowsBefore ?? endRow)
      if (first >= end) continue
      const kept = segment.kept?.slice(first - rowsBefore, end - rowsBefore) ?? null
      pieces.push({ segment, firstRow: first, endRow: end, kept })
    }
    return pieces
  }

  /** Tells the rows of a piece, until the answer is true. */
  async #visit({ segment, firstRow, endRow, kept }: Piece, onRow: (row: FoundRow) => unknown): Promise<void> {
    if (kept !== null) {
      for (const row of kept) if (onRow(row) === true) return
      return
    }
    const { point } = segment
    let number = segment.rowsBefore
    let decisions = 0
    const reading = { isEnough: false }
    const add = (row: FoundRow): void => {
      const verdict = this.#filter.verdictOn(row)
      const isShown = verdict === 'content' ? segment.isShown(decisions++) : verdict === 'shown'
      if (!isShown || reading.isEnough) return
      if (number >= firstRow && number < endRow) reading.isEnough = onRow(row) === true
      number++
      reading.isEnough ||= number >= endRow
    }
    const all = { firstRow: point?.rowsBefore ?? 0, endRow: Number.POSITIVE_INFINITY, add }
    const settledNs = this.#settledNs
    const scanner = new MessageScanner(this.#framing, point, all)
    const { file, source, sizes } = this.#options
    const stretch = { file, source, blockBytes: sizes.blockBytes, point, startOffset: this.#startOffset }
    await scanAgain({ ...stretch, endOffset: this.#scan.scannedOffset }, scanner, {
      wantsPayload: (header) => needsPayload(header, this.#framing),
      isDone: () => reading.isEnough,
    })
    if (!reading.isEnough) scanner.passTime(settledNs)
  }
}
