import type { CaptureRow, CaptureWindowRequest, MessageRow } from '../../../src-main/contract/schemas/capture.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import type { Interpretation } from '../../../src-main/contract/schemas/interpretation.ts'
import { decodeFramePayload } from '../../../src-main/protocol/framing/frame-codec.ts'
import type { Frame } from '../../../src-main/protocol/framing/frame.ts'
import { createFramer, type Framer } from '../../../src-main/protocol/framing/framer.ts'
import type { FakeRecord } from './fake-capture.test-support.ts'

/** All bytes of one direction. */
export function streamOf(records: readonly FakeRecord[], direction: Direction): Uint8Array {
  const own = records.filter((record) => record.direction === direction)
  const last = own.at(-1)
  const whole = new Uint8Array(last === undefined ? 0 : last.streamOffset + last.bytes.length)
  for (const { bytes, streamOffset } of own) whole.set(bytes, streamOffset)
  return whole
}

/** The rows of the `messages` view, as the engine gives them. */
export function cutMessages(
  records: readonly FakeRecord[],
  interpretation: Interpretation,
  { framing, previewBytes }: Pick<CaptureWindowRequest, 'framing' | 'previewBytes'>,
): CaptureRow[] {
  const settings = framing ?? { sent: interpretation.sent.framing, received: interpretation.received.framing }
  const framers: Record<Direction, Framer> = {
    sent: createFramer(settings.sent),
    received: createFramer(settings.received),
  }
  const counts: Record<Direction, number> = { sent: 0, received: 0 }
  return records.flatMap((source, record): CaptureRow[] => {
    const base = { record, connection: 1, timeNs: record * 1_000_000 }
    if (source.event !== null) return [{ kind: 'event', ...base, event: source.event }]
    const { direction } = source
    if (direction === null) return []
    const stream = streamOf(records, direction)
    return framers[direction].acceptChunk(source.bytes, base.timeNs).map((frame: Frame): MessageRow => {
      const raw = stream.slice(frame.payloadStart, frame.payloadEnd)
      const content = frame.problem === null ? (decodeFramePayload(settings[direction], raw) ?? raw) : raw
      counts[direction] += 1
      return {
        kind: 'message',
        ...base,
        direction,
        number: counts[direction] - 1,
        streamOffset: frame.start,
        length: frame.end - frame.start,
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
