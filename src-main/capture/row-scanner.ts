import type { BytesRow } from '../contract/schemas/capture.ts'
import type { RecordHeader } from './record-codec.ts'

/** A place where scanning can begin anew with nothing remembered: the beginning of a row, or between two. */
export interface ResumePoint {
  /** Rows before the place. */
  readonly rowsBefore: number
  /** The record the place is in: its number and where it begins in the data file. */
  readonly record: number
  readonly fileOffset: number
  /** Bytes of its payload before the place. */
  readonly payloadOffset: number
}

/** Where a scanner puts the rows `[firstRow, endRow)`. */
export interface RowCollector {
  readonly firstRow: number
  readonly endRow: number
  readonly rows: BytesRow[]
}

/**
 * Finds the rows of a view in the records as they come. Pure: it is fed and asked. The header it is given is used again
 * by the caller for the next record.
 */
export interface RowScanner {
  /** Rows begun so far, those before its beginning included. */
  readonly rowCount: number
  /** The last place from which scanning could begin anew. */
  readonly resumePoint: ResumePoint
  startRecord(header: Readonly<RecordHeader>, fileOffset: number, record: number): void
  /** A part of the record's payload, in order: `bytes[start .. end)`, which begins at `payloadOffset` of it. */
  scan(bytes: Uint8Array, start: number, end: number, payloadOffset: number): void
  /** Bytes are missing here. */
  gap(): void
  /** Gives out the row in progress as it is. */
  finishRow(): void
}
