import type { Direction } from '../contract/schemas/common.ts'
import type { CaptureSource, SourceState } from './capture-source.ts'
import type { OpenFile } from './file-access.ts'
import { readRanges, type ByteRange } from './range-reader.ts'
import { recordKind } from './record-codec.ts'
import type { Segment, SegmentCache, SegmentEntry } from './segment.ts'

/** A piece of one direction. */
export interface StreamRange {
  readonly direction: Direction
  /** Only bytes of this connection count; all when null. */
  readonly connection: number | null
  /** Where it begins, counted within the direction of the whole capture. */
  readonly streamOffset: number
  /** Bytes of it to leave out. */
  readonly skipBytes: number
  readonly length: number
  /** Stretches of about 1 MiB of the data file to look through at most; all when left out. */
  readonly maximumSegments?: number
}

/** Bytes of one direction, and where the ones behind them are to be read from. */
export interface StreamPart {
  readonly bytes: Uint8Array
  /** Offset within the direction behind the last byte; where it began when there is none. Nothing is to be skipped from there. */
  readonly endStreamOffset: number
}

/** What is still to be found of a range, and where what was found ends. */
interface RangeRest {
  skipBytes: number
  length: number
  endStreamOffset: number
}

/** Reads one direction of a capture across its records, by offset. */
export class StreamReader {
  readonly #source: CaptureSource
  readonly #file: OpenFile
  readonly #segments: SegmentCache

  constructor(source: CaptureSource, file: OpenFile, segments: SegmentCache) {
    this.#source = source
    this.#file = file
    this.#segments = segments
  }

  /** The bytes; fewer where the capture ends. What is damaged is left out. Throws `IndexMismatch`. */
  async read(range: StreamRange): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.readPart(range)).bytes
  }

  /** As `read`, with the place at which reading goes on however long the whole is. Throws `IndexMismatch`. */
  async readPart(range: StreamRange): Promise<StreamPart & { readonly bytes: Uint8Array<ArrayBuffer> }> {
    const { ranges, endStreamOffset } = await this.#find(range)
    const parts = await readRanges(this.#file, ranges)
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0))
    let at = 0
    for (const part of parts) {
      bytes.set(part.bytes, at)
      at += part.bytes.length
    }
    return { bytes, endStreamOffset }
  }

  /** The record with a byte of a direction; null when there is none. Throws `IndexMismatch`. */
  async findByte(direction: Direction, streamOffset: number): Promise<SegmentEntry | null> {
    const state = this.#source.state()
    let index = await this.#segmentWith(state, direction, streamOffset)
    for (; index < state.checkpointCount; index++) {
      if (!state.checkpoints.hasBytes(direction, index, state.checkpointCount)) continue
      const segment = await this.#segments.get(state, index)
      for (let at = 0; at < segment.recordCount; at++) {
        const entry = segment.entry(at)
        if (entry.kind !== recordKind[direction] || entry.streamOffset + entry.length <= streamOffset) continue
        return entry.streamOffset <= streamOffset ? entry : null
      }
    }
    return null
  }

  async #find(range: StreamRange): Promise<{ ranges: ByteRange[]; endStreamOffset: number }> {
    const state = this.#source.state()
    const { direction, streamOffset } = range
    const ranges: ByteRange[] = []
    const rest: RangeRest = { skipBytes: range.skipBytes, length: range.length, endStreamOffset: streamOffset }
    let index = await this.#segmentWith(state, direction, streamOffset)
    const end = Math.min(state.checkpointCount, index + (range.maximumSegments ?? Number.POSITIVE_INFINITY))
    for (; index < end && rest.length > 0; index++) {
      if (state.checkpoints.hasBytes(direction, index, state.checkpointCount)) {
        takeRanges(await this.#segments.get(state, index), range, rest, ranges)
      }
    }
    return { ranges, endStreamOffset: rest.endStreamOffset }
  }

  /** The segment with the byte at an offset, or the first behind it. */
  async #segmentWith(state: SourceState, direction: Direction, streamOffset: number): Promise<number> {
    const { checkpoints, checkpointCount, tally } = state
    const bySums = checkpoints.findStreamOffset(direction, streamOffset, checkpointCount)
    if (tally.damagedBytes === 0) return bySums
    // The sums leave out what was lost: they are too small, and the place may be before the one they tell.
    let low = 0
    let high = bySums
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((await this.#firstOffsetFrom(state, direction, middle)) <= streamOffset) low = middle
      else high = middle - 1
    }
    return low
  }

  async #firstOffsetFrom(state: SourceState, direction: Direction, from: number): Promise<number> {
    for (let index = from; index < state.checkpointCount; index++) {
      if (!state.checkpoints.hasBytes(direction, index, state.checkpointCount)) continue
      const segment = await this.#segments.get(state, index)
      for (let at = 0; at < segment.recordCount; at++) {
        const entry = segment.entry(at)
        if (entry.kind === recordKind[direction]) return entry.streamOffset
      }
    }
    return Number.POSITIVE_INFINITY
  }
}

function takeRanges(
  segment: Segment,
  { direction, connection, streamOffset }: StreamRange,
  rest: RangeRest,
  into: ByteRange[],
): void {
  for (let at = 0; at < segment.recordCount && rest.length > 0; at++) {
    const entry = segment.entry(at)
    if (entry.kind !== recordKind[direction]) continue
    if (connection !== null && entry.connection !== connection) continue
    const before = Math.max(0, streamOffset - entry.streamOffset)
    if (before >= entry.length) continue
    const skipped = Math.min(rest.skipBytes, entry.length - before)
    rest.skipBytes -= skipped
    const length = Math.min(rest.length, entry.length - before - skipped)
    rest.length -= length
    if (length === 0) continue
    into.push({ fileOffset: entry.payloadOffset + before + skipped, length })
    rest.endStreamOffset = entry.streamOffset + before + skipped + length
  }
}
