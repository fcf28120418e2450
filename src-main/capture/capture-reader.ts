import { WirebenchError } from '../contract/errors.ts'
import {
  maximumReadBytes,
  type BytesRow,
  type CaptureRow,
  type CaptureViewName,
  type CaptureWindow,
  type CaptureWindowRequest,
} from '../contract/schemas/capture.ts'
import type { CaptureSource, SourceState } from './capture-source.ts'
import type { Clock } from './clock.ts'
import type { OpenFile } from './file-access.ts'
import { readRanges } from './range-reader.ts'
import { recordRow, previewRange, streamRows, type StreamRowPlace } from './rows.ts'
import { ScannedView } from './scanned-view.ts'
import { IndexMismatch, SegmentCache, type SegmentEntry } from './segment.ts'
import { TextScanner } from './text-scanner.ts'

const previewBytesOfRead = 256

/** The reader was closed meanwhile; whoever asks opens the capture again. */
export class ReaderClosed extends Error {
  constructor() {
    super('The reader is closed.')
    this.name = 'ReaderClosed'
  }
}

/**
 * Reads rows of one capture through its own file handle. Throws `IndexMismatch` when the index does not fit the data;
 * whoever owns the reader then makes the index anew.
 */
export class CaptureReader {
  readonly #source: CaptureSource
  readonly #file: OpenFile
  readonly #segments: SegmentCache
  readonly #text: ScannedView
  readonly #running = new Set<Promise<unknown>>()
  #closing: Promise<void> | null = null

  constructor(source: CaptureSource, file: OpenFile, clock: Clock) {
    this.#source = source
    this.#file = file
    this.#segments = new SegmentCache(file, source.salt)
    this.#text = new ScannedView({
      source,
      file,
      clock,
      makeScanner: (rowsBefore, collector) => new TextScanner(rowsBefore, collector),
    })
  }

  /** The rows asked for; none when `firstRow` lies behind the end. */
  window(request: CaptureWindowRequest): Promise<CaptureWindow> {
    return this.#tracked(() => this.#window(request))
  }

  /** Bytes of one record from `offset`, with its row. Errors: `window-out-of-range`. */
  read(record: number, offset: number, length: number): Promise<{ row: CaptureRow; bytes: Uint8Array }> {
    return this.#tracked(() => this.#read(record, offset, length))
  }

  /** Waits for requests under way and closes the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
    await this.#text.close()
    await this.#file.close()
  }

  async #tracked<Result>(begin: () => Promise<Result>): Promise<Result> {
    if (this.#closing !== null) throw new ReaderClosed()
    const work = begin()
    this.#running.add(work)
    try {
      return await work
    } finally {
      this.#running.delete(work)
    }
  }

  async #window(request: CaptureWindowRequest): Promise<CaptureWindow> {
    const { view, rowCount } = request
    if (view === 'text') return { view, ...(await this.#text.window(request.firstRow, rowCount)) }
    const state = this.#source.state()
    const totalRows = view === 'records' ? state.tally.recordCount : state.tally.streamRowCount
    const firstRow = request.firstRow === 'end' ? Math.max(0, totalRows - rowCount) : request.firstRow
    const endRow = Math.min(totalRows, firstRow + rowCount)
    const rows = await this.#rows(view, state, firstRow, endRow, request.previewBytes)
    return { view, firstRow, rows, totalRows, complete: true }
  }

  async #rows(
    view: Exclude<CaptureViewName, 'text'>,
    state: SourceState,
    firstRow: number,
    endRow: number,
    previewBytes: number,
  ): Promise<CaptureRow[]> {
    if (firstRow >= endRow) return []
    if (view === 'stream') return this.#streamRows(state, firstRow, endRow)
    return this.#recordRows(await this.#entries(state, firstRow, endRow), previewBytes)
  }

  async #entries(state: SourceState, firstRecord: number, endRecord: number): Promise<SegmentEntry[]> {
    const entries: SegmentEntry[] = []
    let index = state.checkpoints.findRecord(firstRecord, state.checkpointCount)
    for (let record = firstRecord; record < endRecord; index++) {
      if (index >= state.checkpointCount) throw new IndexMismatch()
      const segment = await this.#segments.get(state, index)
      const end = Math.min(endRecord, segment.firstRecord + segment.recordCount)
      for (; record < end; record++) entries.push(segment.entry(record - segment.firstRecord))
    }
    return entries
  }

  async #recordRows(entries: readonly SegmentEntry[], previewBytes: number): Promise<CaptureRow[]> {
    const ranges = entries.map((entry) => ({ entry, ...previewRange(entry, previewBytes) }))
    const previews = await readRanges(this.#file, ranges)
    return previews.map(({ range, bytes }) => recordRow(range.entry, bytes))
  }

  async #streamRows(state: SourceState, firstRow: number, endRow: number): Promise<BytesRow[]> {
    const places: StreamRowPlace[] = []
    let index = state.checkpoints.findStreamRow(firstRow, state.checkpointCount)
    for (; index < state.checkpointCount && firstRow + places.length < endRow; index++) {
      const segment = await this.#segments.get(state, index)
      streamRows(segment, firstRow + places.length, endRow, places)
    }
    const parts = await readRanges(this.#file, places)
    return parts.map(({ range, bytes }) => ({ ...range.row, bytes }))
  }

  async #read(record: number, offset: number, length: number): Promise<{ row: CaptureRow; bytes: Uint8Array }> {
    const state = this.#source.state()
    if (record >= state.tally.recordCount) {
      throw new WirebenchError('window-out-of-range', {
        record,
        recordCount: state.tally.recordCount,
        reason: `It has ${state.tally.recordCount} records.`,
      })
    }
    const [entry] = await this.#entries(state, record, record + 1)
    if (entry === undefined) throw new IndexMismatch()
    const start = Math.min(offset, entry.length)
    const fileOffset = entry.payloadOffset + start
    const [row] = await this.#recordRows([entry], previewBytesOfRead)
    const [part] = await readRanges(this.#file, [
      { fileOffset, length: Math.min(length, entry.length - start, maximumReadBytes) },
    ])
    if (row === undefined || part === undefined) throw new IndexMismatch()
    return { row, bytes: part.bytes }
  }
}
