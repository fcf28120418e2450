import fc from 'fast-check'
import { streamBytesPerRow, textRowMaxBytes, type BytesRow, type CaptureRow } from '../../contract/schemas/capture.ts'
import type { Direction } from '../../contract/schemas/common.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import type { LiveCapture } from '../live-capture.ts'
import type { ReceiveSink } from '../receive-sink.ts'
import type { ManualClock } from './manual-clock.ts'

/** One thing that happens in a capture. */
export type Step =
  | { readonly kind: 'commit' | 'append' | 'sent'; readonly connection: number; readonly bytes: Uint8Array }
  | { readonly kind: 'event'; readonly connection: number; readonly event: ConnectionEvent }
  | { readonly kind: 'pass'; readonly delayMs: number }

const textLikeBytes = fc
  .array(fc.constantFrom(0x0a, 0x0d, 0x41, 0x42, 0x57, 0x00, 0xff), { maxLength: 40 })
  .map((values) => Uint8Array.from(values))
const longBytes = fc
  .tuple(fc.integer({ min: 1, max: 10_000 }), fc.nat(255))
  .map(([length, seed]) => Uint8Array.from({ length }, (_, at) => (at % 997 === 0 ? 0x0a : (at * 31 + seed) & 0xff)))

/** Bytes with line feeds, magic numbers and what is no text, short and long. */
export const anyBytes = fc.oneof(
  { weight: 6, arbitrary: textLikeBytes },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 700 }) },
  { weight: 1, arbitrary: longBytes },
)

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'append' as const, 'sent' as const),
      connection: fc.integer({ min: 1, max: 3 }),
      bytes: anyBytes,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      connection: fc.integer({ min: 1, max: 3 }),
      event: fc.record({ kind: fc.constant('note' as const), text: fc.string() }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), delayMs: fc.nat(30) }) },
)

/** Does what the steps say. */
export function play(steps: readonly Step[], capture: LiveCapture, clock: ManualClock): void {
  const sinks = new Map<number, ReceiveSink>()
  for (const step of steps) {
    if (step.kind === 'pass') clock.advance(step.delayMs)
    else if (step.kind === 'event') capture.recordEvent(step.connection, step.event)
    else if (step.kind === 'sent') capture.recordSent(step.connection, step.bytes)
    else {
      const sink = sinks.get(step.connection) ?? capture.sink(step.connection)
      sinks.set(step.connection, sink)
      if (step.kind === 'append') sink.append(step.bytes)
      else receive(sink, step.bytes)
    }
  }
}

/** Lets bytes arrive as one chunk, or as several when the sink has less room. */
export function receive(sink: ReceiveSink, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const region = sink.reserve()
    const part = bytes.subarray(at, at + region.length)
    region.set(part)
    sink.commit(part.length)
    at += part.length
  }
}

/** Rows of the `stream` view, made the plain way from rows of `records` with whole previews. */
export function referenceStreamRows(records: readonly CaptureRow[]): BytesRow[] {
  return records.flatMap((record) => {
    if (record.kind !== 'data') return []
    const rows: BytesRow[] = []
    for (let at = 0; at < record.length; at += streamBytesPerRow) {
      rows.push(bytesRow(record, at, record.preview.slice(at, at + streamBytesPerRow), false))
    }
    return rows
  })
}

/** Rows of the `text` view, made byte by byte. */
export function referenceTextRows(records: readonly CaptureRow[]): BytesRow[] {
  const rows: BytesRow[] = []
  let open: { row: BytesRow; values: number[] } | null = null
  let run: { direction: Direction; connection: number } | null = null
  const close = (continues: boolean): void => {
    if (open !== null) rows.push({ ...open.row, bytes: Uint8Array.from(open.values), continues })
    open = null
  }
  for (const record of records) {
    if (record.kind === 'damage') close(true)
    if (record.kind !== 'data') continue
    if (run !== null && (run.direction !== record.direction || run.connection !== record.connection)) close(true)
    run = { direction: record.direction, connection: record.connection }
    for (const [at, value] of record.preview.entries()) {
      const current: { row: BytesRow; values: number[] } = open ?? {
        row: bytesRow(record, at, new Uint8Array(0), true),
        values: [],
      }
      open = current
      current.values.push(value)
      if (value === 0x0a) close(false)
      else if (current.values.length === textRowMaxBytes) close(true)
    }
  }
  close(true)
  return rows
}

function bytesRow(
  record: Extract<CaptureRow, { kind: 'data' }>,
  offsetInRecord: number,
  bytes: BytesRow['bytes'],
  continues: boolean,
): BytesRow {
  return {
    kind: 'bytes',
    record: record.record,
    connection: record.connection,
    timeNs: record.timeNs,
    direction: record.direction,
    offsetInRecord,
    streamOffset: record.streamOffset + offsetInRecord,
    bytes,
    chunkLength: offsetInRecord === 0 ? record.length : null,
    continues,
  }
}
