import { hitContextBytes, hitShownBytes, type SearchHit } from '../../contract/schemas/search.ts'
import type { CaptureAccess } from '../capture-access.ts'
import type { SourceState } from '../capture-source.ts'
import { readRanges, type ByteRange } from '../range-reader.ts'
import { recordKind } from '../record-codec.ts'
import type { Segment } from '../segment.ts'
import type { FoundPlace } from './hit-table.ts'

/** What of a match stands further apart (about so many MiB of the data file) is not shown. */
const segmentsAhead = 8
/** The same of what stands before it. */
const segmentsBack = 2

/** A place and the bytes around it. */
export type ShownPlace = Omit<SearchHit, 'number'>

/** The bytes around places, of their own connection and direction. Throws `IndexMismatch`. */
export async function readHits(access: CaptureAccess, places: readonly FoundPlace[]): Promise<readonly ShownPlace[]> {
  const state = access.source.state()
  const wanted: { before: ByteRange[]; rest: ByteRange[] }[] = []
  for (const place of places) {
    wanted.push({ before: await rangesBefore(access, state, place), rest: await rangesFrom(access, state, place) })
  }
  const ranges = wanted.flatMap(({ before, rest }) => [...before, ...rest])
  ranges.sort((one, other) => one.fileOffset - other.fileOffset)
  const read = new Map<ByteRange, Uint8Array>()
  for (const { range, bytes } of await readRanges(access.file, ranges)) read.set(range, bytes)
  const bytesOf = (parts: readonly ByteRange[]): Uint8Array<ArrayBuffer> => join(parts.map((part) => read.get(part)))
  return places.map((place, index) => {
    const { isSent, ...facts } = place
    const rest = bytesOf(wanted[index]?.rest ?? [])
    const shownBytes = Math.min(place.length, hitShownBytes)
    return {
      ...facts,
      direction: isSent ? 'sent' : 'received',
      before: bytesOf(wanted[index]?.before ?? []),
      found: rest.slice(0, shownBytes),
      // Behind a match that is shown in part nothing is shown.
      after: place.length > hitShownBytes ? new Uint8Array(0) : rest.slice(shownBytes),
    }
  })
}

async function rangesFrom(access: CaptureAccess, state: SourceState, place: FoundPlace): Promise<ByteRange[]> {
  const kind = place.isSent ? recordKind.sent : recordKind.received
  const ranges: ByteRange[] = []
  let skip = place.offsetInRecord
  let rest = Math.min(place.length, hitShownBytes) + (place.length > hitShownBytes ? 0 : hitContextBytes)
  let record = place.record
  const first = state.checkpoints.findRecord(record, state.checkpointCount)
  const end = Math.min(state.checkpointCount, first + segmentsAhead)
  for (let index = first; index < end && rest > 0; index++) {
    const segment = await access.segments.get(state, index)
    for (let at = record - segment.firstRecord; at < segment.recordCount && rest > 0; at++) {
      if (segment.isDamage(at)) return ranges
      if (!segment.isOf(at, kind, place.connection)) continue
      const entry = segment.entry(at)
      const length = Math.min(rest, entry.length - skip)
      if (length > 0) ranges.push({ fileOffset: entry.payloadOffset + skip, length })
      rest -= Math.max(0, length)
      skip = 0
    }
    record = segment.firstRecord + segment.recordCount
  }
  return ranges
}

async function rangesBefore(access: CaptureAccess, state: SourceState, place: FoundPlace): Promise<ByteRange[]> {
  const kind = place.isSent ? recordKind.sent : recordKind.received
  const ranges: ByteRange[] = []
  let rest = hitContextBytes
  const first = state.checkpoints.findRecord(place.record, state.checkpointCount)
  for (let index = first; index >= 0 && index > first - segmentsBack && rest > 0; index--) {
    const segment: Segment = await access.segments.get(state, index)
    for (let at = Math.min(segment.recordCount - 1, place.record - segment.firstRecord); at >= 0 && rest > 0; at--) {
      if (segment.isDamage(at)) return ranges
      if (!segment.isOf(at, kind, place.connection)) continue
      const entry = segment.entry(at)
      const end = entry.record === place.record ? place.offsetInRecord : entry.length
      const length = Math.min(rest, end)
      if (length > 0) ranges.unshift({ fileOffset: entry.payloadOffset + end - length, length })
      rest -= length
    }
  }
  return ranges
}

function join(parts: readonly (Uint8Array | undefined)[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0))
  let at = 0
  for (const part of parts) {
    if (part === undefined) continue
    joined.set(part, at)
    at += part.length
  }
  return joined
}
