import type { CaptureRow, MessageRow } from '../../contract/schemas/capture.ts'
import type { Direction } from '../../contract/schemas/common.ts'
import type { Frame } from '../../protocol/framing/frame.ts'
import { decodeFramePayload } from '../../protocol/framing/frame-codec.ts'
import { createFramer, type Framer } from '../../protocol/framing/framer.ts'
import type { FramingPair } from '../message-scanner.ts'

/** One direction of one connection, every byte of it. */
interface Stream {
  readonly connection: number
  readonly direction: Direction
  readonly framer: Framer
  readonly bytes: number[]
  /** Of each byte: its offset in the capture, and when it came. */
  readonly offsets: number[]
  readonly timesNs: number[]
  lastRecord: number
  lastTimeNs: number
}

/**
 * Rows of the `messages` view, made the plain way from rows of `records` with whole previews: every stream is kept whole.
 * `settledNs`: the time that is told at the end, infinite when the capture has ended.
 */
export function referenceMessageRows(
  records: readonly CaptureRow[],
  framing: FramingPair,
  settledNs: number,
  previewBytes: number,
): CaptureRow[] {
  const rows: CaptureRow[] = []
  const streams = new Map<string, Stream>()
  const counts = { sent: 0, received: 0 }

  const push = (stream: Stream, frames: readonly Frame[], sentence: string | null): void => {
    for (const frame of frames) {
      rows.push(rowOf(stream, frame, framing[stream.direction], counts[stream.direction]++, previewBytes, sentence))
    }
  }
  const end = (stream: Stream, sentence: string | null): void => {
    push(stream, stream.framer.end(), sentence)
    streams.delete(`${stream.connection} ${stream.direction}`)
  }
  const passTime = (timeNs: number): void => {
    const waiting = [...streams.values()].filter(({ framer }) => framer.carriedBytes > 0)
    const dueNs = ({ direction, lastTimeNs }: Stream): number => {
      const settings = framing[direction]
      return settings.kind === 'idle-gap' ? lastTimeNs + settings.idleGapMs * 1e6 : Number.POSITIVE_INFINITY
    }
    waiting.sort((one, other) => {
      const sooner = dueNs(one) - dueNs(other)
      return Number.isNaN(sooner) || sooner === 0 ? one.lastRecord - other.lastRecord : sooner
    })
    for (const stream of waiting) push(stream, stream.framer.acceptChunk(new Uint8Array(0), timeNs), null)
  }

  for (const row of records) {
    if (row.kind === 'damage') {
      for (const stream of [...streams.values()]) {
        end(stream, 'A damaged part of the capture stands where the message goes on.')
      }
      rows.push(row)
      continue
    }
    passTime(row.timeNs)
    if (row.kind === 'event') {
      const { kind } = row.event
      const sent = streams.get(`${row.connection} sent`)
      const received = streams.get(`${row.connection} received`)
      if (sent !== undefined && (kind === 'ended' || kind === 'local-ended')) end(sent, null)
      if (received !== undefined && (kind === 'ended' || kind === 'peer-ended')) end(received, null)
      rows.push(row)
    } else if (row.kind === 'data') {
      const { connection, direction } = row
      const key = `${connection} ${direction}`
      const stream = streams.get(key) ?? {
        connection,
        direction,
        framer: createFramer(framing[direction]),
        bytes: [],
        offsets: [],
        timesNs: [],
        lastRecord: 0,
        lastTimeNs: 0,
      }
      streams.set(key, stream)
      stream.lastRecord = row.record
      stream.lastTimeNs = row.timeNs
      for (const [at, byte] of row.preview.entries()) {
        stream.bytes.push(byte)
        stream.offsets.push(row.streamOffset + at)
        stream.timesNs.push(row.timeNs)
      }
      push(stream, stream.framer.acceptChunk(row.preview, row.timeNs), null)
    }
  }
  passTime(settledNs)
  if (settledNs === Number.POSITIVE_INFINITY) {
    for (const stream of [...streams.values()]) end(stream, 'The capture ended before the message did.')
  }
  return rows
}

function rowOf(
  stream: Stream,
  frame: Frame,
  framing: FramingPair['sent'],
  number: number,
  previewBytes: number,
  sentence: string | null,
): MessageRow {
  const content = Uint8Array.from(stream.bytes.slice(frame.payloadStart, frame.payloadEnd))
  const payload = frame.problem === null ? decodeFramePayload(framing, content) : content
  if (payload === null) throw new Error('A frame without problem has content that cannot be decoded.')
  const { problem } = frame
  return {
    kind: 'message',
    record: stream.lastRecord,
    connection: stream.connection,
    timeNs: stream.lastTimeNs,
    direction: stream.direction,
    number,
    streamOffset: stream.offsets[frame.start] ?? -1,
    length: frame.end - frame.start,
    headBytes: frame.payloadStart - frame.start,
    tailBytes: frame.end - frame.payloadEnd,
    firstByteTimeNs: stream.timesNs[frame.start] ?? -1,
    problem: problem?.code === 'incomplete' && sentence !== null ? { ...problem, sentence } : problem,
    preview: payload.slice(0, previewBytes),
    previewIsWhole: payload.length <= previewBytes,
  }
}
