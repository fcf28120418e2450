import { Batch } from './batch.ts'
import { CheckpointTable } from './checkpoint-table.ts'
import type { Clock } from './clock.ts'
import { encodeRecordHeader, recordHeaderBytes, recordKind } from './record-codec.ts'
import { SlabCursor } from './slab-cursor.ts'
import { foreignSlab, type Slab, type SlabPool } from './slab-pool.ts'
import { Tally } from './tally.ts'

/** Sent payloads up to this size are copied beside their header; larger ones are written from where they are. */
const copiedPayloadBytes = 8 * 1024
/** For records of this size it pays to skip part of a block of memory. */
const largeRecordBytes = 4 * 1024

/**
 * Turns what happens into records: gives each its time, offset and header, lays it into memory and groups it into
 * batches. Knows no file.
 */
export class RecordIntake {
  readonly checkpoints = new CheckpointTable()
  /** Sums of everything accepted. */
  readonly tally = new Tally()
  readonly #clock: Clock
  /** Where records are laid that come from elsewhere. */
  readonly #side: SlabCursor
  readonly #salt: number
  readonly #beginNs: number
  #batch = new Batch()
  #lastTimeNs = 0

  constructor(clock: Clock, pool: SlabPool, salt: number, beginNs: number) {
    this.#clock = clock
    this.#side = new SlabCursor(pool)
    this.#salt = salt
    this.#beginNs = beginNs
  }

  /** Bytes in the batch that is being filled. */
  get openBytes(): number {
    return this.#batch.byteLength
  }

  /** Time of the record accepted last, in nanoseconds since the capture began. */
  get lastTimeNs(): number {
    return this.#lastTimeNs
  }

  /** A chunk whose payload stands in a slab already, with room for the header at `start`. */
  acceptInPlace(kind: number, connection: number, slab: Slab, start: number, payloadLength: number): void {
    this.#writeHeader(slab.bytes, start, kind, connection, payloadLength)
    this.#batch.add(slab, start, start + recordHeaderBytes + payloadLength)
  }

  /** A record with its payload elsewhere: a small one is copied, a large one must stay unchanged until written. */
  accept(kind: number, connection: number, payload: Uint8Array): void {
    if (payload.length <= copiedPayloadBytes) {
      this.acceptCopied(kind, connection, payload)
      return
    }
    this.#layHeader(kind, connection, payload.length, recordHeaderBytes)
    this.#batch.add(foreignSlab(payload), 0, payload.length)
  }

  /** A record with its payload elsewhere, which may change afterwards. */
  acceptCopied(kind: number, connection: number, payload: Uint8Array): void {
    const start = this.tally.fileOffset + recordHeaderBytes
    this.#layHeader(kind, connection, payload.length, recordHeaderBytes + payload.length)
    for (let done = 0; done < payload.length;) {
      const slab = this.#sideWithRoom(1, start + done)
      const { used, room } = this.#side
      const part = payload.subarray(done, done + room)
      slab.bytes.set(part, used)
      this.#batch.add(slab, used, used + part.length)
      this.#side.advance(part.length)
      done += part.length
    }
  }

  /** Ends the batch that is being filled and gives it out; null when it is empty. */
  closeBatch(): Batch | null {
    const batch = this.#batch
    if (batch.byteLength === 0) return null
    batch.tallyAfter.copyFrom(this.tally)
    batch.checkpointCount = this.checkpoints.length
    this.#batch = new Batch()
    return batch
  }

  /** Ends the last batch with the clean end record and a checkpoint that stands at it. */
  finish(): Batch | null {
    if (this.checkpoints.fileOffsetAt(this.checkpoints.length - 1) < this.tally.fileOffset) {
      this.checkpoints.add(this.tally)
    }
    this.accept(recordKind.cleanEnd, 0, new Uint8Array(0))
    this.#side.end()
    return this.closeBatch()
  }

  #writeHeader(target: Uint8Array, at: number, kind: number, connection: number, payloadLength: number): void {
    const timeNs = Math.floor(this.#clock.monotonicNs() - this.#beginNs)
    if (timeNs > this.#lastTimeNs) this.#lastTimeNs = timeNs
    const tally = this.tally
    if (kind !== recordKind.cleanEnd && this.checkpoints.isDue(tally)) this.checkpoints.add(tally)
    const streamOffset =
      kind === recordKind.received ? tally.receivedBytes : kind === recordKind.sent ? tally.sentBytes : 0
    encodeRecordHeader(target, at, this.#salt, kind, payloadLength, this.#lastTimeNs, connection, streamOffset)
    tally.countRecord(kind, payloadLength, this.#lastTimeNs)
  }

  /** `laidBytes` of the record are laid into side slabs. */
  #layHeader(kind: number, connection: number, payloadLength: number, laidBytes: number): void {
    const { fileOffset } = this.tally
    if (laidBytes >= largeRecordBytes) this.#side.stepTo(fileOffset)
    const slab = this.#sideWithRoom(recordHeaderBytes, fileOffset)
    const { used } = this.#side
    this.#writeHeader(slab.bytes, used, kind, connection, payloadLength)
    this.#batch.add(slab, used, used + recordHeaderBytes)
    this.#side.advance(recordHeaderBytes)
  }

  /** The side slab, or the next, with room for `byteCount` bytes that stand in the file at `fileOffset`. */
  #sideWithRoom(byteCount: number, fileOffset: number): Slab {
    const { slab, room } = this.#side
    return slab !== null && room >= byteCount ? slab : this.#side.takeNext(fileOffset, this.#lastTimeNs)
  }
}
