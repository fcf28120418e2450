import { MessageScanner, streamKey, type FoundRow, type FramingPair } from '../message-scanner.ts'
import { recordKind, type RecordHeader } from '../record-codec.ts'
import type { RecordScanner } from '../row-scanner.ts'
import { isData } from '../segment.ts'
import { ContentDecisions, type ContentVerdict } from './content-decisions.ts'
import { FilterSegment } from './filter-segment.ts'
import type { RowFilter } from './row-filter.ts'

/** Rows that wait behind one that is not decided; with more, that one is decided by what has come. */
const maximumWaitingRows = 65_536

interface WaitingRow {
  readonly row: FoundRow
  readonly verdict: ContentVerdict | boolean
}

/**
 * Decides which rows are shown, in their order: behind one whose match may go on in bytes to come, all wait. What was decided
 * never changes.
 */
export class FilterScanner implements RecordScanner {
  readonly segments: FilterSegment[] = [new FilterSegment(null)]
  shownRows = 0
  hiddenRows = 0
  readonly #framing: FramingPair
  readonly #filter: RowFilter
  readonly #spacingBytes: number
  readonly #rows: MessageScanner
  readonly #decisions: ContentDecisions | null
  #waiting: WaitingRow[] = []
  #waitingFrom = 0
  /** The segment of the next row that is decided. */
  #segmentIndex = 0
  #segmentOffset = 0
  // The record being scanned.
  #isScanned = false
  #fileOffset = 0

  constructor(framing: FramingPair, filter: RowFilter, spacingBytes: number) {
    this.#framing = framing
    this.#filter = filter
    this.#spacingBytes = spacingBytes
    this.#decisions = filter.pattern === null ? null : new ContentDecisions(filter.pattern)
    const all = { firstRow: 0, endRow: Number.POSITIVE_INFINITY, add: (row: FoundRow) => this.#take(row) }
    this.#rows = new MessageScanner(framing, null, all)
    this.#beginSegments()
  }

  wantsPayload(header: Readonly<RecordHeader>): boolean {
    return this.#isInContent(header) || needsPayload(header, this.#framing)
  }

  startRecord(header: Readonly<RecordHeader>, fileOffset: number, record: number): void {
    const { kind, connection, timeNs, payloadLength } = header
    this.#fileOffset = fileOffset
    this.#isScanned = this.#isInContent(header)
    this.#decisions?.passTime(timeNs)
    if (this.#isScanned) {
      const stream = streamKey(connection, kind === recordKind.sent ? 'sent' : 'received')
      this.#decisions?.startChunk(stream, header, record)
    }
    this.#rows.startRecord(header, fileOffset, record)
    if (this.#waiting.length - this.#waitingFrom > maximumWaitingRows) this.#decideFirst()
    this.#settle()
    if (!this.wantsPayload(header)) this.#beginSegment(fileOffset, payloadLength)
  }

  scan(bytes: Uint8Array, start: number, end: number, payloadOffset: number): void {
    if (this.#isScanned) this.#decisions?.scan(bytes, start, end, payloadOffset)
    this.#rows.scan(bytes, start, end, payloadOffset)
    this.#settle()
    this.#beginSegment(this.#fileOffset + payloadOffset + end - start, payloadOffset + end - start)
  }

  damage(byteCount: number, record: number): void {
    this.#rows.damage(byteCount, record)
    this.#settle()
  }

  /** No record before `settledNs` is still to come; infinite when the capture has ended. */
  passTime(settledNs: number): void {
    this.#decisions?.passTime(settledNs)
    this.#rows.passTime(settledNs)
    this.#settle()
  }

  #isInContent({ kind, connection }: Readonly<RecordHeader>): boolean {
    if (this.#decisions === null || !isData(kind)) return false
    return this.#filter.scope.hasStream(connection, kind === recordKind.sent)
  }

  #take(row: FoundRow): void {
    // What is lost may have been anything.
    if (row.kind === 'damage') this.#decisions?.breakAll()
    const verdict = this.#filter.verdictOn(row)
    if (verdict !== 'content' || row.kind !== 'found' || this.#decisions === null) {
      this.#waiting.push({ row, verdict: verdict === 'shown' })
    } else {
      const { connection, direction, streamOffset } = row.row
      const content = this.#decisions.ask(streamKey(connection, direction), streamOffset, row.lastStreamOffset)
      this.#waiting.push({ row, verdict: content })
    }
    // A part may hold very many.
    if (this.#waiting.length - this.#waitingFrom === 1) this.#settle()
  }

  #decideFirst(): void {
    const first = this.#waiting[this.#waitingFrom]?.verdict
    if (typeof first === 'object') this.#decisions?.breakStream(first.stream)
  }

  #settle(): void {
    for (; this.#waitingFrom < this.#waiting.length; this.#waitingFrom++) {
      const waiting = this.#waiting[this.#waitingFrom]
      if (waiting === undefined || (typeof waiting.verdict === 'object' && !waiting.verdict.isDecided)) break
      this.#decided(waiting)
    }
    if (this.#waitingFrom === this.#waiting.length) {
      this.#waiting.length = 0
      this.#waitingFrom = 0
    } else if (this.#waitingFrom > 1024) {
      this.#waiting.splice(0, this.#waitingFrom)
      this.#waitingFrom = 0
    }
  }

  #decided({ row, verdict }: WaitingRow): void {
    const segment = this.segments[this.#segmentIndex]
    const isShown = typeof verdict === 'boolean' ? verdict : verdict.hasMatch !== this.#filter.isExcluded
    if (typeof verdict === 'object') segment?.addDecision(isShown)
    if (isShown) {
      segment?.addShown(row)
      this.shownRows++
    } else this.hiddenRows++
    this.#beginSegments()
  }

  /** Adds a segment when one is due behind the bytes seen last. */
  #beginSegment(fileOffset: number, payloadOffset: number): void {
    if (fileOffset - this.#segmentOffset < this.#spacingBytes * this.#rows.resumeWeight) return
    const point = this.#rows.resumePoint
    if (point === null) return
    this.#segmentOffset = fileOffset
    this.segments.push(new FilterSegment({ ...point, payloadOffset }))
    this.#beginSegments()
  }

  /** Goes on to the segments of which all rows before are decided. */
  #beginSegments(): void {
    for (; ; this.#segmentIndex++) {
      const current = this.segments[this.#segmentIndex]
      if (current?.rowsBefore === Number.POSITIVE_INFINITY) current.rowsBefore = this.shownRows
      const next = this.segments[this.#segmentIndex + 1]?.point
      if (next == null || next.rowsBefore > this.shownRows + this.hiddenRows) return
      current?.finish()
    }
  }
}

/** Whether rows can only be told by the payload of a record. */
export function needsPayload({ kind }: Readonly<RecordHeader>, framing: FramingPair): boolean {
  if (!isData(kind)) return true
  return framing[kind === recordKind.sent ? 'sent' : 'received'].kind !== 'raw'
}
