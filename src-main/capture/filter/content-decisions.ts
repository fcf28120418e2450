import type { CompiledPattern } from '../../protocol/byte-search/compile-pattern.ts'
import type { PatternScan } from '../../protocol/byte-search/pattern-scan.ts'
import type { RecordHeader } from '../record-codec.ts'
import { MatchQueue } from './match-queue.ts'

/** No match goes on in bytes that come so much later: longer than a lost packet takes to come again. */
const longestSilenceNs = 500e6
/** Streams in which a match may go on at the same time; the one that was silent for the longest makes room. */
const maximumOpenStreams = 4096
/**
 * A message that is found to end did so, and the next one began, within the last 512 bytes: of what was found in a message that has
 * not ended, the first and the last matches count.
 */
const keptMatches = 513

/** Whether a match begins in `[first, last]` of a stream. */
export interface ContentVerdict {
  readonly stream: number
  readonly first: number
  readonly last: number
  isDecided: boolean
  hasMatch: boolean
}

/** What most rows are. It is decided, and never changed. */
const withoutMatch: ContentVerdict = { stream: -1, first: 0, last: -1, isDecided: true, hasMatch: false }

interface StreamState {
  /** In order, undecided. */
  rows: ContentVerdict[]
  /** Where matches begin behind the rows seen so far. */
  readonly matches: MatchQueue
  /** End of the last row. */
  takenTo: number
  /** Bytes before were seen. */
  seenEnd: number
}

/**
 * Decides for chunks and messages whether a match begins in them, also in bytes that come before the row is known, or after. Offsets
 * are those within the direction of the whole capture.
 */
export class ContentDecisions {
  readonly #scan: PatternScan
  readonly #streams = new Map<number, StreamState>()
  /** Time of the last bytes of the streams in which a match may go on, in the order of the times. */
  readonly #open = new Map<number, number>()
  readonly #chunk = { chunk: 0, timeNs: 0, streamOffset: 0 }
  #stream = 0

  constructor(pattern: CompiledPattern) {
    this.#scan = pattern.newScan(({ stream, streamOffset }) => this.#found(stream, streamOffset))
  }

  startChunk(stream: number, { timeNs, streamOffset }: Readonly<RecordHeader>, record: number): void {
    this.#open.delete(stream)
    this.#open.set(stream, timeNs)
    if (this.#open.size > maximumOpenStreams) {
      const [oldest] = this.#open.keys()
      if (oldest !== undefined) this.breakStream(oldest)
    }
    this.#stream = stream
    this.#stateOf(stream).seenEnd = streamOffset
    this.#chunk.chunk = record
    this.#chunk.timeNs = timeNs
    this.#chunk.streamOffset = streamOffset
    this.#scan.startChunk(stream, this.#chunk)
  }

  /** A part of the chunk begun last. Rows that end in it are asked for after. */
  scan(bytes: Uint8Array, start: number, end: number, payloadOffset: number): void {
    const state = this.#stateOf(this.#stream)
    if (state.matches.size > 2 * keptMatches) state.matches.thin(keptMatches)
    this.#scan.scan(bytes, start, end, payloadOffset)
    state.seenEnd = this.#chunk.streamOffset + payloadOffset + end - start
    this.#settle(this.#stream, state)
  }

  /** Asks about the next row of a stream. */
  ask(stream: number, first: number, last: number): ContentVerdict {
    const state = this.#streams.get(stream)
    if (state === undefined || last < first) return withoutMatch
    const { matches } = state
    if (matches.size === 0 && this.#open.has(stream) && this.#isKnown(stream, state, last)) {
      state.takenTo = last
      return withoutMatch
    }
    const verdict: ContentVerdict = { stream, first, last, isDecided: true, hasMatch: false }
    const next = matches.firstFrom(first)
    verdict.hasMatch = next !== null && next <= last
    matches.firstFrom(last + 1)
    state.takenTo = last
    if (next !== null || this.#isKnown(stream, state, last)) {
      if (matches.size === 0 && !this.#open.has(stream)) this.#streams.delete(stream)
      return verdict
    }
    verdict.isDecided = false
    state.rows.push(verdict)
    return verdict
  }

  /** No record before this time is still to come. */
  passTime(timeNs: number): void {
    for (const [stream, lastTimeNs] of this.#open) {
      if (timeNs - lastTimeNs < longestSilenceNs) break
      this.breakStream(stream)
    }
  }

  breakAll(): void {
    for (const stream of [...this.#open.keys()]) this.breakStream(stream)
  }

  /** No match goes over this place of a stream: everything before it is decided. */
  breakStream(stream: number): void {
    this.#scan.breakStream(stream)
    this.#open.delete(stream)
    const state = this.#streams.get(stream)
    if (state === undefined) return
    for (const row of state.rows.splice(0)) row.isDecided = true
    if (state.matches.size === 0) this.#streams.delete(stream)
  }

  #stateOf(stream: number): StreamState {
    const known = this.#streams.get(stream)
    if (known !== undefined) return known
    const state: StreamState = { rows: [], matches: new MatchQueue(), takenTo: -1, seenEnd: 0 }
    this.#streams.set(stream, state)
    return state
  }

  #found(stream: number, offset: number): void {
    const state = this.#stateOf(stream)
    const { rows } = state
    while (rows[0] !== undefined && rows[0].last < offset) decide(rows, false)
    if (rows[0] !== undefined && rows[0].first <= offset) decide(rows, true)
    else if (offset > state.takenTo) state.matches.push(offset)
  }

  #settle(stream: number, state: StreamState): void {
    const { rows } = state
    while (rows[0] !== undefined && this.#isKnown(stream, state, rows[0].last)) decide(rows, false)
  }

  #isKnown(stream: number, state: StreamState, last: number): boolean {
    return last < state.seenEnd && last < this.#scan.undecidedFrom(stream)
  }
}

function decide(rows: ContentVerdict[], hasMatch: boolean): void {
  const row = rows.shift()
  if (row === undefined) return
  row.isDecided = true
  row.hasMatch = hasMatch
}
