import type { ErrorShape } from '../contract/errors.ts'
import { BatchCursor, type Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import { describeWriteFailure, type OpenFile } from './file-access.ts'

/** Most bytes of one write. */
const maximumWriteBytes = 1024 * 1024
/** Systems take at least 1024 pieces in one vectored write. */
const maximumWritePieces = 512
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

interface Waiter {
  readonly fileOffset: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes batches to the data file: strictly in order, one positional write at a time, short writes continued, failed
 * ones tried again until they succeed or somebody gives up.
 */
export class DataWriter {
  readonly #file: OpenFile
  readonly #fileName: string
  readonly #clock: Clock
  readonly #listener: DataWriterListener
  #queue: Batch[] = []
  #waiters: Waiter[] = []
  #queuedEnd: number
  #writtenEnd: number
  #running: Promise<void> | null = null
  #problem: ErrorShape | null = null
  #endRetryWait: (() => void) | null = null
  #abandoned: unknown = null

  constructor(file: OpenFile, fileName: string, startOffset: number, clock: Clock, listener: DataWriterListener) {
    this.#file = file
    this.#fileName = fileName
    this.#queuedEnd = startOffset
    this.#writtenEnd = startOffset
    this.#clock = clock
    this.#listener = listener
  }

  /** Why writing does not go on at present, or null. */
  get problem(): ErrorShape | null {
    return this.#problem
  }

  enqueue(batch: Batch): void {
    this.#queue.push(batch)
    this.#queuedEnd += batch.byteLength
    this.#running ??= this.#run()
  }

  /** Waits until everything enqueued so far is in the file. */
  drain(): Promise<void> {
    if (this.#abandoned !== null) return Promise.reject(toError(this.#abandoned))
    if (this.#writtenEnd >= this.#queuedEnd) return Promise.resolve()
    const fileOffset = this.#queuedEnd
    return new Promise((resolve, reject) => this.#waiters.push({ fileOffset, resolve, reject }))
  }

  /** Stops trying: waiters fail with `error`, what is queued is lost. For closing while the disk stays full. */
  abandon(error: unknown): void {
    this.#abandoned = error
    this.#endRetryWait?.()
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }

  /** Waits until no write is under way and none will begin by itself. */
  async stopped(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    await Promise.resolve()
    for (let batch = this.#queue[0]; batch !== undefined; batch = this.#queue[0]) {
      const cursor = new BatchCursor(batch)
      while (!cursor.atEnd && this.#abandoned === null) await this.#writeOnce(cursor)
      if (this.#abandoned !== null) break
      this.#queue.shift()
      this.#listener.onBatchWritten(batch)
      this.#wakeWaiters()
    }
    this.#running = null
    if (this.#abandoned !== null) for (const batch of this.#queue.splice(0)) this.#listener.onBatchAbandoned(batch)
  }

  async #writeOnce(cursor: BatchCursor): Promise<void> {
    try {
      const written = await this.#file.write(cursor.peek(maximumWriteBytes, maximumWritePieces), this.#writtenEnd)
      if (written === 0) throw new Error('The system wrote nothing.')
      this.#writtenEnd += written
      cursor.advance(written)
    } catch (error) {
      await this.#reportAndWait(error)
      return
    }
    if (this.#problem === null) return
    this.#problem = null
    this.#listener.onProblemSolved()
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
