import { describeError, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { CancelSignal } from '../../contract/command-handlers.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { ReadOutcome, SessionReading } from '../../contract/schemas/reading.ts'
import { ByteReader } from '../../protocol/reading/byte-reader.ts'
import type { ReadPlan } from '../../protocol/reading/read-plan.ts'
import type { Clock, StreamHandle } from '../ports.ts'

export interface ReadOptions {
  /** Null waits as long as it takes. */
  readonly timeoutMs: number | null
  readonly signal: CancelSignal
}

const nothing = new Uint8Array(0)

/**
 * Reading by hand on one session: asks the stream for what the read at work can use, and no more. Owned by the session,
 * which tells it what happens.
 */
export class HandReading {
  readonly #clock: Clock
  readonly #onChanged: () => void
  #readSizeBytes: number
  /** The connection that is read, also after its end; null before the first. */
  #reader: ByteReader | null = null
  #stream: StreamHandle | null = null
  #settle: ((outcome: ReadOutcome) => void) | null = null
  #isPoll = false

  /** `onChanged`: the snapshot is another one. */
  constructor(readSizeBytes: number, clock: Clock, onChanged: () => void) {
    this.#readSizeBytes = readSizeBytes
    this.#clock = clock
    this.#onChanged = onChanged
  }

  /** Counts from the next read of the socket on. */
  set readSizeBytes(byteCount: number) {
    this.#readSizeBytes = byteCount
  }

  snapshot(): SessionReading {
    return {
      mode: 'manual',
      readSizeBytes: this.#readSizeBytes,
      isReading: this.#settle !== null,
      heldBytes: this.#reader?.heldBytes ?? 0,
      serviceIntervalMs: null,
    }
  }

  /** A connection is open and its reading is held. `peerEnded`: all of it was read before. */
  begin(stream: StreamHandle, peerEnded: boolean): void {
    this.#stream = stream
    this.#reader = new ByteReader()
    if (peerEnded) this.#reader.acceptEnd()
  }

  /** The present connection belongs to the past: nothing of it can be read any more. */
  forget(): void {
    this.#take(this.#reader?.close() ?? null)
    this.#reader = null
    this.#stream = null
  }

  /** Bytes arrived, and are in the capture. */
  received(bytes: Uint8Array): void {
    const reader = this.#reader
    if (reader === null) return
    this.#take(reader.acceptChunk(bytes))
    if (this.#settle !== null) this.#askOn(reader)
  }

  nothingToRead(): void {
    this.#take(this.#reader?.acceptNothing() ?? null)
  }

  /** Looks at what happens to the connection: how it ends is told by reads. */
  told(event: ConnectionEvent): void {
    if (event.kind === 'peer-ended') this.#take(this.#reader?.acceptEnd() ?? null)
    if (event.kind !== 'ended') return
    const { how, error } = event.ending
    if (error !== null) this.#take(this.#reader?.acceptFailure(error) ?? null)
    else if (how === 'fin') this.#take(this.#reader?.acceptEnd() ?? null)
    else this.#take(this.#reader?.close() ?? null)
    this.#stream = null
  }

  /** Ends when the read does, in whatever way. Errors: `read-active`. */
  async read(plan: ReadPlan, { timeoutMs, signal }: ReadOptions): Promise<ReadOutcome> {
    if (this.#settle !== null) throw new WirebenchError('read-active')
    const reader = this.#reader
    if (reader === null) return failure(describeError('not-connected'))
    const outcome = reader.request(plan)
    if (outcome !== null) {
      this.#onChanged()
      return outcome
    }
    return this.#waitFor(reader, plan, { timeoutMs, signal })
  }

  /** Gives up the read that waits: it took nothing. */
  giveUp(error: ErrorShape): void {
    if (this.#settle === null) return
    this.#reader?.giveUp()
    this.#stream?.cancelRead()
    this.#take(failure(error))
  }

  async #waitFor(reader: ByteReader, { take }: ReadPlan, { timeoutMs, signal }: ReadOptions): Promise<ReadOutcome> {
    const cancel = (): void => this.giveUp(describeError('cancelled'))
    const forgetTimeout =
      timeoutMs === null ? null : this.#clock.wakeAfter(timeoutMs, () => this.#timeOut(timeoutMs, reader.heldBytes))
    signal.addEventListener('abort', cancel)
    try {
      return await new Promise<ReadOutcome>((resolve) => {
        this.#settle = resolve
        this.#isPoll = take.kind === 'up-to' && take.isPoll
        this.#askOn(reader)
        this.#onChanged()
        if (signal.aborted) cancel()
      })
    } finally {
      forgetTimeout?.()
      signal.removeEventListener('abort', cancel)
    }
  }

  #askOn(reader: ByteReader): void {
    this.#stream?.readOnce(Math.min(this.#readSizeBytes, reader.wantedBytes), !this.#isPoll)
  }

  #timeOut(timeoutMs: number, heldBytes: number): void {
    const progress = `${heldBytes} bytes came and wait for the next read`
    this.giveUp(describeError('wait-timeout', { timeoutMs, progress }))
  }

  #take(outcome: ReadOutcome | null): void {
    const settle = this.#settle
    if (outcome === null || settle === null) return
    this.#settle = null
    settle(outcome)
    this.#onChanged()
  }
}

const failure = (error: ErrorShape): ReadOutcome => ({ kind: 'failed', error, bytes: nothing })
