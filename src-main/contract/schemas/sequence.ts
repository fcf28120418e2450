import * as v from 'valibot'
import { errorShape, identifier, wholeNumber } from './common.ts'
import { messageSource } from './message.ts'

const delayMs = v.pipe(v.number(), v.minValue(0), v.maxValue(24 * 3600 * 1000))
const pattern = v.pipe(v.string(), v.minLength(1), v.maxLength(4096))

/** Where a captured value comes from within the reply that was waited for. */
export const replyCapture = v.object({
  /** Not `__proto__` and the like, which no record of values can have. */
  name: v.pipe(v.string(), v.regex(/^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_.-]{0,63}$/)),
  from: v.variant('kind', [
    /** A group of the regular expression, by number or name. */
    v.object({ kind: v.literal('group'), group: v.union([wholeNumber, v.pipe(v.string(), v.maxLength(64))]) }),
    v.object({ kind: v.literal('json-path'), path: pattern }),
    /** Bytes of the reply as hex. */
    v.object({ kind: v.literal('bytes'), offset: wholeNumber, length: v.pipe(wholeNumber, v.maxValue(65_536)) }),
  ]),
})
export type ReplyCapture = v.InferOutput<typeof replyCapture>

/**
 * What is waited for in what the peer sends after the step began (after the message before it was handed over). Bytes, text and
 * regular expression look at the received bytes as a stream; JSON path and frame count at messages as the session's
 * framing cuts them.
 */
export const waitCondition = v.variant('kind', [
  v.object({ kind: v.literal('bytes'), hex: pattern }),
  v.object({ kind: v.literal('text'), text: pattern }),
  v.object({ kind: v.literal('regular-expression'), pattern, ignoreCase: v.optional(v.boolean(), false) }),
  /** A message that is JSON (or MessagePack) and has something at the path; with `equals`, exactly that as JSON. */
  v.object({
    kind: v.literal('json-path'),
    path: pattern,
    equals: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4096))), null),
  }),
  v.object({ kind: v.literal('frames'), count: v.pipe(wholeNumber, v.minValue(1), v.maxValue(1_000_000)) }),
])
export type WaitCondition = v.InferOutput<typeof waitCondition>

export const sequenceStep = v.variant('kind', [
  v.object({ kind: v.literal('send'), message: messageSource }),
  /** Sends an entry of the collection as it is at that moment. */
  v.object({ kind: v.literal('send-saved'), entryId: identifier }),
  v.object({
    kind: v.literal('wait'),
    condition: waitCondition,
    timeoutMs: v.optional(delayMs, 10_000),
    captures: v.optional(v.pipe(v.array(replyCapture), v.maxLength(32)), []),
  }),
  v.object({ kind: v.literal('pause'), durationMs: delayMs }),
])
export type SequenceStep = v.InferOutput<typeof sequenceStep>

export const maximumSequenceSteps = 1000
export const sequenceSteps = v.pipe(v.array(sequenceStep), v.maxLength(maximumSequenceSteps))

