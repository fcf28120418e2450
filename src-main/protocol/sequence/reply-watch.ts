import { describeError, type ErrorShape } from '../../contract/errors.ts'
import type { FramingSettings } from '../../contract/schemas/framing.ts'
import { BytePattern } from '../framing/byte-pattern.ts'
import type { Frame } from '../framing/frame.ts'
import { createFramer, type Framer } from '../framing/framer.ts'
import { hexText } from '../message/compose-scope.ts'
import { latin1Bytes, latin1Text, readableText } from './byte-regular-expression.ts'
import { capturesOfMessage, contentOfFrame, jsonOfMessage, nodeWaitedFor, summaryOfNode } from './message-matching.ts'
import { ReceivedWindow, receivedWindowBytes } from './received-window.ts'
import type { PlannedCapture, WaitPlan } from './wait-plan.ts'

/** What a wait came to. `detail` is what matched, cut short. */
export type WaitOutcome =
  | { readonly ok: true; readonly detail: string | null; readonly captured: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly error: ErrorShape }

/** Where an expression matched first; null when it did not, an error when it took too long. */
export type ExpressionRunner = (
  expression: RegExp,
  text: string,
) => RegExpExecArray | null | { readonly error: ErrorShape }

/** A match of a regular expression is found when it is not longer than this. */
const expressionReachBytes = 64 * 1024
const longestDetail = 200
/** Messages that ended and that no wait has seen yet. */
const mostFrames = 100_000

/**
 * Looks for what is waited for in received bytes. Rules:
 * - What came counts from the last `forget` on, also what came before the wait began.
 * - A wait uses up everything up to the end of what it found, so that the next one begins behind it.
 * - At most `receivedWindowBytes` are kept. A wait that would have to look at lost ones fails with `wait-overflow`;
 *   while one looks for bytes or an expression nothing is lost, as what cannot match is given up.
 * - `bytes` captures of a stream count from the first matched byte; the wait lasts until they are there.
 */
export class ReplyWatch {
  readonly #framing: FramingSettings
  readonly #framer: Framer | null
  readonly #run: ExpressionRunner
  readonly #window = new ReceivedWindow()
  /** Everything before this stream offset is used up. */
  #cursor = 0
  /** Where the last wait that looked at the stream found its end: messages that begin before it are used up as well. */
  #usedUpTo = 0
  #frames: Frame[] = []
  #framesLost = false
  #plan: WaitPlan | null = null
  #seenFrames = 0

  /** `framing`: how messages are cut, null when no wait looks at messages. */
  constructor(framing: FramingSettings | null, run: ExpressionRunner) {
    this.#framing = framing ?? { kind: 'raw' }
    this.#framer = framing === null ? null : createFramer(framing)
    this.#run = run
  }

  get isWaiting(): boolean {
    return this.#plan !== null
  }

  /** Bytes arrived. They are copied. An empty chunk tells only the time, for messages that end by silence. */
  accept(bytes: Uint8Array, timeNs: number): void {
    this.#window.append(bytes)
    if (this.#framer === null) return
    for (const frame of this.#framer.acceptChunk(bytes, timeNs)) this.#frames.push(frame)
    if (this.#frames.length > mostFrames) {
      this.#framesLost = true
      this.#frames = []
    }
  }

  /** The peer sends no more: what is left may be a message. */
  acceptEnd(): void {
    if (this.#framer !== null) this.#frames.push(...this.#framer.end())
  }

  /** What came so far does not count any more. */
  forget(): void {
    this.#cursor = this.#window.end
    this.#frames = []
    this.#framesLost = false
    this.trim()
  }

  begin(plan: WaitPlan): void {
    this.#plan = plan
    this.#seenFrames = 0
  }

  end(): void {
    this.#plan = null
  }

  /** Looks at what is there. Null: not yet. The wait is over once there is an outcome. */
  look(): WaitOutcome | null {
    if (this.#plan === null) return null
    const outcome = this.#look(this.#plan)
    if (outcome !== null) this.#plan = null
    return outcome
  }

  /** Gives up what is used up, and the oldest bytes when there are too many. */
  trim(): void {
    const unfinished = this.#framer === null ? this.#window.end : this.#window.end - this.#framer.carriedBytes
    const needed = Math.min(this.#cursor, this.#frames[0]?.start ?? unfinished, unfinished)
    this.#window.dropBefore(Math.max(needed, this.#window.end - receivedWindowBytes))
  }

  #look({ condition, captures }: WaitPlan): WaitOutcome | null {
    switch (condition.kind) {
      case 'bytes':
        return this.#lookForBytes(condition.needle, captures)
      case 'regular-expression':
        return this.#lookForExpression(condition.expression, captures)
      case 'json-path':
        return this.#lookAtMessages((content) => {
          const root = jsonOfMessage(content)
          const node = root === null ? null : nodeWaitedFor(root, condition)
          return node === null ? null : summaryOfNode(node)
        }, captures)
      case 'frames':
        return this.#lookAtMessages(() => {
          this.#seenFrames++
          return this.#seenFrames < condition.count ? null : `${condition.count} messages`
        }, captures)
      default:
        return condition satisfies never
    }
  }

