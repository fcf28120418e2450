import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { CallDeadlines } from './call-deadlines.ts'
import type { CallEffect, NumberedCall } from './call-inputs.ts'

/** Finished calls that are remembered by their identifier, so that what still comes for them can be told apart. */
export const rememberedCalls = 10_000

export interface PendingCall {
  readonly number: number
  readonly key: string
  readonly timeoutMs: number | null
  /** Calls that went out together have the same; null alone. */
  readonly batch: number | null
}

export interface FinishedCall {
  readonly number: number
  /** False once it timed out or was cancelled: its answer may still come. */
  wasAnswered: boolean
}

/**
 * Calls whose replies carry an identifier, by a `key` that stands for it. Rules:
 * - A call is pending until it is answered, runs out of time, is cancelled, or the connection ends.
 * - Answered, late and cancelled ones are remembered, at most `rememberedCalls`; the oldest are forgotten first.
 * - A key that is used anew belongs to the newer call.
 */
export class CorrelatedCalls {
  readonly #byKey = new Map<string, PendingCall>()
  readonly #byNumber = new Map<number, PendingCall>()
  readonly #finished = new Map<string, FinishedCall>()
  /** The remembered ones as a ring, the oldest at `#oldest`: a map that is asked for its first key wades through what was deleted. */
  readonly #ring: { readonly key: string; readonly call: FinishedCall }[] = []
  #oldest = 0
  readonly #deadlines = new CallDeadlines()

  get size(): number {
    return this.#byNumber.size
  }

  begin({ number, timeoutMs }: NumberedCall, key: string, batch: number | null, nowMs: number): void {
    const call = { number, key, timeoutMs, batch }
    this.#byKey.set(key, call)
    this.#byNumber.set(number, call)
    this.#finished.delete(key)
    this.#deadlines.begin(number, timeoutMs, nowMs)
  }

  pending(key: string): PendingCall | undefined {
    return this.#byKey.get(key)
  }

  finished(key: string): FinishedCall | undefined {
    return this.#finished.get(key)
  }

  /** The only pending call, or all of the only batch that is pending; else none. */
  onlyOnes(): readonly PendingCall[] {
    const [first] = this.#byNumber.values()
    if (first === undefined) return []
    const isOnly = this.size === 1 || (first.batch !== null && this.#areAllOf(first.batch))
    return isOnly ? [...this.#byNumber.values()] : []
  }

  #areAllOf(batch: number): boolean {
    for (const call of this.#byNumber.values()) if (call.batch !== batch) return false
    return true
  }

  answered(call: PendingCall): void {
    this.#forget(call)
    this.#remember(call, true)
  }

  /** False when there is no such pending call. */
  cancel(number: number): boolean {
    const call = this.#byNumber.get(number)
    if (call === undefined) return false
    this.#forget(call)
    this.#remember(call, false)
    return true
  }

  /** The timer fired. */
  timeOut(nowMs: number, effects: CallEffect[]): void {
    for (const number of this.#deadlines.due(nowMs)) {
      const timeoutMs = this.#byNumber.get(number)?.timeoutMs ?? null
      this.cancel(number)
      effects.push({ kind: 'failed', number, error: describeError('call-timeout', { timeoutMs }) })
    }
  }

  failAll(error: ErrorShape, effects: CallEffect[]): void {
    for (const number of this.#byNumber.keys()) effects.push({ kind: 'failed', number, error })
    this.#byKey.clear()
    this.#byNumber.clear()
    this.#deadlines.endAll()
  }

  nextWake(): CallEffect | null {
    return this.#deadlines.nextWake()
  }

  #forget(call: PendingCall): void {
    if (this.#byKey.get(call.key) === call) this.#byKey.delete(call.key)
    this.#byNumber.delete(call.number)
    this.#deadlines.end(call.number)
  }

  #remember({ number, key }: PendingCall, wasAnswered: boolean): void {
    if (this.#byKey.has(key)) return
    const call = { number, wasAnswered }
    const forgotten = this.#ring[this.#oldest]
    if (forgotten !== undefined && this.#finished.get(forgotten.key) === forgotten.call) {
      this.#finished.delete(forgotten.key)
    }
    this.#finished.set(key, call)
    this.#ring[this.#oldest] = { key, call }
    this.#oldest = (this.#oldest + 1) % rememberedCalls
  }
}
