import type { Link } from '../../../src-main/contract/connect.ts'
import { WirebenchError } from '../../../src-main/contract/errors.ts'
import {
  maximumPreviewBytes,
  maximumReadBytes,
  maximumWindowRows,
  type CaptureRow,
  type CaptureViewName,
  type MessageRow,
} from '../../../src-main/contract/schemas/capture.ts'
import type { Direction } from '../../../src-main/contract/schemas/common.ts'
import type { FramingSettings } from '../../../src-main/contract/schemas/framing.ts'
import { decodeFramePayload } from '../../../src-main/protocol/framing/frame-codec.ts'
import type { RowsLook } from './row-window.ts'
import { orderedRange, selectedInRow, type RowRange } from './row-selection.ts'

/** Most bytes that are copied at once: hex of it still fits a clipboard. */
export const maximumCopyBytes = 4 * 1024 * 1024

export type CaptureReader = Pick<Link, 'call'>

/** All bytes of one record. Errors: `message-too-large` beyond `limitBytes`, those of `capture.read`. */
export async function readRecord(
  link: CaptureReader,
  captureId: string,
  record: number,
  limitBytes: number,
): Promise<Uint8Array> {
  const collected = new LimitedBytes(limitBytes)
  for (;;) {
    const offset = collected.length
    const { row, bytes } = await link.call('capture.read', { captureId, record, offset, length: maximumReadBytes })
    collected.add(bytes, row.kind === 'data' ? row.length - offset : bytes.length)
    if (bytes.length < maximumReadBytes) return collected.joined()
  }
}

/** How each direction is cut into messages. */
export type DirectionFramings = Readonly<Record<Direction, FramingSettings>>

/**
 * Bytes of a message or chunk as they stand in the stream: `byteCount` after the first `skipBytes`. Only its own
 * connection counts, since what others sent meanwhile may lie between; with none named all do. Errors: those of
 * `capture.read-stream`.
 */
export async function readStream(
  link: CaptureReader,
  captureId: string,
  {
    direction,
    connection,
    streamOffset,
  }: Pick<MessageRow, 'direction' | 'streamOffset'> & { readonly connection?: number },
  skipBytes: number,
  byteCount: number,
): Promise<Uint8Array> {
  const collected = new LimitedBytes(byteCount)
  while (collected.length < byteCount) {
    const length = Math.min(maximumReadBytes, byteCount - collected.length)
    const skipped = skipBytes + collected.length
    const request = { captureId, direction, streamOffset, skipBytes: skipped, length }
    const { bytes } = await link.call(
      'capture.read-stream',
      connection === undefined ? request : { ...request, connection },
    )
    collected.add(bytes, bytes.length)
    if (bytes.length < length) break
  }
  return collected.joined()
}

/**
 * The content of a message, without its framing and with escapes undone; a marked region as it stands in the stream.
 * Errors: `message-too-large` beyond `limitBytes`, those of `capture.read-stream`.
 */
export async function readMessage(
  link: CaptureReader,
  captureId: string,
  row: MessageRow,
  framing: FramingSettings,
  limitBytes: number,
): Promise<Uint8Array> {
  if (row.previewIsWhole) return row.preview
  const length = row.length - row.headBytes - row.tailBytes
  if (length > limitBytes) throw new WirebenchError('message-too-large', { bytes: length, limit: limitBytes })
  const content = await readStream(link, captureId, row, row.headBytes, length)
  return row.problem === null ? (decodeFramePayload(framing, content) ?? content) : content
}

/**
 * What is taken of a message: its content, without its framing and with escapes undone, or all of its bytes as they stand
 * in the stream.
 */
export type MessagePart = { readonly contentBy: DirectionFramings } | 'as-in-the-stream'

/**
 * The bytes selected in a view: whole records or messages in the timeline, bytes in the stream, whole lines in the text
 * view. Events have none. Errors: `message-too-large` beyond `limitBytes`, those of `capture.window`, `capture.read` and
 * `capture.read-stream`.
 */
