import type { ServerFaults } from '../../contract/schemas/server-faults.ts'
import { FaultDelivery, type DeliveryStep } from './fault-delivery.ts'
import type { FaultTally } from './fault-table.ts'
import { MessageFaults } from './message-faults.ts'

/** So much may wait before a server is asked to write no more. */
export const mostHeldBytes = 256 * 1024
/** After so many bytes that were left out, a server pauses: one that writes as fast as it may would never end. */
const mostDiscardedBytes = 256 * 1024
const discardPauseMs = 10

/**
 * The faults between a server and one of its clients: what the server writes goes in with the time, what is done now comes
 * out of `next`, which is asked until it answers `wait`, and again whenever something went in, the client took bytes, or the
 * time has come. Rules:
 * - The same faults, client number and messages give the same bytes, whatever the times.
 * - The end of the server comes after everything that waits. While nothing goes out (mute, stall) the connection stays open: the
 *   end waits for that of the client.
 * - After a half-close, a reset or a cut message nothing more goes out, whatever is written.
 * - What waits is bounded as long as the server heeds `hasRoom`, what is left out included.
 */
export class FaultMachine {
  readonly #messages: MessageFaults
  readonly #delivery: FaultDelivery
  #serverEnded = false
  #clientEnded = false
  #finished = false
  #discardedBytes = 0
  #roomAtMs: number | null = null

  constructor(faults: ServerFaults, client: number, tally: FaultTally, nowMs: number) {
    this.#messages = new MessageFaults(faults, client, tally)
    this.#delivery = new FaultDelivery(faults, client, tally)
    const { ending } = this.#messages.begin()
    if (ending !== null) this.#finish(ending, nowMs)
  }

  /** Bytes that wait here. */
  get heldBytes(): number {
    return this.#delivery.heldBytes
  }

  /** False: the server should write no more for now. */
  hasRoom(nowMs: number): boolean {
    if (this.#roomAtMs !== null && nowMs >= this.#roomAtMs) {
      this.#roomAtMs = null
      this.#discardedBytes = 0
    }
    return this.#roomAtMs === null && this.heldBytes < mostHeldBytes
  }

  /** The server wrote a message. It must not be changed afterwards. */
  write(message: Uint8Array, nowMs: number): void {
    if (message.length === 0 || this.#serverEnded) return
    if (this.#finished) {
      this.#discard(message.length, nowMs)
      return
    }
    const { bytes, ending } = this.#messages.apply(message)
    if (bytes.length > 0) this.#delivery.add(bytes, nowMs)
    if (bytes.length < message.length) this.#discard(message.length - bytes.length, nowMs)
    if (ending !== null) this.#finish(ending, nowMs)
  }

  /** The server ended its side. */
  end(nowMs: number): void {
    this.#serverEnded = true
    this.#endIfDue(nowMs)
  }

  /** The client ended its side. */
  clientEnded(nowMs: number): void {
    this.#clientEnded = true
    this.#endIfDue(nowMs)
  }

  /** Takes up other faults, for what is written from now on. */
  redefine(faults: ServerFaults, nowMs: number): void {
    this.#messages.redefine(faults)
    this.#delivery.redefine(faults)
    this.#endIfDue(nowMs)
  }

  /** Another turn has begun. */
  nextTurn(): void {
    this.#delivery.nextTurn()
  }

  /** What is to be done now. `unsentBytes`: of those written before, what the system has not taken yet. */
  next(nowMs: number, unsentBytes: number): DeliveryStep {
    const step = this.#delivery.next(nowMs, unsentBytes)
    if (step.kind !== 'wait' || this.hasRoom(nowMs) || this.#roomAtMs === null) return step
    return { kind: 'wait', untilMs: Math.min(this.#roomAtMs, step.untilMs ?? this.#roomAtMs) }
  }

  #endIfDue(nowMs: number): void {
    if (!this.#serverEnded || (this.#messages.withholds && !this.#clientEnded)) return
    this.#finish('end', nowMs)
  }

  #finish(ending: 'end' | 'reset', nowMs: number): void {
    if (this.#finished) return
    this.#finished = true
    this.#delivery.finish(ending, nowMs)
  }

  #discard(byteCount: number, nowMs: number): void {
    this.#discardedBytes += byteCount
    if (this.#discardedBytes >= mostDiscardedBytes) this.#roomAtMs ??= nowMs + discardPauseMs
  }
}
