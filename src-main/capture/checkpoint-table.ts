import type { Direction } from '../contract/schemas/common.ts'
import { Tally } from './tally.ts'

/** A checkpoint is due this many bytes, or this many records, after the one before. */
export const checkpointSpacingBytes = 1024 * 1024
export const checkpointSpacingRecords = 8192

const fields = 7
const recordField = 0
const offsetField = 1
const timeField = 2
const receivedField = 3
const sentField = 4
const streamRowField = 5

/**
 * The sparse index in memory: sums at places in the data file where a record begins, in file order. Entry 0 is the
 * beginning of the records. Grows only; a reader that remembers a length may read below it while more is added.
 */
export class CheckpointTable {
  #values = new Float64Array(fields * 64)
  #length = 0
  #lastOffset = 0
  #lastRecord = 0

  constructor() {
    this.add(new Tally())
  }

  get length(): number {
    return this.#length
  }

  /** True when a checkpoint should stand at this place. */
  isDue(tally: Readonly<Tally>): boolean {
    return (
      tally.fileOffset - this.#lastOffset >= checkpointSpacingBytes ||
      tally.recordCount - this.#lastRecord >= checkpointSpacingRecords
    )
  }

  add(tally: Readonly<Tally>): void {
    const at = this.#length * fields
    if (at === this.#values.length) {
      const larger = new Float64Array(at * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[at] = tally.recordCount
    this.#values[at + 1] = tally.fileOffset
    this.#values[at + 2] = tally.lastTimeNs
    this.#values[at + 3] = tally.receivedBytes
    this.#values[at + 4] = tally.sentBytes
    this.#values[at + 5] = tally.streamRowCount
    this.#values[at + 6] = tally.damagedBytes
    this.#length++
    this.#lastOffset = tally.fileOffset
    this.#lastRecord = tally.recordCount
  }

  /** The sums at checkpoint `index`. */
  at(index: number): Tally {
    const tally = new Tally()
    const at = index * fields
    tally.recordCount = this.#values[at] ?? 0
    tally.fileOffset = this.#values[at + 1] ?? 0
    tally.lastTimeNs = this.#values[at + 2] ?? 0
    tally.receivedBytes = this.#values[at + 3] ?? 0
    tally.sentBytes = this.#values[at + 4] ?? 0
    tally.streamRowCount = this.#values[at + 5] ?? 0
    tally.damagedBytes = this.#values[at + 6] ?? 0
    return tally
  }

  fileOffsetAt(index: number): number {
    return this.#values[index * fields + offsetField] ?? 0
  }

  /** Time of the last record before checkpoint `index`. */
  timeAt(index: number): number {
    return this.#values[index * fields + timeField] ?? 0
  }

  /** Index of the last of the first `length` checkpoints before which every record is earlier than a time. */
  findTimeBefore(timeNs: number, length: number): number {
    let low = 0
    let high = length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.timeAt(middle) < timeNs) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Index of the last of the first `length` checkpoints that stands at or before this record. */
  findRecord(record: number, length: number): number {
    return this.#lastAtOrBelow(recordField, record, length)
  }

  /** Index of the last checkpoint that stands at or before this row of the stream view. */
  findStreamRow(row: number, length: number): number {
    return this.#lastAtOrBelow(streamRowField, row, length)
  }

  /** Index of the last checkpoint that stands at or before this place of the data file. */
  findFileOffset(fileOffset: number, length: number): number {
    return this.#lastAtOrBelow(offsetField, fileOffset, length)
  }

  /** Index of the last checkpoint before which no more than these bytes of a direction stand. */
  findStreamOffset(direction: Direction, streamOffset: number, length: number): number {
    return this.#lastAtOrBelow(fieldOf(direction), streamOffset, length)
  }

  /** Whether bytes of a direction stand between checkpoint `index` and the next; true behind the last of `length`. */
  hasBytes(direction: Direction, index: number, length: number): boolean {
    if (index + 1 >= length) return true
    const at = index * fields + fieldOf(direction)
    return this.#values[at] !== this.#values[at + fields]
  }

  #lastAtOrBelow(field: number, value: number, length: number): number {
    let low = 0
    let high = length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#values[middle * fields + field] ?? 0) <= value) low = middle
      else high = middle - 1
    }
    return low
  }
}

function fieldOf(direction: Direction): number {
  return direction === 'sent' ? sentField : receivedField
}
