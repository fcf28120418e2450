import type { CaptureScope } from '../../contract/schemas/capture-filter.ts'
import type { CompiledPattern } from '../../protocol/byte-search/compile-pattern.ts'
import type { CaptureAccess } from '../capture-access.ts'
import { MatchWalker } from './walk-matches.ts'
import { RecordScope } from './record-scope.ts'
import { placeOf } from './search-scan.ts'
import type { FoundPlace } from './hit-table.ts'

/** Checkpoints (about a MiB each) that are looked through at a time. */
const strideCheckpoints = 8

/** A byte of a record. */
export interface RecordByte {
  readonly record: number
  readonly offsetInRecord: number
}

export interface NearestQuery {
  readonly pattern: CompiledPattern
  readonly scope: CaptureScope
  readonly towards: 'next' | 'previous'
  /** `next`: matches behind `from`, up to `to`; `previous`: matches before `from`, down to `to`. Both are left out. */
  readonly from: RecordByte
  readonly to: RecordByte
}

/** What remains to be looked at, or what was found. */
export type NearestStep = { readonly found: FoundPlace } | { readonly goesOnFrom: RecordByte } | null

/**
 * Looks for the match next to a byte in one stride of about 8 MiB, without the search that goes through the whole capture: matches
 * that would overlap are told from where the stride begins. Null when there is none. Throws `IndexMismatch`, `pattern-too-slow`.
 */
export async function findNearest(access: CaptureAccess, query: NearestQuery): Promise<NearestStep> {
  const { pattern, scope, towards, from, to } = query
  const state = access.source.state()
  const { checkpoints, checkpointCount, tally } = state
  const inFile = Math.min(from.record, Math.max(0, tally.recordCount - 1))
  const own = checkpoints.findRecord(inFile, checkpointCount)
  const isNext = towards === 'next'
  const first = isNext ? own : Math.max(0, own - strideCheckpoints + 1)
  const last = Math.min(checkpointCount, isNext ? own + strideCheckpoints : own + 1)
  // What begins in the stride may end a little behind it.
  const end = last + 1 < checkpointCount ? checkpoints.at(last + 1) : tally
  const strideEnd = last < checkpointCount ? checkpoints.at(last).recordCount : Number.POSITIVE_INFINITY
  const nearest: { place: FoundPlace | null } = { place: null }
  const scan = pattern.newScan((match) => {
    const place = placeOf(match)
    if (place.record >= strideEnd) return
    if (isNext ? !isAfter(place, from) || !isAfter(to, place) : !isAfter(from, place) || !isAfter(place, to)) return
    const best = nearest.place
    if (best === null || (isNext ? isAfter(best, place) : isAfter(place, best))) nearest.place = place
  })
  const begin = checkpoints.at(first)
  const walker = new MatchWalker(scan, new RecordScope(scope), begin.recordCount, pattern.pace)
  await walker.walk(access, begin.fileOffset, end)
  scan.breakAll()
  if (nearest.place !== null) return { found: nearest.place }
  if (isNext) {
    const goesOnFrom = { record: strideEnd, offsetInRecord: -1 }
    return last < checkpointCount && isAfter(to, goesOnFrom) ? { goesOnFrom } : null
  }
  const goesOnFrom = { record: begin.recordCount - 1, offsetInRecord: Number.POSITIVE_INFINITY }
  return first > 0 && isAfter(goesOnFrom, to) ? { goesOnFrom } : null
}

export function isAfter(one: RecordByte, other: RecordByte): boolean {
  return one.record > other.record || (one.record === other.record && one.offsetInRecord > other.offsetInRecord)
}
