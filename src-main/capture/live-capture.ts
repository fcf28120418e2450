import { WirebenchError, type ErrorShape } from '../contract/errors.ts'
import type { CaptureTotals } from '../contract/schemas/capture.ts'
import type { ConnectionEvent } from '../contract/schemas/connection.ts'
import { blockBytes } from './aligned-memory.ts'
import type { Batch } from './batch.ts'
import type { CaptureSource, SourceState } from './capture-source.ts'
import type { Clock } from './clock.ts'
import type { DataFile } from './data-file.ts'
import { DataWriter, leastDirectBytes, wantedDirectBytes } from './data-writer.ts'
import { describeReadFailure, describeWriteFailure, type OpenFile } from './file-access.ts'
import { fileHeaderBytes, type FileHeader } from './file-header.ts'
import { IndexWriter } from './index-writer.ts'
import type { ReceiveSink } from './receive-sink.ts'
import { recordKind } from './record-codec.ts'
import { RecordFollower } from './record-follower.ts'
import { RecordIntake } from './record-intake.ts'
import { SlabReceiveSink, type SinkOwner } from './slab-receive-sink.ts'
import type { SlabPool } from './slab-pool.ts'
import { Tally } from './tally.ts'
import type { WriteTurns } from './write-turns.ts'

/** What little there is goes to the disk this long after its first byte, or, while more comes all the time, so often. */
const flushDelayMs = 10
const flowingFlushDelayMs = 20
/** A batch is handed to the disk as soon as it has this many bytes; fewer while memory is short. */
const batchTargetBytes = wantedDirectBytes
const batchTargetWhenShortBytes = 128 * 1024
/** Bytes of one capture that may wait for the disk before its sinks are paused, whatever the disk takes. */
export const pendingLimitBytes = 24 * 1024 * 1024
const leastPendingLimitBytes = 1024 * 1024
/** The same while all captures together hold much memory. */
const pendingLimitWhenShortBytes = 512 * 1024
/** No more waits than the disk takes in this time: what is lost with the process is younger. */
const pendingLimitSeconds = 0.025
/** How long `close` goes on trying to write to a disk that takes nothing. */
export const closeGiveUpMs = 5_000

/** The files and facts of a capture that was just made. */
export interface LiveCaptureParts {
  readonly captureId: string
  readonly fileName: string
  readonly header: FileHeader
  readonly dataFile: DataFile
  readonly indexFile: OpenFile
  readonly clock: Clock
  readonly beginNs: number
  readonly pool: SlabPool
  readonly turns: WriteTurns
  /** Another handle on the data file, to read from. */
  readonly openData: () => Promise<OpenFile>
  /** Called once, when the files are closed. */
  readonly onClosed: () => void
}

/** A capture that is being written. Made by `CaptureStore.create`; its owner closes it. */
export class LiveCapture implements CaptureSource, SinkOwner {
  readonly captureId: string
  readonly salt: number
  readonly intake: RecordIntake
  readonly pool: SlabPool
  /** Called after each completed write. */
  onGrew: ((totals: CaptureTotals) => void) | null = null
  /** Writing failed: everything is kept, the sinks pause, and it is tried again until `onProblemSolved`. */
  onProblem: ((error: ErrorShape) => void) | null = null
  onProblemSolved: (() => void) | null = null
  /** There is room again after `hasRoom` was false. */
  onRoom: (() => void) | null = null
  readonly #parts: LiveCaptureParts
  readonly #writer: DataWriter
  readonly #index: IndexWriter
  readonly #sinks = new Set<SlabReceiveSink>()
  readonly #paused = new Set<SlabReceiveSink>()
  readonly #written = new Tally()
  #readableCheckpoints = 1
  #cancelFlush: (() => void) | null = null
  /** What stands before this place has waited since the flush time began. */
  #flushOffset = 0
  #cancelGiveUp: (() => void) | null = null
  #closing: Promise<void> | null = null

