import { describeError, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { CancelSignal } from '../../contract/command-handlers.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import { maximumHandReadBytes, type ReadOutcome, type SessionReading } from '../../contract/schemas/reading.ts'
import { ByteReader } from '../../protocol/reading/byte-reader.ts'
import type { ReadPlan, ReadTake } from '../../protocol/reading/read-plan.ts'
import type { Clock, StreamHandle } from '../ports.ts'
import { ServiceRhythm } from './service-rhythm.ts'

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
  /** What the read that waits takes. */
  #take: ReadTake | null = null
  readonly #service: ServiceRhythm
  /** The service under way by itself has brought bytes. */
  #hasServed = false

  /** `onChanged`: the snapshot is another one. */
  constructor(readSizeBytes: number, clock: Clock, onChanged: () => void) {
    this.#readSizeBytes = readSizeBytes
    this.#clock = clock
    this.#onChanged = onChanged
    this.#service = new ServiceRhythm(clock, () => this.#serviceOn())
  }

  /** A connection is being read that has not ended. */
  get hasStream(): boolean {
    return this.#stream !== null
  }

  /** Counts from the next read of the socket on. */
  set readSizeBytes(byteCount: number) {
    this.#readSizeBytes = byteCount
  }

  /** Services by itself so often from now on, between reads; null for never. What comes is held for the reads. */
  serviceEvery(intervalMs: number | null): void {
    if (intervalMs === this.#service.intervalMs) return
    this.#service.intervalMs = intervalMs
    if (this.#stream !== null) this.#service.begin()
  }

  snapshot(): SessionReading {
    return {
      mode: 'manual',
      readSizeBytes: this.#readSizeBytes,
      isReading: this.#settle !== null,
      heldBytes: this.#reader?.heldBytes ?? 0,
      serviceIntervalMs: this.#service.intervalMs,
    }
  }

  /** A connection is open and its reading is held. `peerEnded`: all of it was read before. */
  begin(stream: StreamHandle, peerEnded: boolean): void {
    this.#stream = stream
    this.#reader = new ByteReader()
    if (peerEnded) this.#reader.acceptEnd()
    else this.#service.begin()
  }

  /** The present connection belongs to the past: nothing of it can be read any more. */
  forget(): void {
    this.#service.end()
    this.#conclude(this.#reader?.close() ?? null)
    this.#reader = null
    this.#stream = null
  }

  /** Bytes arrived, and are in the capture. */
  received(bytes: Uint8Array): void {
    const reader = this.#reader
    if (reader === null) return
    this.#conclude(reader.acceptChunk(bytes))
    if (this.#settle !== null) this.#askOn(reader)
    else if (this.#service.isAtWork) {
      this.#hasServed = true
      this.#askLater(() => this.#serviceOn())
    }
  }

  nothingToRead(): void {
    this.#service.done()
    if (this.#hasServed) this.#onChanged()
    this.#hasServed = false
    this.#conclude(this.#reader?.acceptNothing() ?? null)
  }

  /** Looks at what happens to the connection: how it ends is told by reads. */
  told(event: ConnectionEvent): void {
    if (event.kind === 'peer-ended' || event.kind === 'ended') this.#service.end()
    if (event.kind === 'peer-ended') this.#conclude(this.#reader?.acceptEnd() ?? null)
    if (event.kind !== 'ended') return
    const { how, error } = event.ending
    if (error !== null) this.#conclude(this.#reader?.acceptFailure(error) ?? null)
    else if (how === 'fin') this.#conclude(this.#reader?.acceptEnd() ?? null)
    else this.#conclude(this.#reader?.close() ?? null)
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
    this.#conclude(failure(error))
  }

  async #waitFor(reader: ByteReader, { take }: ReadPlan, { timeoutMs, signal }: ReadOptions): Promise<ReadOutcome> {
    const cancel = (): void => this.giveUp(describeError('cancelled'))
    const forgetTimeout =
      timeoutMs === null ? null : this.#clock.wakeAfter(timeoutMs, () => this.#timeOut(timeoutMs, reader.heldBytes))
    signal.addEventListener('abort', cancel)
    try {
      return await new Promise<ReadOutcome>((resolve) => {
        this.#settle = resolve
        this.#take = take
        this.#service.done()
        this.#ask(reader)
        this.#onChanged()
        if (signal.aborted) cancel()
      })
    } finally {
      forgetTimeout?.()
      signal.removeEventListener('abort', cancel)
    }
  }

  /** Bytes came, and the read that waits wants more. */
  #askOn(reader: ByteReader): void {
    if (this.#take?.kind !== 'service') {
      this.#ask(reader)
      return
    }
    const settle = this.#settle
    this.#askLater(() => {
      if (this.#settle === settle && this.#reader === reader) this.#ask(reader)
    })
  }

  #ask(reader: ByteReader): void {
    const take = this.#take
    const isPoll = take?.kind === 'service' || (take?.kind === 'up-to' && take.isPoll)
    this.#stream?.readOnce(Math.min(this.#readSizeBytes, reader.wantedBytes), !isPoll)
  }

  /** A read that does not wait begins no sooner than the one is over in which bytes came. */
  #askLater(ask: () => void): void {
    void Promise.resolve().then(ask)
  }

  /** The next read of a service by itself, unless a person reads or too much is held already. */
  #serviceOn(): void {
    const roomBytes = maximumHandReadBytes - (this.#reader?.heldBytes ?? 0)
    if (this.#stream === null || this.#settle !== null || roomBytes <= 0) {
      this.#service.done()
      return
    }
    this.#stream.readOnce(Math.min(this.#readSizeBytes, roomBytes), false)
  }

  #timeOut(timeoutMs: number, heldBytes: number): void {
    const progress = `${heldBytes} bytes came and wait for the next read`
    this.giveUp(describeError('wait-timeout', { timeoutMs, progress }))
  }

  #conclude(outcome: ReadOutcome | null): void {
    const settle = this.#settle
    if (outcome === null || settle === null) return
    this.#settle = null
    settle(outcome)
    this.#onChanged()
  }
}

const failure = (error: ErrorShape): ReadOutcome => ({ kind: 'failed', error, bytes: nothing })
