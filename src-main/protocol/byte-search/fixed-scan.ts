import type { FixedPattern } from './fixed-pattern.ts'
import type { OnPatternMatch, PatternMatch, PatternScan, ScannedChunk } from './pattern-scan.ts'
import { StretchCursor, type Stretch } from './stretch.ts'

/** The last bytes of a stream, with which a match may begin. */
interface Tail {
  readonly bytes: Uint8Array
  readonly stretches: readonly Stretch[]
}

/**
 * Finds a pattern of a fixed length. Nothing is kept of a stream but the bytes at its end that the pattern could begin with: most
 * streams have none.
 */
export class FixedScan implements PatternScan {
  readonly #pattern: FixedPattern
  readonly #onMatch: OnPatternMatch
  readonly #tails = new Map<number, Tail>()
  readonly #match: PatternMatch = { stream: 0, chunk: 0, offsetInChunk: 0, timeNs: 0, streamOffset: 0, length: 0 }
  #stream = 0
  #chunk: ScannedChunk = { chunk: 0, timeNs: 0, streamOffset: 0 }
  // What was found last: many small chunks stand in one array, which is looked through once.
  #block: Uint8Array | null = null
  #lookedFrom = 0
  #found = 0

  constructor(pattern: FixedPattern, onMatch: OnPatternMatch) {
    this.#pattern = pattern
    this.#onMatch = onMatch
    this.#match.length = pattern.length
  }

  startChunk(stream: number, chunk: ScannedChunk): void {
    this.#stream = stream
    this.#chunk = chunk
  }

  scan(bytes: Uint8Array, start: number, end: number, offsetInChunk: number): void {
    const { length } = this.#pattern
    let at = start
    if (this.#tails.size > 0) {
      at = this.#scanTail(bytes, start, end, offsetInChunk)
      if (at < 0) return
    }
    for (;;) {
      const found = this.#nextInBlock(bytes, at)
      if (found + length > end) break
      this.#tell(this.#chunk, offsetInChunk + found - start)
      at = found + length
    }
    const tailStart = this.#pattern.partialFrom(bytes, at, end)
    if (tailStart === end) return
    this.#tails.set(this.#stream, {
      bytes: bytes.slice(tailStart, end),
      stretches: [this.#stretch(offsetInChunk + tailStart - start, end - tailStart)],
    })
  }

  breakStream(stream: number): void {
    if (this.#tails.size > 0) this.#tails.delete(stream)
  }

  breakAll(): void {
    this.#tails.clear()
  }

  catchUp(): boolean {
    // What can be told is told at once.
    return false
  }

  undecidedFrom(stream: number): number {
    const first = this.#tails.get(stream)?.stretches[0]
    return first === undefined ? Number.POSITIVE_INFINITY : first.streamOffset
  }

  decide(): void {
    // What has come so far tells no more: only bytes to come can complete a match.
  }

  /**
   * Looks at what the end of the stream gives together with the part. Answers where the part is to be looked through from, or -1 when it
   * is too short to be more than a further piece of the tail.
   */
  #scanTail(bytes: Uint8Array, start: number, end: number, offsetInChunk: number): number {
    const tail = this.#tails.get(this.#stream)
    if (tail === undefined) return start
    const { length } = this.#pattern
    const tailBytes = tail.bytes.length
    const added = Math.min(end - start, length - 1)
    const joined = new Uint8Array(tailBytes + added)
    joined.set(tail.bytes)
    joined.set(bytes.subarray(start, start + added), tailBytes)
    const stretches = [...tail.stretches, this.#stretch(offsetInChunk, added)]
    const cursor = new StretchCursor(stretches)
    let at = 0
    for (;;) {
      const found = this.#pattern.next(joined, at, joined.length)
      if (found < 0 || found >= tailBytes) break
      const { chunk, offsetInChunk: offset } = cursor.placeOf(found)
      this.#tell(chunk, offset)
      at = found + length
    }
    this.#tails.delete(this.#stream)
    if (added === length - 1) return start + Math.max(0, at - tailBytes)
    // Shorter than the pattern: no match lies in the part alone.
    const tailStart = this.#pattern.partialFrom(joined, at, joined.length)
    if (tailStart < joined.length) {
      this.#tails.set(this.#stream, { bytes: joined.slice(tailStart), stretches: stretchesFrom(stretches, tailStart) })
    }
    return -1
  }

  #nextInBlock(bytes: Uint8Array, at: number): number {
    if (bytes === this.#block && at >= this.#lookedFrom && this.#found >= at) return this.#found
    const found = this.#pattern.next(bytes, at, bytes.length)
    this.#block = bytes
    this.#lookedFrom = at
    this.#found = found < 0 ? Number.POSITIVE_INFINITY : found
    return this.#found
  }

  #stretch(offsetInChunk: number, length: number): Stretch {
    const { chunk, timeNs, streamOffset } = this.#chunk
    return {
      chunk: { chunk, timeNs, streamOffset },
      offsetInChunk,
      streamOffset: streamOffset + offsetInChunk,
      length,
    }
  }

  #tell(chunk: ScannedChunk, offsetInChunk: number): void {
    const match = this.#match
    match.stream = this.#stream
    match.chunk = chunk.chunk
    match.timeNs = chunk.timeNs
    match.offsetInChunk = offsetInChunk
    match.streamOffset = chunk.streamOffset + offsetInChunk
    this.#onMatch(match)
  }
}

function stretchesFrom(stretches: readonly Stretch[], from: number): readonly Stretch[] {
  const rest: Stretch[] = []
  let before = 0
  for (const stretch of stretches) {
    const cut = Math.max(0, from - before)
    before += stretch.length
    if (cut >= stretch.length) continue
    rest.push({
      ...stretch,
      offsetInChunk: stretch.offsetInChunk + cut,
      streamOffset: stretch.streamOffset + cut,
      length: stretch.length - cut,
    })
  }
  return rest
}
