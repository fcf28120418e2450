import { Batch } from './batch.ts'
import { CheckpointTable } from './checkpoint-table.ts'
import type { Clock } from './clock.ts'
import { encodeRecordHeader, recordHeaderBytes, recordKind } from './record-codec.ts'
import { foreignSlab, type Slab, type SlabPool } from './slab-pool.ts'
import { Tally } from './tally.ts'

/** A batch is handed to the disk as soon as it has this many bytes. */
export const batchTargetBytes = 256 * 1024
/** Payloads up to this size are copied beside their header; larger ones are written from where they are. */
const copiedPayloadBytes = 8 * 1024
const largestSideSlabBytes = 256 * 1024

/**
 * Turns what happens into records: gives each its time, offset and header, lays it into memory and groups it into
 * batches. Knows no file.
 */
export class RecordIntake {
  readonly checkpoints = new CheckpointTable()
  /** Sums of everything accepted. */
  readonly tally = new Tally()
  readonly #clock: Clock
  readonly #pool: SlabPool
  readonly #salt: number
  readonly #beginNs: number
  #batch = new Batch()
  #lastTimeNs = 0
  #side: Slab | null = null
  #sideUsed = 0
  #sideWantedBytes = 0

  constructor(clock: Clock, pool: SlabPool, salt: number, beginNs: number) {
    this.#clock = clock
    this.#pool = pool
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
    const isCopied = payload.length <= copiedPayloadBytes
    const side = this.#sideWithRoom(recordHeaderBytes + (isCopied ? payload.length : 0))
    const start = this.#sideUsed
    const end = start + recordHeaderBytes + (isCopied ? payload.length : 0)
    this.#sideUsed = end
    this.#writeHeader(side.bytes, start, kind, connection, payload.length)
    if (isCopied) side.bytes.set(payload, start + recordHeaderBytes)
    this.#batch.add(side, start, end)
    if (!isCopied) this.#batch.add(foreignSlab(payload), 0, payload.length)
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
    if (this.#side !== null) this.#pool.retire(this.#side)
    this.#side = null
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

  /** The side slab, with room for `byteCount` bytes behind what is used. */
  #sideWithRoom(byteCount: number): Slab {
    if (this.#side !== null) {
      if (this.#sideUsed + byteCount <= this.#side.bytes.length) return this.#side
      this.#pool.retire(this.#side)
    }
    this.#side = this.#pool.take(this.#sideWantedBytes)
    this.#sideUsed = 0
    this.#sideWantedBytes = Math.min(largestSideSlabBytes, this.#side.bytes.length * 2)
    return this.#side
  }
}
