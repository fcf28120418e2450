import { WirebenchError } from '../contract/errors.ts'
import {
  maximumReadBytes,
  type BytesRow,
  type CaptureLocateRequest,
  type CaptureRow,
  type CaptureViewName,
  type CaptureWindow,
  type CaptureWindowRequest,
  type LatestMessages,
} from '../contract/schemas/capture.ts'
import type { CaptureFilter } from '../contract/schemas/capture-filter.ts'
import type { CaptureRates, CaptureRatesRequest } from '../contract/schemas/capture-rates.ts'
import type { Interpretation } from '../contract/schemas/interpretation.ts'
import type { SearchTools } from '../protocol/byte-search/pattern-scan.ts'
import type { CaptureAccess } from './capture-access.ts'
import type { CaptureSource, SourceState } from './capture-source.ts'
import type { Clock } from './clock.ts'
import type { OpenFile } from './file-access.ts'
import type { FilteredView } from './filter/filtered-view.ts'
import { FilteredViews } from './filter/filtered-views.ts'
import { LatestView, type StructureFinder } from './latest-view.ts'
import type { FramingPair } from './message-scanner.ts'
import { readMessageRows } from './message-rows.ts'
import { MessageViews } from './message-views.ts'
import { readRanges } from './range-reader.ts'
import { RateView } from './rates/rate-view.ts'
import type { ResumePoint } from './row-scanner.ts'
import { chunkQuery, findPlace, messageQuery, recordRowAt, streamRowAt, textQuery } from './row-queries.ts'
import { chunkRow, recordRow, previewRange, streamRows, type StreamRowPlace } from './rows.ts'
import { ScannedView, type LocatedRow, type ScanSizes } from './scanned-view.ts'
import { IndexMismatch, SegmentCache, type SegmentEntry } from './segment.ts'
import { StreamReader, type StreamPart, type StreamRange } from './stream-reader.ts'
import { TextScanner } from './text-scanner.ts'

const previewBytesOfRead = 256
const uncut: FramingPair = { sent: { kind: 'raw' }, received: { kind: 'raw' } }