export async function readSelection(
  link: CaptureReader,
  captureId: string,
  { view, filter }: RowsLook,
  range: RowRange,
  limitBytes: number,
  part: MessagePart = 'as-in-the-stream',
): Promise<Uint8Array> {
  const { start, end } = orderedRange(range)
  const collected = new LimitedBytes(limitBytes)
  for (let firstRow = start.row; firstRow <= end.row; firstRow += maximumWindowRows) {
    const rowCount = Math.min(maximumWindowRows, end.row - firstRow + 1)
    // Small messages come whole with their rows; each one asked for by itself would take long.
    const previewBytes = view === 'messages' && part !== 'as-in-the-stream' ? maximumPreviewBytes : 0
    const window = await link.call('capture.window', {
      captureId,
      view,
      firstRow,
      rowCount,
      previewBytes,
      ...(filter === null ? {} : { filter }),
    })
    for (const [index, row] of window.rows.entries()) {
      if (row.kind === 'message' && part === 'as-in-the-stream') {
        if (adjoins(window.rows[index - 1], row)) continue
        const byteCount = adjoiningBytes(window.rows.slice(index))
        collected.check(byteCount)
        const bytes = await readStream(link, captureId, row, 0, byteCount)
        collected.add(bytes, bytes.length)
      } else if (row.kind === 'message' && part !== 'as-in-the-stream') {
        const bytes = await readMessage(link, captureId, row, part.contentBy[row.direction], limitBytes)
        collected.add(bytes, bytes.length)
      } else if (row.kind === 'data') {
        const bytes = await readRecord(link, captureId, row.record, limitBytes)
        collected.add(bytes, bytes.length)
      } else {
        const bytes = selectedPart(row, window.firstRow + index, view, range)
        collected.add(bytes, bytes.length)
      }
    }
  }
  return collected.joined()
}

/** Whether a message begins in the stream where the row before it ends, so that both are read at once. */
function adjoins(before: CaptureRow | undefined, { direction, connection, streamOffset }: MessageRow): boolean {
  if (before?.kind !== 'message' || before.direction !== direction || before.connection !== connection) return false
  return before.streamOffset + before.length === streamOffset
}

/** Bytes of the first row, a message, and of those after it that adjoin one another. */
function adjoiningBytes(rows: readonly CaptureRow[]): number {
  let byteCount = 0
  for (const [index, row] of rows.entries()) {
    if (row.kind !== 'message' || (index > 0 && !adjoins(rows[index - 1], row))) break
    byteCount += row.length
  }
  return byteCount
}

function selectedPart(row: CaptureRow, rowNumber: number, view: CaptureViewName, range: RowRange): Uint8Array {
  if (row.kind !== 'bytes') return new Uint8Array(0)
  if (view !== 'stream') return row.bytes
  const selected = selectedInRow(range, rowNumber, row.bytes.length)
  return selected === null ? new Uint8Array(0) : row.bytes.subarray(selected.from, selected.to)
}

class LimitedBytes {
  readonly #limitBytes: number
  readonly #parts: Uint8Array[] = []
  length = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** `expectedBytes` is what comes with and after this part, so that too much is refused before it is read. */
  add(bytes: Uint8Array, expectedBytes: number): void {
    this.check(Math.max(bytes.length, expectedBytes))
    this.#parts.push(bytes)
    this.length += bytes.length
  }

  /** Refuses with `message-too-large` what would not fit. */
  check(expectedBytes: number): void {
    const total = this.length + expectedBytes
    if (total > this.#limitBytes)
      throw new WirebenchError('message-too-large', { bytes: total, limit: this.#limitBytes })
  }

  joined(): Uint8Array {
    const whole = new Uint8Array(this.length)
    let offset = 0
    for (const part of this.#parts) {
      whole.set(part, offset)
      offset += part.length
    }
    return whole
  }
}