  constructor(parts: LiveCaptureParts) {
    this.captureId = parts.captureId
    this.salt = parts.header.salt
    this.pool = parts.pool
    this.#parts = parts
    this.intake = new RecordIntake(parts.clock, parts.pool, parts.header.salt, parts.beginNs)
    this.#index = new IndexWriter(parts.indexFile, this.intake.checkpoints, parts.header.fingerprint)
    const { dataFile: file, fileName, clock, turns } = parts
    this.#writer = new DataWriter(
      { file, fileName, startOffset: fileHeaderBytes, clock, turns },
      {
        onBatchWritten: (batch) => this.#batchWritten(batch),
        onBatchAbandoned: (batch) => this.#releaseSlabs(batch),
        onProblem: (error) => this.onProblem?.(error),
        onProblemSolved: () => {
          this.onProblemSolved?.()
          this.#wakeSinks()
        },
      },
    )
  }

  /** Where the received bytes of one connection go. One sink per connection. */
  sink(connection: number): ReceiveSink {
    const sink = new SlabReceiveSink(this, connection)
    this.#sinks.add(sink)
    return sink
  }

  /** Bytes that the operating system has accepted for sending. They must not be changed afterwards. */
  recordSent(connection: number, bytes: Uint8Array): void {
    this.#assertOpen()
    if (bytes.length === 0) return
    this.intake.accept(recordKind.sent, connection, bytes)
    this.#dispatch()
  }

  recordEvent(connection: number, event: ConnectionEvent): void {
    this.#assertOpen()
    this.intake.accept(recordKind.event, connection, new TextEncoder().encode(JSON.stringify(event)))
    this.#dispatch()
  }

  /** Only what is on disk. */
  totals(): CaptureTotals {
    return this.#written.toTotals()
  }

  /** Including what still waits for the disk. */
  acceptedTotals(): CaptureTotals {
    return this.intake.tally.toTotals()
  }

  /** What can be read at this moment. */
  state(): SourceState {
    return {
      checkpoints: this.intake.checkpoints,
      checkpointCount: this.#readableCheckpoints,
      tally: Tally.of(this.#written),
      settledNs: this.#settledNs(),
    }
  }

  /** A handle to read the data file with; the caller closes it. Errors: `file-unreadable`. */
  async openData(): Promise<OpenFile> {
    try {
      return await this.#parts.openData()
    } catch (error) {
      throw describeReadFailure(error, this.#parts.fileName)
    }
  }

  /**
   * Reads what is recorded from `position` on, a place where a record begins, such as `acceptedTotals().fileBytes`. The
   * caller closes it. Errors: `file-unreadable`.
   */
  async follow(position: number): Promise<RecordFollower> {
    return new RecordFollower(this, await this.openData(), position)
  }

  /** Waits until everything accepted so far is on disk. While the disk is full that is until it is not. */
  flush(): Promise<void> {
    this.#hand(this.intake.closeBatch())
    return this.#writer.drain()
  }

  /**
   * Writes the clean end and the final index and closes the files. Sinks refuse everything from now on. Errors:
   * `disk-full`, `file-unwritable` when the rest could not be written for 5 s; what is on disk stays readable.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close().catch((error: unknown) => {
      throw describeWriteFailure(error, this.#parts.fileName)
    })
    return this.#closing
  }

  /** False while so much waits for the disk, or the disk takes nothing, that no more should be sent. */
  get hasRoom(): boolean {
    return this.#pendingBytes() < this.#pendingLimit() && this.#writer.problem === null
  }

  admitted(sink: SlabReceiveSink): boolean {
    if (this.#closing !== null) return false
    this.#dispatch()
    if (this.hasRoom) return true
    this.#paused.add(sink)
    this.#writeWholeBlocks()
    return false
  }

  /** Nothing more comes until the disk has taken some: what waits does not wait for more. The part of a block behind it does. */
  #writeWholeBlocks(): void {
    this.#hand(this.intake.closeBatch())
    const { fileOffset } = this.intake.tally
    this.#writer.due(fileOffset - (fileOffset % blockBytes))
  }

  released(sink: SlabReceiveSink): void {
    this.#sinks.delete(sink)
    this.#paused.delete(sink)
  }

  /** Records get their times when they are accepted: with none waiting for the disk, the next comes now at the earliest. */
  #settledNs(): number {
    if (this.#pendingBytes() > 0) return this.#written.lastTimeNs
    return Math.max(this.#written.lastTimeNs, Math.floor(this.#parts.clock.monotonicNs() - this.#parts.beginNs))
  }

  #pendingBytes(): number {
    return this.intake.tally.fileOffset - this.#written.fileOffset
  }

  #pendingLimit(): number {
    if (this.pool.exhausted) return pendingLimitWhenShortBytes
    const taken = this.#writer.bytesPerSecond * pendingLimitSeconds
    return Math.min(pendingLimitBytes, Math.max(leastPendingLimitBytes, taken))
  }

  #dispatch(): void {
    const target = this.pool.exhausted ? batchTargetWhenShortBytes : batchTargetBytes
    if (this.intake.openBytes >= target) this.#hand(this.intake.closeBatch())
    if (this.#cancelFlush === null) this.#flushLater(flushDelayMs)
  }

  #flushLater(delayMs: number): void {
    this.#flushOffset = this.intake.tally.fileOffset
    this.#cancelFlush = this.#parts.clock.wakeAfter(delayMs, () => this.#flushTimePassed())
  }

  #flushTimePassed(): void {
    this.#cancelFlush = null
    const { fileOffset } = this.intake.tally
    // Of a long stretch the part of a block behind it may wait once more: the next stretch has its rest.
    const isLittle = fileOffset - this.#writer.writtenEnd < leastDirectBytes
    const dueOffset = isLittle ? fileOffset : this.#flushOffset
    if (this.#writer.writtenEnd < dueOffset) {
      this.#hand(this.intake.closeBatch())
      this.#writer.due(dueOffset)
    }
    if (fileOffset > this.#flushOffset) this.#flushLater(flowingFlushDelayMs)
  }

  #hand(batch: Batch | null): void {
    if (batch !== null) this.#writer.enqueue(batch)
  }

  #batchWritten(batch: Batch): void {
    this.#written.copyFrom(batch.tallyAfter)
    this.#readableCheckpoints = batch.checkpointCount
    this.#index.publish(batch.checkpointCount)
    this.#releaseSlabs(batch)
    this.onGrew?.(this.totals())
    this.#wakeSinks()
  }

  #releaseSlabs(batch: Batch): void {
    for (const { slab } of batch.pieces) this.pool.release(slab)
  }

  #wakeSinks(): void {
    if (this.#closing !== null) return
    if (this.#pendingBytes() > this.#pendingLimit() / 2 || this.#writer.problem !== null) return
    const paused = [...this.#paused]
    this.#paused.clear()
    for (const sink of paused) sink.onWritable?.()
    this.onRoom?.()
  }

  async #close(): Promise<void> {
    this.#cancelFlush?.()
    for (const sink of [...this.#sinks]) sink.detach()
    this.#hand(this.intake.finish())
    this.#giveUpLater()
    try {
      await this.#writer.drain()
    } finally {
      this.#cancelGiveUp?.()
      await this.#writer.stopped()
      try {
        await this.#index.close()
      } finally {
        await this.#parts.dataFile.close().finally(() => this.#parts.onClosed())
      }
    }
  }

  #giveUpLater(): void {
    this.#cancelGiveUp = this.#parts.clock.wakeAfter(closeGiveUpMs, () => {
      const problem = this.#writer.problem
      if (problem === null) this.#giveUpLater()
      else this.#writer.abandon(WirebenchError.fromShape(problem))
    })
  }

  #assertOpen(): void {
    if (this.#closing !== null) throw new WirebenchError('internal', { reason: 'The capture is closed already.' })
  }
}
