import { streamBytesPerRow, type CaptureTotals } from '../contract/schemas/capture.ts'
import { recordHeaderBytes, recordKind } from './record-codec.ts'
import { fileHeaderBytes } from './file-header.ts'

/**
 * Running sums at a place in the data file: everything that stands before it. Writer, recovery and readers count with
 * this one class, so that an index rebuilt from the data equals the one that was written.
 */
export class Tally {
  /** Records with a number: chunks, events and damaged stretches. */
  recordCount = 0
  /** The place itself: bytes of the data file before it. */
  fileOffset = fileHeaderBytes
  /** Time of the last record before the place. */
  lastTimeNs = 0
  receivedBytes = 0
  sentBytes = 0
  streamRowCount = 0
  damagedBytes = 0

  /** Goes past a record. */
  countRecord(kind: number, payloadLength: number, timeNs: number): void {
    this.fileOffset += recordHeaderBytes + payloadLength
    if (kind === recordKind.padding || kind === recordKind.cleanEnd) return
    this.recordCount++
    this.lastTimeNs = timeNs
    if (kind === recordKind.received) this.receivedBytes += payloadLength
    else if (kind === recordKind.sent) this.sentBytes += payloadLength
    else return
    this.streamRowCount += Math.ceil(payloadLength / streamBytesPerRow)
  }

  /** Goes past a stretch that holds no readable record. It is one row of the `records` view. */
  countDamage(byteCount: number): void {
    this.fileOffset += byteCount
    this.damagedBytes += byteCount
    this.recordCount++
  }

  copyFrom(other: Readonly<Tally>): void {
    this.recordCount = other.recordCount
    this.fileOffset = other.fileOffset
    this.lastTimeNs = other.lastTimeNs
    this.receivedBytes = other.receivedBytes
    this.sentBytes = other.sentBytes
    this.streamRowCount = other.streamRowCount
    this.damagedBytes = other.damagedBytes
  }

  equals(other: Readonly<Tally>): boolean {
    return (
      this.recordCount === other.recordCount &&
      this.fileOffset === other.fileOffset &&
      this.lastTimeNs === other.lastTimeNs &&
      this.receivedBytes === other.receivedBytes &&
      this.sentBytes === other.sentBytes &&
      this.streamRowCount === other.streamRowCount &&
      this.damagedBytes === other.damagedBytes
    )
  }

  static of(other: Readonly<Tally>): Tally {
    const copy = new Tally()
    copy.copyFrom(other)
    return copy
  }

  /** The totals of a capture whose data file has `fileBytes` bytes. */
  toTotals(fileBytes = this.fileOffset): CaptureTotals {
    return {
      recordCount: this.recordCount,
      streamRowCount: this.streamRowCount,
      sentBytes: this.sentBytes,
      receivedBytes: this.receivedBytes,
      fileBytes,
      lastTimeNs: this.lastTimeNs,
    }
  }
}
