import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { ReadOutcome, ReadValue } from '../../contract/schemas/reading.ts'
import type { ReadPlan, ReadTake } from './read-plan.ts'
import { readValueOf } from './read-value.ts'
import { UnreadBytes } from './unread-bytes.ts'

/** Why nothing more comes. */
type StreamEnd =
  | { readonly kind: 'closed-by-peer' }
  | { readonly kind: 'broken'; readonly error: ErrorShape }
  | { readonly kind: 'closed-here' }

const lineFeed = 0x0a
const nothing = new Uint8Array(0)
/** Sizes of so many pieces are told of each read. */
const mostToldPieces = 1000
const peerClosed: StreamEnd = { kind: 'closed-by-peer' }
const closedHere: StreamEnd = { kind: 'closed-here' }

/**
 * One stream, read by hand, one read at a time. `request` answers at once when it can and null when it must wait; then
 * one of the `accept` methods answers. What each read gives is the table of the README.
 */
export class ByteReader {
  readonly #unread = new UnreadBytes()
  #plan: ReadPlan | null = null
  /** Bytes of `#unread` that the search for the separator is through with, and how much of it the last ones match. */
  #searched = 0
  #matched = 0
  /** The rest of a line over the limit, up to its LF, is still to come. */
  #discardsLine = false
  #end: StreamEnd | null = null
  /** A read has met the end. */
  #endTold = false

  /** Bytes that came and that no read took. */
  get heldBytes(): number {
    return this.#unread.length
  }

  get isReading(): boolean {
    return this.#plan !== null
  }

  /** Most bytes that the waiting read can still use; infinite when that is unknown, 0 when none waits. */
  get wantedBytes(): number {
    if (this.#plan === null) return 0
    const { take } = this.#plan
    if (take.kind === 'service') return take.limitBytes - this.#unread.length
    const isCounted = (take.kind === 'up-to' || take.kind === 'exactly') && !this.#discardsLine
    return isCounted ? take.byteCount - this.#unread.length : Infinity
  }

  /** Begins a read. Its outcome, or null when it waits. Only one may wait at a time. */
  request(plan: ReadPlan): ReadOutcome | null {
    if (this.#plan !== null) throw new TypeError('A read waits already')
    this.#plan = plan
    this.#searched = this.#matched = 0
    return this.#tryOn()
  }

  /** Bytes arrived; they are copied. The outcome of the waiting read, when they end it. */
  acceptChunk(bytes: Uint8Array): ReadOutcome | null {
    if (this.#end !== null) return null
    const rest = this.#discardsLine ? this.#afterDiscarded(bytes) : bytes
    if (rest.length > 0) this.#unread.add(rest)
    return this.#tryOn()
  }

  /** The peer closed its side. */
  acceptEnd(): ReadOutcome | null {
    return this.#acceptEnd(peerClosed)
  }

  /** The connection broke. Bytes that came before can be read; the read that would need more fails with this error. */
  acceptFailure(error: ErrorShape): ReadOutcome | null {
    return this.#acceptEnd({ kind: 'broken', error })
  }

  /** Closed from this side: what was not read is no longer to be had. */
  close(): ReadOutcome | null {
    this.#end = closedHere
    this.#unread.drop(this.#unread.length)
    return this.#tryOn()
  }

  /** The socket has nothing: ends a poll and a service, and nothing else. */
  acceptNothing(): ReadOutcome | null {
    const take = this.#plan?.take
    if (take?.kind !== 'service' && !(take?.kind === 'up-to' && take.isPoll)) return null
    this.#plan = null
    return this.#unread.length > 0 ? this.#read(this.#unread.length, false) : { kind: 'nothing' }
  }

  /** The waiting read is given up. It took nothing: what came stays for the next one. */
  giveUp(): void {
    this.#plan = null
  }

  #acceptEnd(end: StreamEnd): ReadOutcome | null {
    if (this.#end !== null) return null
    this.#end = end
    return this.#tryOn()
  }

  #tryOn(): ReadOutcome | null {
    const plan = this.#plan
    if (plan === null) return null
    const outcome = this.#hasEnded() ? failed(describeError('not-connected')) : this.#attempt(plan)
    if (outcome !== null) this.#plan = null
    return outcome
  }

  #hasEnded(): boolean {
    return this.#endTold || this.#end?.kind === 'closed-here'
  }

  #attempt({ take, readAs }: ReadPlan): ReadOutcome | null {
    switch (take.kind) {
      case 'up-to':
        if (this.#unread.length > 0) return this.#read(take.byteCount, false)
        return this.#end === null ? null : this.#restAtEnd()
      case 'service': {
        const isCut = this.#end?.kind === 'broken' && this.#unread.length > 0
        if (isCut || this.#unread.length >= take.limitBytes) return this.#read(take.limitBytes, false)
        return this.#end === null ? null : this.#restAtEnd()
      }
      case 'exactly': {
        if (this.#unread.length < take.byteCount) return this.#end === null ? null : this.#cutShort(take.byteCount)
        return this.#interpreted(take.byteCount, take.byteCount, readAs)
      }
      case 'until':
        return this.#attemptUntil(take, readAs)
      case 'until-close':
        if (this.#unread.length > take.limitBytes) return this.#overrun(take.limitBytes)
        return this.#end === null ? null : this.#restAtEnd()
      default:
        return take satisfies never
    }
  }

  #attemptUntil(take: Extract<ReadTake, { kind: 'until' }>, readAs: ReadPlan['readAs']): ReadOutcome | null {
    const { separator, limitBytes, isLine } = take
    const end = this.#search(take)
    if (end !== null) {
      return this.#interpreted(end, end - separator.length, readAs)
    }
    // Only then is it certain that no separator begins within the limit, whatever comes.
    if (this.#unread.length >= limitBytes + separator.length) {
      return isLine ? this.#discardLine(limitBytes) : this.#overrun(limitBytes)
    }
    if (this.#end === null) return null
    return isLine ? this.#restAtEnd() : this.#cutShort(null)
  }

  /** Index behind the first separator that begins within the limit; goes on where the last search ended. */
  #search({ separator, limitBytes }: Extract<ReadTake, { kind: 'until' }>): number | null {
    const bytes = this.#unread.view()
    const searchEnd = Math.min(bytes.length, limitBytes + separator.length)
    let index = this.#searched
    let matched = this.#matched
    while (index < searchEnd && matched < separator.length) {
      if (matched === 0) {
        const candidate = bytes.indexOf(separator.first, index)
        index = candidate === -1 ? searchEnd : candidate
        if (index >= searchEnd) break
      }
      matched = separator.advance(matched, bytes[index] ?? 0)
      index++
    }
    this.#searched = Math.min(index, searchEnd)
    this.#matched = matched
    return matched === separator.length ? index : null
  }

  #overrun(limitBytes: number): ReadOutcome {
    return failed(describeError('read-limit-overrun', { limitBytes, discarded: false }))
  }

  /** The beginning of the line is shown; its rest is dropped now, or as it comes. */
  #discardLine(limitBytes: number): ReadOutcome {
    const shown = this.#unread.view().slice(0, limitBytes)
    const held = this.#unread.take(this.#unread.length)
    this.#discardsLine = true
    const rest = this.#afterDiscarded(held)
    if (rest.length > 0) this.#unread.add(rest)
    return failed(describeError('read-limit-overrun', { limitBytes, discarded: true }), shown)
  }

  #afterDiscarded(bytes: Uint8Array): Uint8Array {
    const at = bytes.indexOf(lineFeed)
    if (at === -1) return nothing
    this.#discardsLine = false
    return bytes.subarray(at + 1)
  }

