import type { ErrorShape } from '../contract/errors.ts'
import { blockBytes } from './aligned-memory.ts'
import type { Batch } from './batch.ts'
import { BatchQueue } from './batch-queue.ts'
import type { Clock } from './clock.ts'
import type { DataFile } from './data-file.ts'
import { describeWriteFailure } from './file-access.ts'
import { directPortion, plainPortion, wholeBlocks } from './write-portions.ts'
import { WriteRate } from './write-rate.ts'
import type { WriteTurn, WriteTurns } from './write-turns.ts'

/** Most bytes of one direct write, and of one through the page cache. */
const maximumDirectBytes = 8 * 1024 * 1024
const maximumPlainBytes = 256 * 1024
/** As long as nothing is due, a direct write waits for so many bytes. */
export const wantedDirectBytes = 1024 * 1024
/** Fewer bytes are left to the page cache when they are due. */
export const leastDirectBytes = 128 * 1024
export const retryDelayMs = 500

export interface DataWriterListener {
  /** The whole batch is in the file. */
  onBatchWritten(batch: Batch): void
  /** Writing was given up before the batch was in the file. */
  onBatchAbandoned(batch: Batch): void
  /** Writing failed; everything is kept and tried again. */
  onProblem(error: ErrorShape): void
  onProblemSolved(): void
}

export interface DataWriterParts {
  readonly file: DataFile
  readonly fileName: string
  /** Where the first byte goes. */
  readonly startOffset: number
  readonly clock: Clock
  readonly turns: WriteTurns
}

interface Waiter {
  readonly fileOffset: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

type Way = 'direct' | 'head' | 'plain'

/**
 * Writes batches to the data file: strictly in order, one positional write at a time, short writes continued, failed
 * ones tried again until they succeed or somebody gives up.
 *
 * Where the file takes direct writes, whole blocks go that way in long portions, and the part of a block behind them waits for
 * its rest. What is due does not wait: the part of a block goes through the page cache, and so does later the rest of that
 * block, the head of the next portion. One write being done before the next begins, the two ways never meet in a block.
 */
export class DataWriter {
  readonly #file: DataFile
  readonly #fileName: string
  readonly #clock: Clock
  readonly #turns: WriteTurns
  readonly #listener: DataWriterListener
  readonly #queue = new BatchQueue()
  readonly #rate: WriteRate
  #waiters: Waiter[] = []
  #writtenEnd: number
  /** Bytes before this place do not wait for more. */
  #dueEnd: number
  #running: Promise<void> | null = null
  #problem: ErrorShape | null = null
  #endRetryWait: (() => void) | null = null
  #abandoned: unknown = null

  constructor({ file, fileName, startOffset, clock, turns }: DataWriterParts, listener: DataWriterListener) {
    this.#file = file
    this.#fileName = fileName
    this.#writtenEnd = startOffset
    this.#dueEnd = startOffset
    this.#clock = clock
    this.#turns = turns
    this.#rate = new WriteRate(clock)
    this.#listener = listener
  }

  /** Why writing does not go on at present, or null. */
  get problem(): ErrorShape | null {
    return this.#problem
  }

  /** Everything before this place is in the file. */
  get writtenEnd(): number {
    return this.#writtenEnd
  }

  /** Bytes that the disk took lately in one second; infinite when that is not known. */
  get bytesPerSecond(): number {
    return this.#rate.bytesPerSecond
  }

  enqueue(batch: Batch): void {
    this.#queue.add(batch)
    this.#goOn()
  }

  /** What was enqueued and stands before `fileOffset` is written now, however little it is. */
  due(fileOffset: number): void {
    this.#dueEnd = Math.max(this.#dueEnd, fileOffset)
    this.#goOn()
  }

