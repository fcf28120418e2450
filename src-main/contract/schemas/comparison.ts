import * as v from 'valibot'
import { messageRow } from './capture.ts'
import { identifier, errorShape, wholeNumber } from './common.ts'
import { framingSettings } from './framing.ts'

/** Pairs of messages that one comparison keeps; what comes after is not compared, and said. */
export const maximumComparedPairs = 1_000_000
export const maximumPairsAtOnce = 256

/** One side of a comparison: the messages of one direction of a capture. */
export const comparedSide = v.object({
  captureId: identifier,
  /** One connection; all when null. */
  connection: v.optional(v.nullable(wholeNumber), null),
  /** How it is cut; as kept with the capture when null. */
  framing: v.optional(v.nullable(framingSettings), null),
})
export type ComparedSide = v.InferOutput<typeof comparedSide>

/** What became of a message from the left to the right. */
export const pairKind = v.picklist(['same', 'changed', 'left-only', 'right-only'])
export type PairKind = v.InferOutput<typeof pairKind>

export const comparisonState = v.object({
  comparisonId: identifier,
  counts: v.object({ same: wholeNumber, changed: wholeNumber, leftOnly: wholeNumber, rightOnly: wholeNumber }),
  /** Bytes of both data files looked through, and their sizes. */
  scannedBytes: wholeNumber,
  totalBytes: wholeNumber,
  complete: v.boolean(),
  /** More pairs than are kept: only the beginning was compared. */
  limited: v.boolean(),
  error: v.nullable(errorShape),
})
export type ComparisonState = v.InferOutput<typeof comparisonState>

export const comparedPair = v.object({
  /** From 0, in order. */
  number: wholeNumber,
  kind: pairKind,
  left: v.nullable(messageRow),
  right: v.nullable(messageRow),
})
export type ComparedPair = v.InferOutput<typeof comparedPair>
