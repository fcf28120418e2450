import * as v from 'valibot'
import { identifier, wholeNumber } from './common.ts'

/** A word by which captures are grouped and found. */
export const captureTag = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40))
export const captureTags = v.pipe(v.array(captureTag), v.maxLength(32))
export const captureNotes = v.pipe(v.string(), v.maxLength(64 * 1024))

/** Where a capture comes from. */
export const captureOrigin = v.variant('kind', [
  v.object({ kind: v.literal('recorded') }),
  /** Made from a file of another program. `importedAtUnixUs` is when; captures that older versions imported do not tell. */
  v.object({
    kind: v.literal('imported'),
    fileName: v.string(),
    format: v.string(),
    importedAtUnixUs: v.optional(wholeNumber),
  }),
  /** A capture file that stays where it is, outside of the data folder; `isReadOnly` when it cannot be written. */
  v.object({ kind: v.literal('file'), path: v.string(), isReadOnly: v.boolean() }),
])
export type CaptureOrigin = v.InferOutput<typeof captureOrigin>

/** What is kept of captures at most; null for no limit. Live captures and opened files never count. */
export const captureLimits = v.object({
  maximumTotalBytes: v.optional(v.nullable(v.pipe(wholeNumber, v.minValue(1))), null),
  maximumAgeDays: v.optional(v.nullable(v.pipe(wholeNumber, v.minValue(1), v.maxValue(36_500))), null),
  maximumCount: v.optional(v.nullable(v.pipe(wholeNumber, v.minValue(1))), null),
})
export type CaptureLimits = v.InferOutput<typeof captureLimits>

/** A capture that a limit removed, or would remove. */
export const limitedCapture = v.object({
  captureId: identifier,
  name: v.string(),
  startedAtUnixUs: wholeNumber,
  fileBytes: wholeNumber,
  /** The limit that it is beyond. */
  by: v.picklist(['size', 'age', 'count']),
})
export type LimitedCapture = v.InferOutput<typeof limitedCapture>

/** A capture in the trash of the data folder. */
export const trashedCapture = v.object({
  captureId: identifier,
  name: v.string(),
  startedAtUnixUs: wholeNumber,
  fileBytes: wholeNumber,
  /** When it was removed, Unix time in microseconds. */
  removedAtUnixUs: wholeNumber,
})
export type TrashedCapture = v.InferOutput<typeof trashedCapture>
