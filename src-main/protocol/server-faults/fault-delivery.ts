import type { ServerFaults } from '../../contract/schemas/server-faults.ts'
import { faultTable, type FaultTable, type FaultTally } from './fault-table.ts'
import { SeededRandom } from './seeded-random.ts'

/** What is to be done now. `wait`: nothing before that time, null: nothing before something else happens. */
export type DeliveryStep =
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'wait'; readonly untilMs: number | null }

interface WaitingMessage {
  readonly kind: 'message'
  readonly bytes: Uint8Array
  readonly dueMs: number
}
type Waiting = WaitingMessage | { readonly kind: 'end' | 'reset'; readonly dueMs: number }

/** What a message that waits costs besides its bytes. */
const messageOverheadBytes = 64
/** Throttled bytes go out as often as this, in pieces that fit the rate. */
const throttleStepMs = 20
/** How long a reset waits for bytes that the system has not taken yet: it would take them back. */
const resetGraceMs = 5_000
/** How often is looked whether the system has taken everything. */
const lookAgainMs = 2
const jitterStream = 4

/**
 * When what goes to a client goes out, and in which pieces, in this order: coalesce, delay, throttle, split. Rules:
 * - The order of bytes never changes, and an end comes after everything that was there before it.
 * - Messages of `coalesce` wait from the first of them on; together they are one message to what follows.
 * - `throttle` lets out what fits into 20 ms at once, at least a byte.
 * - A segment of `split` goes out once the system has taken the one before, and never in the same turn.
 * - A message that waits keeps the time it was given; other faults than before apply to those that come later, `throttle` and
 *   `split` to what has not gone out.
 */
export class FaultDelivery {
  readonly #client: number
  readonly #tally: FaultTally
  #table: FaultTable
  #seed: number
  #jitter: SeededRandom
  #gathered: Uint8Array[] = []
  #gatheredUntilMs: number | null = null
  #endingAfterGathered: 'end' | 'reset' | null = null
  #waiting: Waiting[] = []
  #firstWaiting = 0
  #lastDueMs = Number.NEGATIVE_INFINITY
  /** The message that is going out, and how much of it has. */
  #current: Uint8Array | null = null
  #offset = 0
  #heldBytes = 0
  #nextByteMs = Number.NEGATIVE_INFINITY
  #nextSegmentMs = Number.NEGATIVE_INFINITY
  #segmentOutThisTurn = false
  #resetByMs: number | null = null

  constructor(faults: ServerFaults, client: number, tally: FaultTally) {
    this.#client = client
    this.#tally = tally
    this.#table = faultTable(faults)
    this.#seed = faults.seed
    this.#jitter = new SeededRandom(faults.seed, client, jitterStream)
  }

