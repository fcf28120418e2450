import * as v from 'valibot'
import { directionName, wholeNumber } from './common.ts'
import { textEncodingName } from './interpretation.ts'

/** Most bytes of a text, hex or regular expression that is looked for. */
export const maximumPatternLength = 4096

/** What is looked for in the bytes of one direction of one connection, across its chunks. */
export const bytePattern = v.variant('kind', [
  /** A text as it is encoded; without case only for letters that have one byte or are in UTF-8. */
  v.object({
    kind: v.literal('text'),
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(maximumPatternLength)),
    ignoresCase: v.optional(v.boolean(), false),
    encoding: v.optional(textEncodingName, 'utf-8'),
  }),
  /** Hex as the composer takes it; `??` stands for any byte, `4?` and `?f` for any half of one. */
  v.object({ kind: v.literal('hex'), hex: v.pipe(v.string(), v.minLength(1), v.maxLength(maximumPatternLength)) }),
  /**
   * A regular expression of JavaScript over the bytes read as Latin-1, so that `\x80` is the byte 0x80; `u` is not used. A
   * match is found up to 64 KiB long. Catastrophic ones end with `pattern-too-slow`.
   */
  v.object({
    kind: v.literal('expression'),
    source: v.pipe(v.string(), v.minLength(1), v.maxLength(maximumPatternLength)),
    ignoresCase: v.optional(v.boolean(), false),
  }),
])
export type BytePattern = v.InferOutput<typeof bytePattern>
export type BytePatternInput = v.InferInput<typeof bytePattern>

/** Which part of a capture counts. Every condition that is set must hold. */
export const captureScope = v.object({
  /** One direction; both when null. */
  direction: v.optional(v.nullable(directionName), null),
  /** Those connections; all when null. */
  connections: v.optional(v.nullable(v.pipe(v.array(wholeNumber), v.minLength(1), v.maxLength(256))), null),
  /** Length of the chunk or message. */
  minimumBytes: v.optional(v.nullable(wholeNumber), null),
  maximumBytes: v.optional(v.nullable(wholeNumber), null),
  /** Nanoseconds since the capture began, both included. */
  fromNs: v.optional(v.nullable(wholeNumber), null),
  toNs: v.optional(v.nullable(wholeNumber), null),
})
export type CaptureScope = v.InferOutput<typeof captureScope>
export type CaptureScopeInput = v.InferInput<typeof captureScope>

/** Which rows of the `records` and `messages` views are shown. */
export const captureFilter = v.object({
  scope: v.optional(captureScope, {}),
  /** Events are shown, if their connection and time are in the scope. Damaged stretches always are. */
  showsEvents: v.optional(v.boolean(), true),
  /** Only chunks or messages in which a match begins; all when null. */
  content: v.optional(v.nullable(bytePattern), null),
  /** Those without a match instead. */
  contentIsExcluded: v.optional(v.boolean(), false),
})
export type CaptureFilter = v.InferOutput<typeof captureFilter>
export type CaptureFilterInput = v.InferInput<typeof captureFilter>
