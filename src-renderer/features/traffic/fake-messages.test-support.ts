import type { ConnectionEvent } from '../../../src-main/contract/schemas/connection.ts'
import type { CaptureRow, CaptureWindowRequest, MessageRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import type { Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { decodeFramePayload } from '../../../src-main/protocol/framing/frame-codec.ts'
import type { Frame } from '../../../src-main/protocol/framing/frame.ts'
import { createFramer, type Framer } from '../../../src-main/protocol/framing/framer.ts'

/** A record of the capture in memory. */
export interface FakeRecord {
  readonly direction: 'sent' | 'received' | null
  readonly connection: number
  readonly bytes: Uint8Array
  readonly event: ConnectionEvent | null
  readonly streamOffset: number
}

/** The bytes of one direction from an offset on; of one connection only, unless it is null. */
export function bytesFrom(
  records: readonly FakeRecord[],
  direction: Direction,
  connection: number | null,
  streamOffset: number,
): Uint8Array {
  const parts = records
    .filter((record) => record.direction === direction && (connection === null || record.connection === connection))
    .map((record) => record.bytes.subarray(Math.max(0, streamOffset - record.streamOffset)))
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** One direction of one connection. */
interface Stream {
  readonly framer: Framer
  readonly chunks: FakeRecord[]
}

/** Offset in the direction of the whole capture of a byte of one connection. */
function offsetInCapture(chunks: readonly FakeRecord[], ownOffset: number): number {
  let before = 0
  for (const { bytes, streamOffset } of chunks) {
    if (ownOffset < before + bytes.length) return streamOffset + ownOffset - before
    before += bytes.length
  }
  return before
}

/** The rows of the `messages` view, as the engine gives them. */
export function cutMessages(
  records: readonly FakeRecord[],
  interpretation: Interpretation,
  { framing, previewBytes }: Pick<CaptureWindowRequest, 'framing' | 'previewBytes'>,
): CaptureRow[] {
  const settings = framing ?? { sent: interpretation.sent.framing, received: interpretation.received.framing }
  const streams = new Map<string, Stream>()
  const counts: Record<Direction, number> = { sent: 0, received: 0 }
  return records.flatMap((source, record): CaptureRow[] => {
    const { connection } = source
    const base = { record, connection, timeNs: record * 1_000_000 }
    if (source.event !== null) return [{ kind: 'event', ...base, event: source.event }]
    const { direction } = source
    if (direction === null) return []
    const key = `${connection} ${direction}`
    const stream = streams.get(key) ?? { framer: createFramer(settings[direction]), chunks: [] }
    streams.set(key, stream)
    stream.chunks.push(source)
    return stream.framer.acceptChunk(source.bytes, base.timeNs).map((frame: Frame): MessageRow => {
      const streamOffset = offsetInCapture(stream.chunks, frame.start)
      const length = frame.end - frame.start
      const whole = bytesFrom(records, direction, connection, streamOffset).subarray(0, length)
      const raw = whole.slice(frame.payloadStart - frame.start, frame.payloadEnd - frame.start)
      const content = frame.problem === null ? (decodeFramePayload(settings[direction], raw) ?? raw) : raw
      counts[direction] += 1
      return {
        kind: 'message',
        ...base,
        direction,
        number: counts[direction] - 1,
        streamOffset,
        length,
        headBytes: frame.payloadStart - frame.start,
        tailBytes: frame.end - frame.payloadEnd,
        firstByteTimeNs: base.timeNs,
        problem: frame.problem,
        preview: content.slice(0, previewBytes),
        previewIsWhole: content.length <= previewBytes,
      }
    })
  })
}