/** What a run does on one connection. */
export const runPlan = v.variant('kind', [
  /**
   * Sends one message again and again. Times are kept from the first sending, so that they do not drift. What is late goes
   * out at once; a sending later than 100 ms and 16 intervals (the peer did not read, the machine slept) shifts the plan:
   * times are then kept from it, so that nothing goes out in one burst. The count is exact in any case.
   */
  v.object({
    kind: v.literal('repeat'),
    message: messageSource,
    intervalMs: v.pipe(delayMs, v.minValue(1)),
    /** Null: until it is stopped. */
    count: v.nullable(v.pipe(wholeNumber, v.minValue(1), v.maxValue(1_000_000_000))),
    /** Each sending is up to so much earlier or later. */
    jitterMs: v.optional(delayMs, 0),
  }),
  v.object({
    kind: v.literal('sequence'),
    steps: v.pipe(sequenceSteps, v.minLength(1)),
    /** How often the whole sequence is gone through; null: until it is stopped. */
    rounds: v.optional(v.nullable(v.pipe(wholeNumber, v.minValue(1), v.maxValue(1_000_000))), 1),
  }),
  /**
   * Streams a file of the engine's machine at a controlled rate (seed-systems 4.3): the first chunk at once, then one
   * every chunkSize/rate seconds; late chunks go out back to back, so that the average holds.
   */
  v.object({
    kind: v.literal('file'),
    path: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096)),
    /** What is counted: bytes, or lines through LF. */
    unit: v.optional(v.picklist(['bytes', 'lines']), 'bytes'),
    /** Items a second; null: as fast as the peer takes them. */
    rate: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0.001), v.maxValue(1e12))), 100_000),
    /** Items of a chunk, a whole number from 1; not together with `chunkRate`. Neither: the greater of 1 and rate/1000. */
    chunkSize: v.optional(v.nullable(v.pipe(v.number(), v.maxValue(1e12))), null),
    /** Chunks a second: a chunk then has rate/chunkRate items, fractions averaged over time. */
    chunkRate: v.optional(v.nullable(v.pipe(v.number(), v.maxValue(1e9))), null),
    /** Disconnects once everything was sent. */
    closesWhenFinished: v.optional(v.boolean(), false),
  }),
  /**
   * The echo check of seed-systems 5: sends a message, then reads in pieces of at most `readSizeBytes` until as many bytes
   * have come back as were sent. The session reads by hand meanwhile.
   */
  v.object({
    kind: v.literal('echo-check'),
    message: messageSource,
    readSizeBytes: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(1024 * 1024)), 16),
    timeoutMs: v.optional(v.nullable(v.pipe(delayMs, v.minValue(1))), 10_000),
  }),
])
export type RunPlan = v.InferOutput<typeof runPlan>
export type RunPlanInput = v.InferInput<typeof runPlan>

/** A run of repeated or ordered sending, as it goes. */
export const runSnapshot = v.object({
  runId: identifier,
  sessionId: identifier,
  title: v.string(),
  kind: v.picklist(['repeat', 'sequence', 'file', 'echo-check']),
  state: v.picklist(['running', 'paused', 'done', 'stopped', 'failed']),
  /** Messages handed over so far; of a sequence also the round and the step at work, from 0. */
  sentCount: wholeNumber,
  /** How many there will be; null when it goes on until it is stopped. */
  plannedCount: v.nullable(wholeNumber),
  round: wholeNumber,
  step: wholeNumber,
  stepCount: wholeNumber,
  /** When it began, and how long it has run. */
  startedAtUnixUs: wholeNumber,
  elapsedMs: v.number(),
  /** Repeat: how late sendings were against their plan, in milliseconds; a shift of the plan is in it once. */
  lateness: v.nullable(v.object({ medianMs: v.number(), worstMs: v.number() })),
  /** What the waits of the present round found, by step. */
  results: v.array(
    v.object({
      step: wholeNumber,
      outcome: v.picklist(['sent', 'matched', 'paused', 'timed-out', 'failed']),
      elapsedMs: v.number(),
      /** The matched bytes or text, cut short; null when there are none. */
      detail: v.nullable(v.string()),
    }),
  ),
  /**
   * What was captured so far, by name: the first 1,000 characters of each value with an ellipsis where there are more. In
   * messages the full value is used; `session.message-context` tells it.
   */
  captured: v.record(v.string(), v.string()),
  /** Of a file; null for other kinds. */
  file: v.nullable(
    v.object({
      path: v.string(),
      sizeBytes: wholeNumber,
      /** Handed over for sending. */
      sentBytes: wholeNumber,
      sentLines: v.nullable(wholeNumber),
      sentChunks: wholeNumber,
      /** Bytes a second over the last seconds; null before the first. */
      bytesPerSecond: v.nullable(v.number()),
      /** Null when it cannot be told. */
      timeLeftMs: v.nullable(v.number()),
    }),
  ),
  /** Of an echo check; null for other kinds. */
  echo: v.nullable(
    v.object({
      expectedBytes: wholeNumber,
      receivedBytes: wholeNumber,
      /** Sizes of the pieces in their order, the first 1,000. */
      pieces: v.array(wholeNumber),
      surplusBytes: wholeNumber,
      /** Offset of the first byte that is not what was sent; null as long as all are the same. */
      differsAt: v.nullable(wholeNumber),
      peerClosed: v.boolean(),
    }),
  ),
  /** Why it failed; while it runs, why it holds back (`peer-not-reading`). Null for neither. */
  error: v.nullable(errorShape),
})
export type RunSnapshot = v.InferOutput<typeof runSnapshot>