  #lookForBytes(needle: Uint8Array, captures: readonly PlannedCapture[]): WaitOutcome | null {
    if (this.#window.base > this.#cursor) return overflow()
    const view = this.#window.view(this.#cursor)
    const index = indexOfPattern(view, new BytePattern(needle))
    if (index < 0) {
      this.#cursor = Math.max(this.#cursor, this.#window.end - needle.length + 1)
      return null
    }
    return this.#foundInStream(view, index, needle.length, captures, null)
  }

  #lookForExpression(expression: RegExp, captures: readonly PlannedCapture[]): WaitOutcome | null {
    if (this.#window.base > this.#cursor) return overflow()
    const view = this.#window.view(this.#cursor)
    const match = this.#run(expression, latin1Text(view))
    if (match !== null && 'error' in match) return { ok: false, error: match.error }
    if (match === null) {
      this.#cursor = Math.max(this.#cursor, this.#window.end - expressionReachBytes)
      return null
    }
    return this.#foundInStream(view, match.index, match[0].length, captures, match)
  }

  #foundInStream(
    view: Uint8Array,
    index: number,
    length: number,
    captures: readonly PlannedCapture[],
    match: RegExpExecArray | null,
  ): WaitOutcome | null {
    const captured: Record<string, string> = {}
    let reach = index + length
    for (const capture of captures) {
      if (capture.kind === 'bytes') {
        const from = index + capture.offset
        reach = Math.max(reach, from + capture.length)
        captured[capture.name] = hexText(view.subarray(from, from + capture.length))
      } else if (capture.kind === 'group') {
        const group = typeof capture.group === 'number' ? match?.[capture.group] : match?.groups?.[capture.group]
        if (group === undefined) return { ok: false, error: noCapture(capture) }
        captured[capture.name] = readableText(latin1Bytes(group))
      }
    }
    if (reach > view.length) {
      this.#cursor += index
      return null
    }
    const detail = cut(readableText(view.subarray(index, index + length)))
    this.#useUpTo(this.#cursor + reach)
    return { ok: true, detail, captured }
  }

  /** `matches` answers the detail of a message that is the one. */
  #lookAtMessages(
    matches: (content: Uint8Array) => string | null,
    captures: readonly PlannedCapture[],
  ): WaitOutcome | null {
    if (this.#framesLost) return overflow()
    let done = 0
    try {
      for (const frame of this.#frames) {
        done++
        if (frame.problem !== null || frame.start < this.#usedUpTo) continue
        if (frame.payloadStart < this.#window.base) return overflow()
        const raw = this.#window.view(frame.payloadStart, frame.payloadEnd)
        const content = contentOfFrame(this.#framing, raw)
        const detail = content === null ? null : matches(content)
        if (content === null || detail === null) continue
        const captured = capturesOfMessage(content, captures)
        const first = captures[0]
        if (captured === null) return { ok: false, error: noCapture(first) }
        return { ok: true, detail, captured }
      }
      return null
    } finally {
      this.#cursor = Math.max(this.#cursor, this.#frames[done - 1]?.end ?? 0)
      this.#frames.splice(0, done)
    }
  }

  #useUpTo(offset: number): void {
    this.#cursor = offset
    this.#usedUpTo = offset
  }
}

function overflow(): WaitOutcome {
  return { ok: false, error: describeError('wait-overflow', { limit: receivedWindowBytes }) }
}

function noCapture(capture: PlannedCapture | undefined): ErrorShape {
  const reason = `What was received has nothing to be captured as "${capture?.name ?? ''}".`
  return describeError('pattern-malformed', { reason })
}

function cut(text: string): string {
  return text.length > longestDetail ? `${text.slice(0, longestDetail)}…` : text
}

/** First place of a pattern, or −1. Takes time in proportion to the bytes, whatever they are. */
function indexOfPattern(bytes: Uint8Array, pattern: BytePattern): number {
  let matched = 0
  for (let at = 0; at < bytes.length; at++) {
    if (matched === 0) at = bytes.indexOf(pattern.first, at)
    if (at < 0) return -1
    matched = pattern.advance(matched, bytes[at] ?? 0)
    if (matched === pattern.length) return at + 1 - matched
  }
  return -1
}
