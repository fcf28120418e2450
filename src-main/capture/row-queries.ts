import { streamBytesPerRow, type BytesRow, type CapturePlace } from '../contract/schemas/capture.ts'
import type { Direction } from '../contract/schemas/common.ts'
import type { SourceState } from './capture-source.ts'
import type { FoundRow, FramingPair, MessageResumePoint } from './message-scanner.ts'
import { recordKind } from './record-codec.ts'
import type { ResumePoint } from './row-scanner.ts'
import type { RowQuery } from './scanned-view.ts'
import { IndexMismatch, isData, type SegmentCache, type SegmentEntry } from './segment.ts'
import type { StreamReader } from './stream-reader.ts'

/** A place with the record that it is in. */
type RecordedPlace =
  /** A time, with the first record at or after it. */
  | { readonly kind: 'time'; readonly timeNs: number; readonly entry: SegmentEntry }
  | { readonly kind: 'byte'; readonly entry: SegmentEntry; readonly offsetInRecord: number }
  /** A record that is no chunk. */
  | { readonly kind: 'record'; readonly entry: SegmentEntry }
  | { readonly kind: 'message'; readonly direction: Direction; readonly number: number }

/** Finds the record of a place; null when there is none. Throws `IndexMismatch`. */
export async function findPlace(
  place: CapturePlace,
  state: SourceState,
  segments: SegmentCache,
  streams: StreamReader,
): Promise<RecordedPlace | null> {
  switch (place.kind) {
    case 'time': {
      const entry = await firstAtOrAfter(place.timeNs, state, segments)
      return entry === null ? null : { ...place, entry }
    }
    case 'record': {
      if (place.record >= state.tally.recordCount) return null
      const index = state.checkpoints.findRecord(place.record, state.checkpointCount)
      const segment = await segments.get(state, index)
      if (place.record >= segment.firstRecord + segment.recordCount) throw new IndexMismatch()
      const entry = segment.entry(place.record - segment.firstRecord)
      return isData(entry.kind)
        ? { kind: 'byte', entry, offsetInRecord: place.offsetInRecord }
        : { kind: 'record', entry }
    }
    case 'byte': {
      const entry = await streams.findByte(place.direction, place.streamOffset)
      return entry === null ? null : { kind: 'byte', entry, offsetInRecord: place.streamOffset - entry.streamOffset }
    }
    case 'message':
      return place
  }
}

async function firstAtOrAfter(
  timeNs: number,
  state: SourceState,
  segments: SegmentCache,
): Promise<SegmentEntry | null> {
  const { checkpoints, checkpointCount } = state
  for (let index = checkpoints.findTimeBefore(timeNs, checkpointCount); index < checkpointCount; index++) {
    const segment = await segments.get(state, index)
    for (let at = 0; at < segment.recordCount; at++) {
      const entry = segment.entry(at)
      if (entry.timeNs >= timeNs) return entry
    }
  }
  return null
}

/** The row of the `records` view. */
export function recordRowAt(place: RecordedPlace): number | null {
  return place.kind === 'message' ? null : place.entry.record
}

/** The row of the `stream` view. */
export function streamRowAt(place: RecordedPlace, { tally }: SourceState): number | null {
  if (place.kind === 'message' || place.kind === 'record') return null
  const { firstStreamRow, length } = place.entry
  if (place.kind === 'time') return firstStreamRow < tally.streamRowCount ? firstStreamRow : null
  const { offsetInRecord } = place
  return offsetInRecord < length ? firstStreamRow + Math.floor(offsetInRecord / streamBytesPerRow) : null
}

/** Asks for a row of the `text` view; null when it has none there. */
export function textQuery(place: RecordedPlace): RowQuery<BytesRow, ResumePoint> | null {
  if (place.kind === 'message' || place.kind === 'record') return null
  const { record, kind, length, streamOffset } = place.entry
  if (place.kind === 'time') return timeQuery(place.timeNs, record, ({ timeNs }) => timeNs)
  const { offsetInRecord } = place
  if (offsetInRecord >= length) return null
  const wanted = streamOffset + offsetInRecord
  return {
    mayBeFar: false,
    isFrom: (point) => isAtOrBefore(point, record, offsetInRecord),
    isAt: (row) =>
      recordKind[row.direction] === kind && row.streamOffset <= wanted && wanted < row.streamOffset + row.bytes.length,
  }
}

/** Asks for a row of the `records` view whose chunks are messages that are not cut; null when it has none there. */
export function chunkQuery(place: RecordedPlace): RowQuery<FoundRow, MessageResumePoint> | null {
  if (place.kind === 'message') return null
  const { record } = place.entry
  if (place.kind === 'time') return timeQuery(place.timeNs, record, timeOfFound)
  return {
    mayBeFar: false,
    isFrom: (point) => isAtOrBefore(point, record, 0),
    isAt: (row) => (row.kind === 'found' ? row.row.record : row.record) === record,
  }
}

/** Asks for a row of the `messages` view; null when it has none there. */
export function messageQuery(
  place: RecordedPlace,
  framing: FramingPair,
): RowQuery<FoundRow, MessageResumePoint> | null {
  if (place.kind === 'message') {
    const { direction, number } = place
    return {
      mayBeFar: false,
      isFrom: (point) => (direction === 'sent' ? point.sentCount : point.receivedCount) <= number,
      isAt: (row) => row.kind === 'found' && row.row.direction === direction && row.row.number === number,
    }
  }
  const { record, connection, kind, length, streamOffset } = place.entry
  if (place.kind === 'time') {
    return timeQuery(place.timeNs, record, timeOfFound)
  }
  if (place.kind === 'record') {
    return {
      mayBeFar: false,
      isFrom: (point) => isAtOrBefore(point, record, 0),
      isAt: (row) => row.kind !== 'found' && row.record === record,
    }
  }
  const { offsetInRecord } = place
  if (offsetInRecord >= length) return null
  const direction = kind === recordKind.sent ? 'sent' : 'received'
  const wanted = streamOffset + offsetInRecord
  // A chunk that is not cut is a row from its first byte on.
  const offsetFrom = framing[direction].kind === 'raw' ? 0 : offsetInRecord
  return {
    mayBeFar: false,
    isFrom: (point) => {
      if (isAtOrBefore(point, record, offsetFrom)) return true
      const stream = point.streams.find((state) => state.connection === connection && state.direction === direction)
      const open = stream?.openStreamOffset ?? null
      return open !== null && open <= wanted
    },
    isAt: (row) =>
      row.kind === 'found' &&
      row.row.connection === connection &&
      row.row.direction === direction &&
      row.row.streamOffset <= wanted &&
      wanted <= row.lastStreamOffset,
  }
}

function timeOfFound(row: FoundRow): number {
  return row.kind === 'found' ? row.row.timeNs : row.timeNs
}

/** Asks for the first row at or after a time; rows before the record are earlier. */
function timeQuery<Row>(timeNs: number, record: number, timeOf: (row: Row) => number): RowQuery<Row, ResumePoint> {
  return {
    mayBeFar: true,
    isFrom: (point) => point.record < record,
    isAt: (row) => timeOf(row) >= timeNs,
  }
}

function isAtOrBefore(point: ResumePoint, record: number, offsetInRecord: number): boolean {
  return point.record < record || (point.record === record && point.payloadOffset <= offsetInRecord)
}
