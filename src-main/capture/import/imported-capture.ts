import { WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { KeptOrigin } from '../capture-facts.ts'
import type { CaptureStore } from '../capture-store.ts'
import type { Clock } from '../clock.ts'
import type { LiveCapture } from '../live-capture.ts'
import type { ReceiveSink } from '../receive-sink.ts'
import { ImportClock } from './import-clock.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { Direction } from '../../contract/schemas/common.ts'

/** Largest time a record can have: what JavaScript holds exactly, 104 days. */
const largestElapsedNs = BigInt(Number.MAX_SAFE_INTEGER)
/** The end of the year 2199. What claims to be later, or before 1970, is no time that a capture can begin at. */
const latestStartUnixUs = 7_258_118_399_000_000n

export interface ImportedCaptureOptions {
  readonly store: CaptureStore
  readonly clock: Clock
  readonly name: string
  readonly origin: KeptOrigin
  /** When the first record was; null when the file does not tell: then now. */
  readonly firstUnixNs: bigint | null
}

/** A capture that an import writes. Whoever begins it finishes or discards it. */
export class ImportedCapture {
  /** Records whose time lay before that of the record before them, or out of what a capture can hold. */
  movedTimes = 0
  readonly #store: CaptureStore
  readonly #capture: LiveCapture
  readonly #clock: ImportClock
  readonly #startUnixNs: bigint
  readonly #sinks = new Map<number, ReceiveSink>()
  #problem: ErrorShape | null = null
  #lastUnixNs: bigint
  #wake: (() => void) | null = null

  private constructor(
    store: CaptureStore,
    capture: LiveCapture,
    clock: ImportClock,
    startUnixNs: bigint,
    first: bigint,
  ) {
    this.#store = store
    this.#capture = capture
    this.#clock = clock
    this.#startUnixNs = startUnixNs
    this.#lastUnixNs = first
    capture.onProblem = (problem) => {
      this.#problem = problem
      this.#wake?.()
    }
    capture.onRoom = () => this.#wake?.()
  }

  /** Errors: those of `CaptureStore.create`. */
  static async begin({ store, clock, name, origin, firstUnixNs }: ImportedCaptureOptions): Promise<ImportedCapture> {
    const givenUs = firstUnixNs === null ? null : firstUnixNs / 1000n
    const isUsable = givenUs !== null && givenUs >= 0n && givenUs <= latestStartUnixUs
    const startUnixUs = isUsable ? Number(givenUs) : clock.unixMicroseconds()
    const importClock = new ImportClock(clock, startUnixUs)
    const capture = await store.create({ name, origin, clock: importClock })
    // A first time that is no usable one counts all the same as the place that the others are measured from.
    const startUnixNs = isUsable || firstUnixNs === null ? BigInt(startUnixUs) * 1000n : firstUnixNs
    return new ImportedCapture(store, capture, importClock, startUnixNs, firstUnixNs ?? startUnixNs)
  }

  get captureId(): string {
    return this.#capture.captureId
  }

  /** What is recorded from now on was at this time. */
  moveTo(unixNs: bigint): void {
    const elapsedNs = unixNs - this.#startUnixNs
    if (unixNs < this.#lastUnixNs || elapsedNs > largestElapsedNs) this.movedTimes++
    else this.#lastUnixNs = unixNs
    if (elapsedNs > 0n) this.#clock.moveTo(Number(elapsedNs > largestElapsedNs ? largestElapsedNs : elapsedNs))
  }

  /** Records bytes; they may change afterwards. */
  bytes(connection: number, direction: Direction, bytes: Uint8Array): void {
    if (direction === 'sent') this.#capture.recordSent(connection, bytes.slice())
    else this.#sink(connection).append(bytes.slice())
  }

  event(connection: number, event: ConnectionEvent): void {
    this.#capture.recordEvent(connection, event)
  }

  /** Nothing more comes of a connection. */
  closeConnection(connection: number): void {
    this.#sinks.get(connection)?.close()
    this.#sinks.delete(connection)
  }

  /** Waits until the disk has caught up. Errors: `disk-full`, `file-unwritable`: what was made is to be discarded. */
  async room(): Promise<void> {
    while (this.#problem === null && !this.#capture.hasRoom) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    this.#wake = null
    if (this.#problem !== null) throw WirebenchError.fromShape(this.#problem)
  }

  /** Everything is recorded. Errors: `disk-full`, `file-unwritable`. */
  async finish(): Promise<void> {
    await this.#capture.close()
  }

  /** Leaves nothing of it. Errors: `file-unwritable`. */
  async discard(): Promise<void> {
    // A disk that takes nothing cannot keep what is to be removed.
    await this.#capture.close().catch(() => undefined)
    await this.#store.discard(this.captureId)
  }

  #sink(connection: number): ReceiveSink {
    const known = this.#sinks.get(connection)
    if (known !== undefined) return known
    const sink = this.#capture.sink(connection)
    this.#sinks.set(connection, sink)
    return sink
  }
}

/** Does the work with a new capture, and discards it when that fails or is cancelled. */
export async function writingCapture<Result>(
  options: ImportedCaptureOptions,
  work: (capture: ImportedCapture) => Promise<Result>,
): Promise<Result> {
  const capture = await ImportedCapture.begin(options)
  try {
    const result = await work(capture)
    await capture.finish()
    return result
  } catch (error) {
    await capture.discard()
    throw error
  }
}
