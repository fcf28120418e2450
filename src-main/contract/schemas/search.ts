import * as v from 'valibot'
import { bytePattern, captureScope } from './capture-filter.ts'
import { bytes, directionName, errorShape, identifier, wholeNumber } from './common.ts'

/** Places that one search keeps; further ones are only counted. */
export const maximumKeptHits = 100_000
/** Bytes shown before and after what was found. */
export const hitContextBytes = 24
/** Bytes of what was found that are shown. */
export const hitShownBytes = 64

export const searchQuery = v.object({
  captureId: identifier,
  pattern: bytePattern,
  scope: v.optional(captureScope, {}),
})
export type SearchQuery = v.InferOutput<typeof searchQuery>

/** How far a search is. */
export const searchState = v.object({
  searchId: identifier,
  captureId: identifier,
  /** Places found, and how many of them are kept. */
  hitCount: wholeNumber,
  keptHitCount: wholeNumber,
  /** Bytes of the data file looked through, and its size now. */
  scannedBytes: wholeNumber,
  totalBytes: wholeNumber,
  /** Everything there is was looked through. A capture that grows is followed: it can become false again. */
  complete: v.boolean(),
  /** Stopped by `search.stop`; what was found stays. */
  stopped: v.boolean(),
  /** Why it ended before the end. */
  error: v.nullable(errorShape),
})
export type SearchState = v.InferOutput<typeof searchState>

/** A place where the pattern was found. */
export const searchHit = v.object({
  /** From 0, in the order of the capture. */
  number: wholeNumber,
  /** The record in which it begins, and where in it. */
  record: wholeNumber,
  offsetInRecord: wholeNumber,
  timeNs: wholeNumber,
  connection: wholeNumber,
  direction: directionName,
  /** Of its first byte within its direction of the whole capture. */
  streamOffset: wholeNumber,
  length: wholeNumber,
  /** Bytes of the same connection and direction around and in it, at most `hitContextBytes` and `hitShownBytes`. */
  before: bytes,
  found: bytes,
  after: bytes,
})
export type SearchHit = v.InferOutput<typeof searchHit>

/** A place that was looked for ahead of the search, or beyond those that are kept, has no number yet. */
export const nearestHit = v.object({ ...searchHit.entries, number: v.nullable(wholeNumber) })
export type NearestHit = v.InferOutput<typeof nearestHit>

export const maximumHitsAtOnce = 256
