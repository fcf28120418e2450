import * as v from 'valibot'
import {
  streamBytesPerRow,
  type BytesRow,
  type CaptureRow,
  type DamageRow,
  type EventRow,
} from '../contract/schemas/capture.ts'
import type { Direction } from '../contract/schemas/common.ts'
import { connectionEvent } from '../contract/schemas/connection.ts'
import { parseJson } from './json-bytes.ts'
import type { ByteRange } from './range-reader.ts'
import { recordHeaderBytes, recordKind } from './record-codec.ts'
import { damageKind, isData, type Segment, type SegmentEntry } from './segment.ts'

/** An event is written by this program and never longer; what claims to be longer is not read whole. */
export const largestEventBytes = 64 * 1024

/** The bytes of the data file that the row of a record needs. */
export function previewRange(entry: SegmentEntry, previewBytes: number): ByteRange {
  const { kind, length } = entry
  const limit = kind === damageKind ? 0 : kind === recordKind.event ? largestEventBytes : previewBytes
  return { fileOffset: entry.payloadOffset, length: Math.min(length, limit) }
}

/** The row of a record in the `records` view. An event that cannot be understood is shown as damage. */
export function recordRow(entry: SegmentEntry, bytes: Uint8Array): CaptureRow {
  const { record, connection, timeNs, kind, length, streamOffset } = entry
  const base = { record, connection, timeNs }
  if (isData(kind)) {
    return { kind: 'data', ...base, direction: directionOf(kind), length, streamOffset, preview: bytes }
  }
  if (kind === damageKind) return { kind: 'damage', ...base, lostFileBytes: length }
  return eventRow(base, length, bytes)
}

/** The chunk that a message of a direction is which is not cut; other rows stay what they are. */
export function chunkRow(row: CaptureRow): CaptureRow {
  if (row.kind !== 'message') return row
  const { record, connection, timeNs, direction, length, streamOffset, preview } = row
  return { kind: 'data', record, connection, timeNs, direction, length, streamOffset, preview }
}

/** The row of an event with a payload of `length` bytes, of which `bytes` were read. */
export function eventRow(
  base: Pick<EventRow, 'record' | 'connection' | 'timeNs'>,
  length: number,
  bytes: Uint8Array,
): EventRow | DamageRow {
  const event = v.safeParse(connectionEvent, parseJson(bytes))
  if (event.success) return { kind: 'event', ...base, event: event.output }
  return { kind: 'damage', ...base, lostFileBytes: recordHeaderBytes + length }
}

/** A row of the `stream` view and where its bytes stand. */
export interface StreamRowPlace extends ByteRange {
  readonly row: Omit<BytesRow, 'bytes'>
}

/** Adds the rows `[firstRow, endRow)` of the `stream` view that are in this segment. */
export function streamRows(segment: Segment, firstRow: number, endRow: number, into: StreamRowPlace[]): void {
  let row = firstRow
  for (let index = segment.findStreamRow(firstRow); index < segment.recordCount && row < endRow; index++) {
    const entry = segment.entry(index)
    if (!isData(entry.kind)) continue
    const recordEndRow = Math.min(endRow, entry.firstStreamRow + Math.ceil(entry.length / streamBytesPerRow))
    for (; row < recordEndRow; row++) into.push(streamRow(entry, (row - entry.firstStreamRow) * streamBytesPerRow))
  }
}

function streamRow(entry: SegmentEntry, offsetInRecord: number): StreamRowPlace {
  const { record, connection, timeNs, kind, length, streamOffset } = entry
  return {
    fileOffset: entry.payloadOffset + offsetInRecord,
    length: Math.min(streamBytesPerRow, length - offsetInRecord),
    row: {
      kind: 'bytes',
      record,
      connection,
      timeNs,
      direction: directionOf(kind),
      offsetInRecord,
      streamOffset: streamOffset + offsetInRecord,
      chunkLength: offsetInRecord === 0 ? length : null,
      continues: false,
    },
  }
}

function directionOf(kind: number): Direction {
  return kind === recordKind.sent ? 'sent' : 'received'
}
