import * as v from 'valibot'
import { streamBytesPerRow, type BytesRow, type CaptureRow } from '../contract/schemas/capture.ts'
import type { Direction } from '../contract/schemas/common.ts'
import { connectionEvent } from '../contract/schemas/connection.ts'
import { parseJson } from './json-bytes.ts'
import type { ByteRange } from './range-reader.ts'
import { recordHeaderBytes, recordKind } from './record-codec.ts'
import { damageKind, isData, type Segment } from './segment.ts'

/** An event is written by this program and never longer; what claims to be longer is not read whole. */
const largestEventBytes = 1024 * 1024

/** The bytes of the data file that the row of a record needs. */
export function previewRange(segment: Segment, entry: number, previewBytes: number): ByteRange {
  const kind = segment.kinds[entry]!
  const length = segment.lengths[entry]!
  const limit = kind === damageKind ? 0 : kind === recordKind.event ? largestEventBytes : previewBytes
  return { fileOffset: segment.payloadOffset(entry), length: Math.min(length, limit) }
}

/** The row of a record in the `records` view. An event that cannot be understood is shown as damage. */
export function recordRow(segment: Segment, entry: number, bytes: Uint8Array): CaptureRow {
  const kind = segment.kinds[entry]!
  const base = {
    record: segment.firstRecord + entry,
    connection: segment.connections[entry]!,
    timeNs: segment.timesNs[entry]!,
  }
  const length = segment.lengths[entry]!
  if (isData(kind)) {
    return {
      kind: 'data',
      ...base,
      direction: directionOf(kind),
      length,
      streamOffset: segment.streamOffsets[entry]!,
      preview: bytes,
    }
  }
  if (kind === damageKind) return { kind: 'damage', ...base, lostFileBytes: length }
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
  for (let entry = segment.findStreamRow(firstRow); entry < segment.recordCount && row < endRow; entry++) {
    if (!isData(segment.kinds[entry]!)) continue
    const length = segment.lengths[entry]!
    const beginRow = segment.streamRows[entry]!
    const recordEndRow = Math.min(endRow, beginRow + Math.ceil(length / streamBytesPerRow))
    for (; row < recordEndRow; row++) into.push(streamRow(segment, entry, (row - beginRow) * streamBytesPerRow))
  }
}

function streamRow(segment: Segment, entry: number, offsetInRecord: number): StreamRowPlace {
  const length = segment.lengths[entry]!
  return {
    fileOffset: segment.payloadOffset(entry) + offsetInRecord,
    length: Math.min(streamBytesPerRow, length - offsetInRecord),
    row: {
      kind: 'bytes',
      record: segment.firstRecord + entry,
      connection: segment.connections[entry]!,
      timeNs: segment.timesNs[entry]!,
      direction: directionOf(segment.kinds[entry]!),
      offsetInRecord,
      streamOffset: segment.streamOffsets[entry]! + offsetInRecord,
      chunkLength: offsetInRecord === 0 ? length : null,
      continues: false,
    },
  }
}

function directionOf(kind: number): Direction {
  return kind === recordKind.sent ? 'sent' : 'received'
}