  /** Writes everything enqueued so far, and waits until it is in the file. */
  drain(): Promise<void> {
    if (this.#abandoned !== null) return Promise.reject(toError(this.#abandoned))
    if (this.#queue.byteLength === 0) return Promise.resolve()
    const fileOffset = this.#writtenEnd + this.#queue.byteLength
    this.due(fileOffset)
    return new Promise((resolve, reject) => this.#waiters.push({ fileOffset, resolve, reject }))
  }

  /** Stops trying: waiters fail with `error`, what is queued is lost. For closing while the disk stays full. */
  abandon(error: unknown): void {
    this.#abandoned = error
    this.#endRetryWait?.()
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
    this.#goOn()
  }

  /** Waits until no write is under way and none will begin by itself. */
  async stopped(): Promise<void> {
    await this.#running
  }

  #goOn(): void {
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    await Promise.resolve()
    while (this.#abandoned === null && this.#nextWay() !== null) await this.#writeOnce()
    this.#running = null
    if (this.#abandoned !== null) for (const batch of this.#queue.clear()) this.#listener.onBatchAbandoned(batch)
  }

  /** How the bytes at the front are to be written now, or null when they wait for more. */
  #nextWay(): Way | null {
    const waiting = this.#queue.byteLength
    if (waiting === 0) return null
    if (!this.#file.takesDirect) return 'plain'
    const isDue = this.#dueEnd > this.#writtenEnd
    const head = this.#headBytes()
    if (wholeBlocks(waiting - Math.min(waiting, head)) >= (isDue ? leastDirectBytes : wantedDirectBytes)) {
      return head === 0 ? 'direct' : 'head'
    }
    return isDue ? 'plain' : null
  }

  /** Bytes up to the next block of the file. */
  #headBytes(): number {
    return (blockBytes - (this.#writtenEnd % blockBytes)) % blockBytes
  }

  async #writeOnce(): Promise<void> {
    this.#rate.begin()
    const turn = await this.#turns.take()
    let written: number
    try {
      written = await this.#writeInTurn(turn)
    } catch (error) {
      this.#turns.giveBack(turn)
      await this.#reportAndWait(error)
      return
    }
    this.#turns.giveBack(turn)
    if (written > 0) this.#wrote(written)
  }

  /** Gives the bytes written; 0 when nothing was to be written any more, or not in this way. */
  async #writeInTurn({ staging }: WriteTurn): Promise<number> {
    // More may have come since the turn was asked for, or writing was given up.
    const way = this.#nextWay()
    if (way === null || this.#abandoned !== null) return 0
    const position = this.#writtenEnd
    let written: number
    if (way === 'direct' && staging !== null) {
      written = await this.#file.writeDirect(directPortion(this.#queue, maximumDirectBytes, staging), position)
      if (written === 0 && !this.#file.takesDirect) return 0
    } else {
      const most = way === 'head' ? this.#headBytes() : maximumPlainBytes
      written = await this.#file.write(plainPortion(this.#queue, most), position)
    }
    if (written === 0) throw new Error('The system wrote nothing.')
    return written
  }

  #wrote(byteCount: number): void {
    if (this.#problem !== null) {
      this.#problem = null
      this.#listener.onProblemSolved()
    }
    this.#writtenEnd += byteCount
    this.#rate.end(byteCount)
    for (const batch of this.#queue.advance(byteCount)) this.#listener.onBatchWritten(batch)
    this.#wakeWaiters()
  }

  async #reportAndWait(error: unknown): Promise<void> {
    const problem = describeWriteFailure(error, this.#fileName).toShape()
    const isNew = this.#problem?.code !== problem.code
    this.#problem = problem
    if (isNew) this.#listener.onProblem(problem)
    if (this.#abandoned !== null) return
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.wakeAfter(retryDelayMs, resolve)
      this.#endRetryWait = () => {
        cancel()
        resolve()
      }
    })
    this.#endRetryWait = null
  }

  #wakeWaiters(): void {
    const first = this.#waiters[0]
    if (first === undefined || first.fileOffset > this.#writtenEnd) return
    const due = this.#waiters.filter((waiter) => waiter.fileOffset <= this.#writtenEnd)
    this.#waiters = this.#waiters.filter((waiter) => waiter.fileOffset > this.#writtenEnd)
    for (const waiter of due) waiter.resolve()
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
