import { textRowMaxBytes, type BytesRow } from '../contract/schemas/capture.ts'
import { recordKind, type RecordHeader } from './record-codec.ts'
import type { ResumePoint, RowCollector, RowScanner } from './row-scanner.ts'

const lineFeed = 0x0a
/** Shorter parts are searched byte by byte: cheaper than making a view of them. */
const shortPartBytes = 64

/**
 * The `text` view: a row per line. A row ends behind a line feed, where direction or connection change, at damage,
 * and at 512 bytes; the border between two chunks alone ends nothing.
 */
export class TextScanner implements RowScanner<ResumePoint> {
  readonly resumeWeight = 1
  rowCount: number
  readonly #collector: RowCollector<BytesRow> | null
  #rowLength = 0
  #runKind = 0
  #runConnection = 0
  // The record being scanned.
  #record = 0
  #recordFileOffset = 0
  #scannedPayload = 0
  #header: Readonly<RecordHeader> | null = null
  // Where the row in progress begins.
  #rowRecord = 0
  #rowFileOffset = 0
  #rowPayloadOffset = 0
  // The row in progress, when it is wanted.
  #row: Omit<BytesRow, 'bytes' | 'continues'> | null = null
  #parts: Uint8Array[] = []
  #endsWithLineFeed = false

  /** Begins at `resume`, or at the beginning of the capture. */
  constructor(resume: ResumePoint | null, collector: RowCollector<BytesRow> | null) {
    this.rowCount = resume?.rowsBefore ?? 0
    this.#collector = collector
  }

  get resumePoint(): ResumePoint {
    if (this.#rowLength === 0) {
      return {
        rowsBefore: this.rowCount,
        record: this.#record,
        fileOffset: this.#recordFileOffset,
        payloadOffset: this.#scannedPayload,
      }
    }
    return {
      rowsBefore: this.rowCount - 1,
      record: this.#rowRecord,
      fileOffset: this.#rowFileOffset,
      payloadOffset: this.#rowPayloadOffset,
    }
  }

  startRecord(header: Readonly<RecordHeader>, fileOffset: number, record: number): void {
    const isData = header.kind === recordKind.received || header.kind === recordKind.sent
    this.#header = isData ? header : null
    this.#record = record
    this.#recordFileOffset = fileOffset
    this.#scannedPayload = 0
    if (!isData) return
    if (header.kind === this.#runKind && header.connection === this.#runConnection) return
    this.finishRow()
    this.#runKind = header.kind
    this.#runConnection = header.connection
  }

  scan(bytes: Uint8Array, start: number, end: number, payloadOffset: number): void {
    const header = this.#header
    if (header === null) return
    const part = end - start < shortPartBytes ? null : bytes.subarray(start, end)
    let nextLineFeed = -1
    for (let at = start; at < end;) {
      if (nextLineFeed < at) nextLineFeed = findLineFeed(bytes, part, at, start, end)
      if (this.#rowLength === 0) this.#beginRow(header, payloadOffset + at - start)
      const rowEnd = Math.min(nextLineFeed + 1, at + textRowMaxBytes - this.#rowLength, end)
      this.#rowLength += rowEnd - at
      const endsLine = rowEnd === nextLineFeed + 1 && nextLineFeed < end
      if (this.#row !== null) {
        this.#parts.push(bytes.slice(at, rowEnd))
        this.#endsWithLineFeed = endsLine
      }
      at = rowEnd
      if (endsLine || this.#rowLength === textRowMaxBytes) this.finishRow()
    }
    this.#scannedPayload = payloadOffset + end - start
  }

  damage(): void {
    this.finishRow()
  }

  passTime(): void {
    // Lines do not end by time.
  }

  finishRow(): void {
    if (this.#row !== null) {
      this.#collector?.add({ ...this.#row, bytes: join(this.#parts), continues: !this.#endsWithLineFeed })
      this.#row = null
      this.#parts = []
    }
    this.#rowLength = 0
  }

  #beginRow(header: Readonly<RecordHeader>, payloadOffset: number): void {
    const row = this.rowCount++
    this.#rowRecord = this.#record
    this.#rowFileOffset = this.#recordFileOffset
    this.#rowPayloadOffset = payloadOffset
    const collector = this.#collector
    if (collector === null || row < collector.firstRow || row >= collector.endRow) return
    this.#row = {
      kind: 'bytes',
      record: this.#record,
      connection: header.connection,
      timeNs: header.timeNs,
      direction: header.kind === recordKind.sent ? 'sent' : 'received',
      offsetInRecord: payloadOffset,
      streamOffset: header.streamOffset + payloadOffset,
      chunkLength: payloadOffset === 0 ? header.payloadLength : null,
    }
  }
}

/** Place of the next line feed from `at`, or `end` when there is none. */
function findLineFeed(bytes: Uint8Array, part: Uint8Array | null, at: number, start: number, end: number): number {
  if (part !== null) {
    const found = part.indexOf(lineFeed, at - start)
    return found < 0 ? end : start + found
  }
  let found = at
  while (found < end && bytes[found] !== lineFeed) found++
  return found
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