/** What all readers of a store have in common. */
export interface ReaderSetup {
  readonly clock: Clock
  readonly sizes: ScanSizes
  readonly structures: StructureFinder
  readonly searchTools: SearchTools
}

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
  readonly #streams: StreamReader
  readonly #text: ScannedView<BytesRow, ResumePoint>
  readonly #messages: MessageViews
  readonly #filtered: FilteredViews
  readonly #latest: LatestView
  readonly #rates: RateView
  readonly #running = new Set<Promise<unknown>>()
  #closing: Promise<void> | null = null

  constructor(source: CaptureSource, file: OpenFile, { clock, sizes, structures, searchTools }: ReaderSetup) {
    this.#source = source
    this.#file = file
    this.#segments = new SegmentCache(file, source.salt)
    this.#streams = new StreamReader(source, file, this.#segments)
    const scanned = { source, file, clock, sizes }
    this.#text = new ScannedView({
      ...scanned,
      makeScanner: (resume, collector) => new TextScanner(resume, collector),
    })
    this.#messages = new MessageViews(scanned)
    this.#filtered = new FilteredViews(scanned, searchTools)
    this.#latest = new LatestView({ ...scanned, structures, streams: this.#streams })
    this.#rates = new RateView({ source, file, clock, blockBytes: sizes.blockBytes })
  }

  /** The rows asked for; none when `firstRow` lies behind the end. Messages without a framing are chunks. */
  window(request: CaptureWindowRequest): Promise<CaptureWindow> {
    return this.#tracked(() => this.#window(request))
  }

  /** The number of the row at a place. */
  locate(request: Omit<CaptureLocateRequest, 'captureId'>): Promise<LocatedRow> {
    return this.#tracked(() => this.#locate(request))
  }

  /** Bytes of one record from `offset`, with its row. Errors: `window-out-of-range`. */
  read(record: number, offset: number, length: number): Promise<{ row: CaptureRow; bytes: Uint8Array }> {
    return this.#tracked(() => this.#read(record, offset, length))
  }

  /** Bytes of one direction from an offset, across records. */
  readStream(range: StreamRange): Promise<Uint8Array> {
    return this.#tracked(() => this.#streams.read(range))
  }

  /** The same with the place where the rest of a long stretch begins. */
  readStreamPart(range: StreamRange): Promise<StreamPart> {
    return this.#tracked(() => this.#streams.readPart(range))
  }

  /** The newest message of each identifier, as far as is known. */
  latest(interpretation: Interpretation): Promise<LatestMessages> {
    return this.#tracked(() => this.#latest.read(interpretation))
  }

  /** How much was sent and received when, as far as is known. */
  rates(request: CaptureRatesRequest): Promise<CaptureRates> {
    return this.#tracked(() => this.#rates.read(request))
  }

  /** Lets work on the capture itself go on until it ends; it should not take long. */
  access<Result>(work: (access: CaptureAccess) => Promise<Result>): Promise<Result> {
    return this.#tracked(() => work({ source: this.#source, file: this.#file, segments: this.#segments }))
  }

  /** Waits for requests under way and closes the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
    await Promise.all([
      this.#text.close(),
      this.#messages.close(),
      this.#filtered.close(),
      this.#latest.close(),
      this.#rates.close(),
    ])
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
    if (request.filter !== undefined) return { view, ...(await this.#filteredWindow(request, request.filter)) }
    if (view === 'text') return { view, ...(await this.#text.window(request.firstRow, rowCount)) }
    if (view === 'messages') return { view, ...(await this.#messageWindow(request)) }
    const state = this.#source.state()
    const totalRows = view === 'records' ? state.tally.recordCount : state.tally.streamRowCount
    const firstRow = request.firstRow === 'end' ? Math.max(0, totalRows - rowCount) : request.firstRow
    const endRow = Math.min(totalRows, firstRow + rowCount)
    const rows = await this.#rows(view, state, firstRow, endRow, request.previewBytes)
    return { view, firstRow, rows, totalRows, complete: true }
  }

  async #locate({
    view,
    place,
    filter,
    framing = uncut,
  }: Omit<CaptureLocateRequest, 'captureId'>): Promise<LocatedRow> {
    // A filter that is malformed is told, whatever the place.
    const filtered = filter === undefined ? null : this.#filteredView(view, framing, filter)
    const state = this.#source.state()
    const found = await findPlace(place, state, this.#segments, this.#streams)
    if (filtered !== null) {
      return filtered.locate(found && (view === 'records' ? chunkQuery(found) : messageQuery(found, framing)))
    }
    if (view === 'text') return this.#text.locate(found && textQuery(found))
    if (view === 'messages') return this.#messages.get(framing).locate(found && messageQuery(found, framing))
    const totalRows = view === 'records' ? state.tally.recordCount : state.tally.streamRowCount
    const row = found && (view === 'records' ? recordRowAt(found) : streamRowAt(found, state))
    return { row, totalRows, complete: true }
  }

  #filteredView(view: CaptureViewName, framing: FramingPair, filter: CaptureFilter): FilteredView {
    if (view === 'stream' || view === 'text') throw new WirebenchError('filter-not-applicable', { view })
    return this.#filtered.get(view === 'records' ? uncut : framing, filter)
  }

  async #filteredWindow(
    { view, firstRow, rowCount, previewBytes, framing = uncut }: CaptureWindowRequest,
    filter: CaptureFilter,
  ): Promise<Omit<CaptureWindow, 'view'>> {
    const found = await this.#filteredView(view, framing, filter).window(firstRow, rowCount)
    const rows = await readMessageRows(found.rows, previewBytes, this.#file, this.#streams)
    return { ...found, rows: view === 'records' ? rows.map(chunkRow) : rows }
  }

  async #messageWindow(request: CaptureWindowRequest): Promise<Omit<CaptureWindow, 'view'>> {
    const { firstRow, rowCount, previewBytes, framing = uncut } = request
    const found = await this.#messages.get(framing).window(firstRow, rowCount)
    return { ...found, rows: await readMessageRows(found.rows, previewBytes, this.#file, this.#streams) }
  }

  async #rows(
    view: Exclude<CaptureViewName, 'text' | 'messages'>,
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
