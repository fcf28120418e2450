import type { ScannedChunk } from './pattern-scan.ts'
import type { Stretch } from './stretch.ts'

/** Decided bytes that stay in view, for what an expression says about what stands before a match. */
const shownBefore = 256
const leastMemoryBytes = 1024

/** Bytes of a stream that an expression still has to look at, with a few before them. */
export class KeptStream {
  /** `bytes[start .. end)` is kept, `[undecidedStart .. end)` undecided. */
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  undecidedStart = 0
  end = 0
  /** Undecided bytes up to the end of the last match: none begins there. */
  matchedBytes = 0
  /** Nothing was added since it was looked at last. */
  isCaughtUp = false
  lastTimeNs = 0
  /** Of the undecided bytes. */
  #stretches: Stretch[] = []

  get undecidedBytes(): number {
    return this.end - this.undecidedStart
  }

  get undecidedOffset(): number {
    return this.#stretches[0]?.streamOffset ?? Number.POSITIVE_INFINITY
  }

  get stretches(): readonly Stretch[] {
    return this.#stretches
  }

  get memoryBytes(): number {
    return this.bytes.length
  }

  add(chunk: ScannedChunk, offsetInChunk: number, part: Uint8Array): void {
    this.isCaughtUp = false
    this.lastTimeNs = chunk.timeNs
    if (this.end + part.length > this.bytes.length) this.#makeRoom(part.length)
    this.bytes.set(part, this.end)
    this.end += part.length
    const last = this.#stretches.at(-1)
    if (last?.chunk === chunk && last.offsetInChunk + last.length === offsetInChunk) last.length += part.length
    else {
      const streamOffset = chunk.streamOffset + offsetInChunk
      this.#stretches.push({ chunk, offsetInChunk, streamOffset, length: part.length })
    }
  }

  /** The first `byteCount` undecided bytes are done with. */
  decide(byteCount: number): void {
    this.undecidedStart += byteCount
    this.matchedBytes = Math.max(0, this.matchedBytes - byteCount)
    this.start = Math.max(this.start, this.undecidedStart - shownBefore)
    let rest = byteCount
    let passed = 0
    for (const stretch of this.#stretches) {
      if (stretch.length > rest) break
      rest -= stretch.length
      passed++
    }
    this.#stretches.splice(0, passed)
    const first = this.#stretches[0]
    if (first === undefined || rest === 0) return
    this.#stretches[0] = {
      chunk: first.chunk,
      offsetInChunk: first.offsetInChunk + rest,
      streamOffset: first.streamOffset + rest,
      length: first.length - rest,
    }
  }

  #makeRoom(byteCount: number): void {
    const keptBytes = this.end - this.start
    const wanted = keptBytes + byteCount
    const isRoomy = wanted <= this.bytes.length / 2
    const memory = isRoomy ? this.bytes : new Uint8Array(Math.max(leastMemoryBytes, wanted * 2))
    memory.set(this.bytes.subarray(this.start, this.end))
    this.bytes = memory
    this.undecidedStart -= this.start
    this.start = 0
    this.end = keptBytes
  }
}
