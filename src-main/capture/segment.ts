import type { OpenFile } from './file-access.ts'
import { recordHeaderBytes, recordKind } from './record-codec.ts'
import { walkRecords } from './record-walker.ts'
import { Tally } from './tally.ts'
import type { SourceState } from './capture-source.ts'

/** Kind of an entry that stands for a damaged stretch. */
export const damageKind = 0

/** The index promised other records than the data file holds. */
export class IndexMismatch extends Error {
  constructor() {
    super('The index does not fit the data file.')
    this.name = 'IndexMismatch'
  }
}

/** One numbered record as its header tells it. */
export interface SegmentEntry {
  readonly record: number
  readonly kind: number
  /** Where the payload begins in the data file; the damaged stretch itself for damage. */
  readonly payloadOffset: number
  /** Payload bytes; for damage the bytes of the whole stretch. */
  readonly length: number
  readonly timeNs: number
  readonly connection: number
  readonly streamOffset: number
  /** Number of its first stream row in the whole capture. */
  readonly firstStreamRow: number
}

/**
 * The headers of all numbered records between two checkpoints, in columns. The last segment of a growing capture is
 * extended as it grows.
 */
export class Segment {
  readonly #kinds: number[] = []
  readonly #fileOffsets: number[] = []
  readonly #lengths: number[] = []
  readonly #timesNs: number[] = []
  readonly #connections: number[] = []
  readonly #streamOffsets: number[] = []
  readonly #streamRows: number[] = []
  /** Number of the first record. */
  readonly firstRecord: number
  readonly #tally: Tally

  constructor(begin: Readonly<Tally>) {
    this.firstRecord = begin.recordCount
    this.#tally = Tally.of(begin)
  }

  get recordCount(): number {
    return this.#kinds.length
  }

  /** Record `firstRecord + index`. */
  entry(index: number): SegmentEntry {
    const kind = this.#kinds[index] ?? damageKind
    return {
      record: this.firstRecord + index,
      kind,
      payloadOffset: (this.#fileOffsets[index] ?? 0) + (kind === damageKind ? 0 : recordHeaderBytes),
      length: this.#lengths[index] ?? 0,
      timeNs: this.#timesNs[index] ?? 0,
      connection: this.#connections[index] ?? 0,
      streamOffset: this.#streamOffsets[index] ?? 0,
      firstStreamRow: this.#streamRows[index] ?? 0,
    }
  }

  /** Whether the entry is of this kind and connection. */
  isOf(index: number, kind: number, connection: number): boolean {
    return this.#kinds[index] === kind && this.#connections[index] === connection
  }

  isDamage(index: number): boolean {
    return this.#kinds[index] === damageKind
  }

  /** Reads on to `end`. Throws `IndexMismatch` when what is read does not add up to it. */
  async extend(file: OpenFile, salt: number, end: Readonly<Tally>): Promise<void> {
    const tally = this.#tally
    if (tally.fileOffset >= end.fileOffset) return
    const reached = await walkRecords(
      { file, salt, from: tally.fileOffset, to: end.fileOffset, isFileEnd: false },
      {
        onRecord: (record, fileOffset) => {
          if (isData(record.kind) || record.kind === recordKind.event) {
            this.#add(
              record.kind,
              fileOffset,
              record.payloadLength,
              record.timeNs,
              record.connection,
              record.streamOffset,
            )
          } else if (record.kind !== recordKind.padding && record.kind !== recordKind.cleanEnd) {
            this.#add(damageKind, fileOffset, recordHeaderBytes + record.payloadLength, record.timeNs, 0, 0)
          }
          tally.countRecord(record.kind, record.payloadLength, record.timeNs)
        },
        onDamage: (fileOffset, byteCount) => {
          this.#add(damageKind, fileOffset, byteCount, tally.lastTimeNs, 0, 0)
          tally.countDamage(byteCount)
        },
      },
    )
    if (reached !== end.fileOffset || !tally.equals(end)) throw new IndexMismatch()
  }

  /** Index of the entry that holds this row of the stream view. */
  findStreamRow(row: number): number {
    let low = 0
    let high = this.recordCount - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#streamRows[middle] ?? 0) <= row) low = middle
      else high = middle - 1
    }
    return low
  }

  #add(
    kind: number,
    fileOffset: number,
    length: number,
    timeNs: number,
    connection: number,
    streamOffset: number,
  ): void {
    this.#kinds.push(kind)
    this.#fileOffsets.push(fileOffset)
    this.#lengths.push(length)
    this.#timesNs.push(timeNs)
    this.#connections.push(connection)
    this.#streamOffsets.push(streamOffset)
    this.#streamRows.push(this.#tally.streamRowCount)
  }
}

export function isData(kind: number): boolean {
  return kind === recordKind.received || kind === recordKind.sent
}

const keptSegments = 12

/** The segments read last. */
export class SegmentCache {
  readonly #file: OpenFile
  readonly #salt: number
  readonly #segments = new Map<number, Segment>()
  /** Extending goes one after the other, so that two requests do not extend the same segment at once. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(file: OpenFile, salt: number) {
    this.#file = file
    this.#salt = salt
  }

  /** The segment behind checkpoint `index`, read up to the next checkpoint or to the end of `state`. */
  get(state: SourceState, index: number): Promise<Segment> {
    const result = this.#last.then(() => this.#load(state, index))
    this.#last = result.catch(() => undefined)
    return result
  }

  async #load(state: SourceState, index: number): Promise<Segment> {
    const segment = this.#segments.get(index) ?? new Segment(state.checkpoints.at(index))
    this.#segments.delete(index)
    const end = index + 1 < state.checkpointCount ? state.checkpoints.at(index + 1) : state.tally
    await segment.extend(this.#file, this.#salt, end)
    this.#segments.set(index, segment)
    if (this.#segments.size > keptSegments) {
      const oldest = this.#segments.keys().next()
      if (oldest.done !== true) this.#segments.delete(oldest.value)
    }
    return segment
  }
}