  redefine(faults: ServerFaults): void {
    this.#table = faultTable(faults)
    if (faults.seed === this.#seed) return
    this.#seed = faults.seed
    this.#jitter = new SeededRandom(faults.seed, this.#client, jitterStream)
  }

  /** Bytes that wait here, with what it costs to keep them. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  add(bytes: Uint8Array, nowMs: number): void {
    this.#heldBytes += bytes.length + messageOverheadBytes
    const { coalesce } = this.#table
    if (coalesce === undefined) {
      this.#letGo(nowMs)
      this.#schedule(bytes, nowMs)
      return
    }
    this.#gathered.push(bytes)
    this.#gatheredUntilMs ??= nowMs + coalesce.waitMs
  }

  /** Nothing is added any more. */
  finish(ending: 'end' | 'reset', nowMs: number): void {
    if (this.#gatheredUntilMs === null) this.#finishNow(ending, nowMs)
    else this.#endingAfterGathered = ending
  }

  /** Another turn has begun: the next segment may go out. */
  nextTurn(): void {
    this.#segmentOutThisTurn = false
  }

  /** `unsentBytes` are those that the system has not taken yet. */
  next(nowMs: number, unsentBytes: number): DeliveryStep {
    if (this.#gatheredUntilMs !== null && this.#gatheredUntilMs <= nowMs) this.#letGo(this.#gatheredUntilMs)
    if (this.#current !== null) return this.#piece(this.#current, nowMs, unsentBytes)
    const first = this.#waiting[this.#firstWaiting]
    if (first === undefined) return { kind: 'wait', untilMs: this.#gatheredUntilMs }
    if (first.dueMs > nowMs) return { kind: 'wait', untilMs: earlier(first.dueMs, this.#gatheredUntilMs) }
    if (first.kind === 'message') {
      this.#takeFirst()
      this.#current = first.bytes
      this.#offset = 0
      return this.#piece(first.bytes, nowMs, unsentBytes)
    }
    if (first.kind === 'reset' && unsentBytes > 0) {
      this.#resetByMs ??= nowMs + resetGraceMs
      if (nowMs < this.#resetByMs) return { kind: 'wait', untilMs: nowMs + lookAgainMs }
    }
    this.#takeFirst()
    return { kind: first.kind }
  }

  /** What was gathered goes on as one message. */
  #letGo(nowMs: number): void {
    if (this.#gatheredUntilMs === null) return
    const parts = this.#gathered
    this.#gathered = []
    this.#gatheredUntilMs = null
    this.#tally.add('coalesce')
    this.#heldBytes -= (parts.length - 1) * messageOverheadBytes
    this.#schedule(joined(parts), nowMs)
    if (this.#endingAfterGathered !== null) this.#finishNow(this.#endingAfterGathered, nowMs)
    this.#endingAfterGathered = null
  }

  #schedule(bytes: Uint8Array, nowMs: number): void {
    const { delay } = this.#table
    if (delay !== undefined) this.#tally.add('delay')
    const lateMs = delay === undefined ? 0 : delay.delayMs + delay.jitterMs * this.#jitter.fraction()
    this.#lastDueMs = Math.max(this.#lastDueMs, nowMs + lateMs)
    this.#waiting.push({ kind: 'message', bytes, dueMs: this.#lastDueMs })
  }

  #finishNow(ending: 'end' | 'reset', nowMs: number): void {
    this.#waiting.push({ kind: ending, dueMs: Math.max(this.#lastDueMs, nowMs) })
  }

  #takeFirst(): void {
    this.#firstWaiting++
    if (this.#firstWaiting < 1024 && this.#firstWaiting < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#firstWaiting)
    this.#firstWaiting = 0
  }

  #piece(message: Uint8Array, nowMs: number, unsentBytes: number): DeliveryStep {
    const { throttle, split } = this.#table
    if (throttle !== undefined && nowMs < this.#nextByteMs) return { kind: 'wait', untilMs: this.#nextByteMs }
    if (split !== undefined) {
      if (this.#segmentOutThisTurn) return { kind: 'wait', untilMs: Math.max(nowMs, this.#nextSegmentMs) }
      if (nowMs < this.#nextSegmentMs) return { kind: 'wait', untilMs: this.#nextSegmentMs }
      if (unsentBytes > 0) return { kind: 'wait', untilMs: nowMs + lookAgainMs }
    }
    const left = message.length - this.#offset
    const rate = throttle?.bytesPerSecond ?? Number.POSITIVE_INFINITY
    const step = Math.max(1, Math.floor((rate * throttleStepMs) / 1000))
    const length = Math.min(left, step, split?.segmentBytes ?? left)
    if (this.#offset === 0 && length < left) {
      if (split !== undefined && split.segmentBytes < left) this.#tally.add('split')
      if (step < left) this.#tally.add('throttle')
    }
    if (throttle !== undefined) {
      this.#nextByteMs = Math.max(this.#nextByteMs, nowMs - throttleStepMs) + (length * 1000) / rate
    }
    if (split !== undefined) {
      this.#segmentOutThisTurn = true
      this.#nextSegmentMs = nowMs + split.gapMs
    }
    const bytes = message.subarray(this.#offset, this.#offset + length)
    this.#offset += length
    this.#heldBytes -= length
    if (this.#offset === message.length) {
      this.#current = null
      this.#heldBytes -= messageOverheadBytes
    }
    return { kind: 'write', bytes }
  }
}

function earlier(first: number, second: number | null): number {
  return second === null ? first : Math.min(first, second)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
