import { KeptStream } from './kept-stream.ts'
import type { OnPatternMatch, PatternMatch, PatternScan, ScannedChunk, SearchTools } from './pattern-scan.ts'
import { StretchCursor, type StretchPlace } from './stretch.ts'

/** Most bytes of a match. */
export const longestExpressionMatch = 64 * 1024
/** So many bytes are kept behind what is looked at, for a match to go on in, before an expression is run over them. */
const windowBytes = 2 * longestExpressionMatch
/** A match that reaches the end of what is there is told when its stream was silent for so long. */
const silenceNs = 1e9
/** Most bytes that are kept of all streams together. */
const mostKeptBytes = 32 * 1024 * 1024

/**
 * Runs an expression over the bytes of each stream, in windows that overlap by the longest match, so that the result is the same
 * wherever chunks and windows end. A match that reaches the end of what is there for now waits for a second: it may go on.
 */
export class ExpressionScan implements PatternScan {
  readonly #expression: RegExp
  readonly #tools: Pick<SearchTools, 'latin1Text' | 'runExpression'>
  readonly #onMatch: OnPatternMatch
  /** In the order in which they were added to. */
  readonly #streams = new Map<number, KeptStream>()
  readonly #match: PatternMatch = { stream: 0, chunk: 0, offsetInChunk: 0, timeNs: 0, streamOffset: 0, length: 0 }
  readonly #places: number[] = []
  #stream = 0
  #chunk: ScannedChunk = { chunk: 0, timeNs: 0, streamOffset: 0 }
  #keptBytes = 0

  constructor(expression: RegExp, tools: Pick<SearchTools, 'latin1Text' | 'runExpression'>, onMatch: OnPatternMatch) {
    this.#expression = expression
    this.#tools = tools
    this.#onMatch = onMatch
  }

  startChunk(stream: number, chunk: ScannedChunk): void {
    this.#stream = stream
    this.#chunk = { ...chunk }
  }

  scan(bytes: Uint8Array, start: number, end: number, offsetInChunk: number): void {
    const stream = this.#streams.get(this.#stream) ?? new KeptStream()
    this.#streams.delete(this.#stream)
    this.#streams.set(this.#stream, stream)
    for (let at = start; at < end;) {
      const partEnd = Math.min(end, at + windowBytes - stream.undecidedBytes)
      this.#changeKept(stream, () => stream.add(this.#chunk, offsetInChunk + at - start, bytes.subarray(at, partEnd)))
      at = partEnd
      if (stream.undecidedBytes < windowBytes) continue
      this.#run(this.#stream, stream, windowBytes - longestExpressionMatch)
      this.#changeKept(stream, () => stream.decide(windowBytes - longestExpressionMatch))
    }
    while (this.#keptBytes > mostKeptBytes) this.#decideOldest()
  }

  breakStream(stream: number): void {
    this.decide(stream)
    this.#forget(stream)
  }

  breakAll(): void {
    for (const stream of [...this.#streams.keys()]) this.breakStream(stream)
  }

  catchUp(settledNs: number): boolean {
    let waits = false
    for (const [number, stream] of this.#streams) {
      if (stream.isCaughtUp) continue
      const leavesEnd = settledNs - stream.lastTimeNs < silenceNs
      stream.isCaughtUp = this.#run(number, stream, stream.undecidedBytes, leavesEnd)
      waits ||= !stream.isCaughtUp
    }
    return waits
  }

  undecidedFrom(stream: number): number {
    const kept = this.#streams.get(stream)
    return kept === undefined || kept.undecidedBytes === 0 ? Number.POSITIVE_INFINITY : kept.undecidedOffset
  }

  decide(stream: number): void {
    const kept = this.#streams.get(stream)
    if (kept === undefined || kept.undecidedBytes === 0) return
    this.#run(stream, kept, kept.undecidedBytes)
    this.#changeKept(kept, () => kept.decide(kept.undecidedBytes))
  }

  /** The stream that was silent for the longest makes room. */
  #decideOldest(): void {
    const [oldest] = this.#streams.keys()
    if (oldest === undefined) return
    this.breakStream(oldest)
  }

  #forget(stream: number): void {
    this.#keptBytes -= this.#streams.get(stream)?.memoryBytes ?? 0
    this.#streams.delete(stream)
  }

  #changeKept(stream: KeptStream, change: () => void): void {
    this.#keptBytes -= stream.memoryBytes
    change()
    this.#keptBytes += stream.memoryBytes
  }

  /**
   * Tells the matches that begin in the first `startLimit` undecided bytes and behind the match before. With `leavesEnd` one that
   * reaches the end of what is kept is left for later, which is answered by false.
   */
  #run(number: number, stream: KeptStream, startLimit: number, leavesEnd = false): boolean {
    const { bytes, start, end, matchedBytes } = stream
    if (matchedBytes >= startLimit) return true
    const places = this.#places
    places.length = 0
    const first = stream.undecidedStart - start
    this.#tools.runExpression(this.#expression, {
      text: this.#tools.latin1Text(bytes, start, end),
      from: first + matchedBytes,
      startLimit: first + startLimit,
      longestMatch: longestExpressionMatch,
      places,
    })
    const cursor = new StretchCursor(stream.stretches)
    for (let index = 0; index < places.length; index += 2) {
      const at = (places[index] ?? 0) - first
      const length = places[index + 1] ?? 0
      if (leavesEnd && first + at + length === end - start && length < longestExpressionMatch) return false
      this.#tell(number, cursor.placeOf(at), length)
      stream.matchedBytes = at + length
    }
    return true
  }

  #tell(number: number, { chunk, offsetInChunk }: StretchPlace, length: number): void {
    const match = this.#match
    match.stream = number
    match.chunk = chunk.chunk
    match.timeNs = chunk.timeNs
    match.offsetInChunk = offsetInChunk
    match.streamOffset = chunk.streamOffset + offsetInChunk
    match.length = length
    this.#onMatch(match)
  }
}
