import type { RecordHeader } from './record-codec.ts'

/** A place where scanning can begin anew with nothing remembered but what a scanner adds to it. */
export interface ResumePoint {
  /** Rows before the place. */
  readonly rowsBefore: number
  /** The record the place is in: its number and where it begins in the data file. */
  readonly record: number
  readonly fileOffset: number
  /** Bytes of its payload before the place. */
  readonly payloadOffset: number
}

/** Takes the rows `[firstRow, endRow)` of a scanner, in order. */
export interface RowCollector<Row> {
  readonly firstRow: number
  readonly endRow: number
  add(row: Row): void
}

/** Sees the records as they come. Pure: it is fed. The header it is given is used again for the next record. */
export interface RecordScanner {
  startRecord(header: Readonly<RecordHeader>, fileOffset: number, record: number): void
  /**
   * A part of the record's payload, in order: `bytes[start .. end)`, which begins at `payloadOffset` of it. Left out by a
   * scanner that looks at headers alone.
   */
  scan?(bytes: Uint8Array, start: number, end: number, payloadOffset: number): void
  /** Asked after each record: false leaves its payload unread. Every payload is wanted when left out. */
  wantsPayload?(header: Readonly<RecordHeader>): boolean
  /** Bytes of the data file that cannot be read; they count as one record. */
  damage(byteCount: number, record: number): void
}

/** Finds the rows of a view in the records as they come. */
export interface RowScanner<Point extends ResumePoint> extends RecordScanner {
  /** Rows begun so far, those before its beginning included. */
  readonly rowCount: number
  /** The last place from which scanning could begin anew; null when there is none within this record. */
  readonly resumePoint: Point | null
  /** How heavy a resume point is: they are kept so many times as far from each other as usual. */
  readonly resumeWeight: number
  /** No record before `settledNs` is still to come; infinite when the capture has ended. */
  passTime(settledNs: number): void
  /** Gives out the row in progress as it is. */
  finishRow(): void
}
