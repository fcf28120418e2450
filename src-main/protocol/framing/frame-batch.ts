import type { FramingSettings } from '../../contract/schemas/framing.ts'
import { describeFrameProblem, type Frame, type FrameProblemCode } from './frame.ts'

/** Why the frame with number `index` within the batch is a marked region. */
export interface BatchProblem {
  readonly index: number
  readonly code: FrameProblemCode
  /** Number for the sentence: see `describeFrameProblem`. */
  readonly detail: number
}

/** Frames that a batch has room for before it grows. */
const leastRoom = 16

/**
 * Frames as flat arrays, the form in which scanning costs no allocation per frame. A batch is filled, read, cleared and
 * filled again. Since frames follow each other without gaps, a frame begins where the one before it ends.
 */
export class FrameBatch {
  /** Frames in the batch. */
  count = 0
  /** Stream offset at which the first frame begins. */
  firstStart = 0
  /** Stream offset after each frame. Valid up to `count`, as the arrays below. */
  ends = new Float64Array(leastRoom)
  /** Framing bytes before each frame's payload. */
  heads = new Uint32Array(leastRoom)
  /** Framing bytes after each frame's payload. */
  tails = new Uint32Array(leastRoom)
  /** The marked regions among the frames, in order. */
  readonly problems: BatchProblem[] = []
  /** All of `heads` and `tails` below this index hold the values of the last run: they need no writing again. */
  #evenUpTo = 0
  #evenHead = 0
  #evenTail = 0

  /** Adds a frame. `start` is where the last one ended. */
  push(start: number, end: number, head: number, tail: number): void {
    const index = this.count
    if (index === 0) this.firstStart = start
    if (index === this.ends.length) this.#grow()
    this.ends[index] = end
    this.heads[index] = head
    this.tails[index] = tail
    if (index < this.#evenUpTo && (head !== this.#evenHead || tail !== this.#evenTail)) this.#evenUpTo = index
    this.count = index + 1
  }

  /**
   * Room for at least one more frame after `count` of them, for a caller that writes `ends` itself from `this.count` on and
   * then calls `addRun`. Returns `ends`, which is another array when it had to grow.
   */
  roomAfter(count: number): Float64Array {
    if (count === this.ends.length) this.#grow()
    return this.ends
  }

  /** Adds the frames whose ends were written up to `count`. All have the same head and tail. */
  addRun(start: number, count: number, head: number, tail: number): void {
    if (count === this.count) return
    if (this.count === 0) this.firstStart = start
    // A batch is filled again and again with the same framing: what stands there from before is right most of the time.
    const isEven = head === this.#evenHead && tail === this.#evenTail
    if (!isEven || count > this.#evenUpTo) {
      this.heads.fill(head, this.count, count)
      this.tails.fill(tail, this.count, count)
      if (this.count === 0 || (isEven && this.count <= this.#evenUpTo)) this.#evenUpTo = count
      else this.#evenUpTo = Math.min(this.#evenUpTo, this.count)
      if (this.count === 0) {
        this.#evenHead = head
        this.#evenTail = tail
      }
    }
    this.count = count
  }

  /** Adds a marked region. */
  pushProblem(start: number, end: number, head: number, tail: number, code: FrameProblemCode, detail = -1): void {
    this.problems.push({ index: this.count, code, detail })
    this.push(start, end, head, tail)
  }

  /** Stream offset at which frame `index` begins. */
  startOf(index: number): number {
    return index === 0 ? this.firstStart : (this.ends[index - 1] ?? 0)
  }

  /** The frames as objects. */
  toFrames(settings: FramingSettings): readonly Frame[] {
    const frames: Frame[] = []
    let problemIndex = 0
    for (let index = 0; index < this.count; index++) {
      const start = this.startOf(index)
      const end = this.ends[index] ?? 0
      const entry = this.problems[problemIndex]
      const problem = entry?.index === index ? describeFrameProblem(settings, entry.code, entry.detail) : null
      if (problem !== null) problemIndex++
      frames.push({
        start,
        end,
        payloadStart: start + (this.heads[index] ?? 0),
        payloadEnd: end - (this.tails[index] ?? 0),
        problem,
      })
    }
    return frames
  }

  clear(): void {
    this.count = 0
    this.problems.length = 0
  }

  #grow(): void {
    const ends = new Float64Array(this.ends.length * 2)
    const heads = new Uint32Array(ends.length)
    const tails = new Uint32Array(ends.length)
    ends.set(this.ends)
    heads.set(this.heads)
    tails.set(this.tails)
    this.ends = ends
    this.heads = heads
    this.tails = tails
  }
}
