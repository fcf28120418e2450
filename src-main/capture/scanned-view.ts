import type { BytesRow } from '../contract/schemas/capture.ts'
import type { CaptureSource } from './capture-source.ts'
import type { Clock } from './clock.ts'
import type { OpenFile } from './file-access.ts'
import { recordKind } from './record-codec.ts'
import { walkRecords, type RecordVisitor } from './record-walker.ts'
import type { ResumePoint, RowCollector, RowScanner } from './row-scanner.ts'
import { IndexMismatch } from './segment.ts'

/** A resume point is kept about every so many bytes of the data file. */
const resumeSpacingBytes = 1024 * 1024
/** A request waits until so much more was scanned; what is left is scanned behind it. */
const waitedBytes = 8 * 1024 * 1024
/** Nobody asked for so long: scanning stops where it is. */
const interestNs = 2e9

export interface ScannedViewOptions {
  readonly source: CaptureSource
  readonly file: OpenFile
  readonly clock: Clock
  /** Makes a scanner that begins at a row; with a collector it keeps the rows wanted. */
  readonly makeScanner: (rowsBefore: number, collector: RowCollector | null) => RowScanner
}

export interface ScannedWindow {
  readonly firstRow: number
  readonly rows: BytesRow[]
  readonly totalRows: number
  readonly complete: boolean
}

/**
 * A view whose rows are found by scanning the bytes. Scans once through the capture, in slices, remembering sparse
 * places to begin anew; any row is then reached by scanning at most about 1 MiB again. Follows a growing
 * capture only while somebody asks.
 */
export class ScannedView {
  readonly #options: ScannedViewOptions
  readonly #scanner: RowScanner
  readonly #start: ResumePoint
  readonly #resumePoints: ResumePoint[] = []
  #lastResumeOffset: number
  /** Rows and place at the end of the last whole slice. */
  #knownRows = 0
  #scannedOffset: number
  #nextRecord = 0
  #lastAskedNs = 0
  #targetOffset = 0
  #scanning: Promise<void> | null = null
  #failure: Error | null = null
  #sliceListeners: (() => void)[] = []

  constructor(options: ScannedViewOptions) {
    this.#options = options
    this.#scanner = options.makeScanner(0, null)
    this.#scannedOffset = options.source.state().checkpoints.fileOffsetAt(0)
    this.#start = { rowsBefore: 0, record: 0, fileOffset: this.#scannedOffset, payloadOffset: 0 }
    this.#lastResumeOffset = this.#scannedOffset
  }

  /** Rows from `firstRow`, or the last ones known. Throws `IndexMismatch` when index and data do not fit. */
  async window(firstRow: number | 'end', rowCount: number): Promise<ScannedWindow> {
    this.#lastAskedNs = this.#options.clock.monotonicNs()
    const wantedOffset = this.#options.source.state().tally.fileOffset
    this.#targetOffset = Math.max(this.#targetOffset, wantedOffset)
    await this.#waitForScan(Math.min(wantedOffset, this.#scannedOffset + waitedBytes))
    const totalRows = this.#knownRows
    const scannedOffset = this.#scannedOffset
    const first = firstRow === 'end' ? Math.max(0, totalRows - rowCount) : firstRow
    const rows = await this.#collect(first, Math.min(totalRows, first + rowCount), scannedOffset)
    return { firstRow: first, rows, totalRows, complete: scannedOffset >= wantedOffset }
  }

  /** Stops scanning and waits until nothing reads any more. */
  async close(): Promise<void> {
    this.#targetOffset = 0
    await this.#scanning
  }

  async #waitForScan(offset: number): Promise<void> {
    while (this.#scannedOffset < offset) {
      if (this.#failure !== null) throw this.#failure
      // Whoever waits still asks, however long the disk takes.
      this.#lastAskedNs = this.#options.clock.monotonicNs()
      this.#startScan()
      await new Promise<void>((resolve) => this.#sliceListeners.push(resolve))
    }
    if (this.#scannedOffset < this.#targetOffset) this.#startScan()
  }

  #startScan(): void {
    this.#scanning ??= this.#scan().finally(() => {
      this.#scanning = null
      this.#tellListeners()
    })
  }

  async #scan(): Promise<void> {
    try {
      while (this.#scannedOffset < this.#targetOffset) {
        if (this.#options.clock.monotonicNs() - this.#lastAskedNs > interestNs) break
        await this.#scanSlice()
        this.#tellListeners()
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
    }
  }

  #tellListeners(): void {
    for (const listener of this.#sliceListeners.splice(0)) listener()
  }

  /** Scans to the next checkpoint of the index and compares the record numbers there. */
  async #scanSlice(): Promise<void> {
    const { source, file } = this.#options
    const state = source.state()
    const next = state.checkpoints.findFileOffset(this.#scannedOffset, state.checkpointCount) + 1
    const end = next < state.checkpointCount ? state.checkpoints.at(next) : state.tally
    let record = this.#nextRecord
    const reached = await walkRecords(
      { file, salt: source.salt, from: this.#scannedOffset, to: end.fileOffset, isFileEnd: false },
      this.#feeding(
        this.#scanner,
        () => record++,
        (fileOffset) => this.#rememberResumePoint(fileOffset),
      ),
    )
    if (reached !== end.fileOffset || record !== end.recordCount) throw new IndexMismatch()
    this.#nextRecord = record
    this.#scannedOffset = end.fileOffset
    this.#knownRows = this.#scanner.rowCount
  }

  #feeding(scanner: RowScanner, takeNumber: () => number, onPart: (fileOffset: number) => void): RecordVisitor {
    let recordOffset = 0
    let isNumbered = false
    return {
      onRecord: (header, fileOffset) => {
        recordOffset = fileOffset
        isNumbered = header.kind !== recordKind.padding && header.kind !== recordKind.cleanEnd
        if (isNumbered) scanner.startRecord(header, fileOffset, takeNumber())
      },
      onPayload: (bytes, start, end, payloadOffset) => {
        if (!isNumbered) return
        scanner.scan(bytes, start, end, payloadOffset)
        onPart(recordOffset + payloadOffset + end - start)
      },
      onDamage: () => {
        takeNumber()
        scanner.gap()
      },
    }
  }

  #rememberResumePoint(fileOffset: number): void {
    if (fileOffset - this.#lastResumeOffset < resumeSpacingBytes) return
    this.#lastResumeOffset = fileOffset
    this.#resumePoints.push(this.#scanner.resumePoint)
  }

  async #collect(firstRow: number, endRow: number, toOffset: number): Promise<BytesRow[]> {
    if (firstRow >= endRow) return []
    const from = this.#resumePointBefore(firstRow)
    const collector: RowCollector = { firstRow, endRow, rows: [] }
    const scanner = this.#options.makeScanner(from.rowsBefore, collector)
    let record = from.record
    const { file, source } = this.#options
    await walkRecords(
      {
        file,
        salt: source.salt,
        from: from.fileOffset,
        to: toOffset,
        isFileEnd: false,
        skipPayloadBytes: from.payloadOffset,
      },
      {
        ...this.#feeding(
          scanner,
          () => record++,
          () => undefined,
        ),
        isDone: () => collector.rows.length === endRow - firstRow,
      },
    )
    if (collector.rows.length < endRow - firstRow) scanner.finishRow()
    return collector.rows
  }

  #resumePointBefore(row: number): ResumePoint {
    let low = 0
    let high = this.#resumePoints.length
    let best = this.#start
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