  /** Everything that is left, with which the stream ends. */
  #restAtEnd(): ReadOutcome {
    if (this.#end?.kind === 'broken') return this.#broken(this.#end.error)
    this.#endTold = true
    return this.#read(this.#unread.length, true)
  }

  /** The stream ended before the read had what it asked for: what came is shown and taken. */
  #cutShort(expectedBytes: number | null): ReadOutcome {
    if (this.#end?.kind === 'broken') return this.#broken(this.#end.error)
    this.#endTold = true
    const bytes = this.#unread.take(this.#unread.length)
    return failed(describeError('read-incomplete', { receivedBytes: bytes.length, expectedBytes }), bytes)
  }

  #broken(error: ErrorShape): ReadOutcome {
    this.#endTold = true
    return failed(error, this.#unread.take(this.#unread.length))
  }

  /** Takes the first bytes. */
  #read(byteCount: number, atEnd: boolean, value: ReadValue | null = null): ReadOutcome {
    const pieces = this.#unread.piecesOf(byteCount, mostToldPieces)
    return { kind: 'read', bytes: this.#unread.take(byteCount), value, atEnd, pieces }
  }

  /** Takes the first bytes, the first `contentBytes` of which stand for something. */
  #interpreted(byteCount: number, contentBytes: number, readAs: ReadPlan['readAs']): ReadOutcome {
    const result = readValueOf(this.#unread.view().subarray(0, contentBytes), readAs)
    if (!result.ok) return failed(result.error, this.#unread.take(byteCount))
    return this.#read(byteCount, false, result.value)
  }
}

const failed = (error: ErrorShape, bytes: Uint8Array = nothing): ReadOutcome => ({ kind: 'failed', error, bytes })
