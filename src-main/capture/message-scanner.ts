import type { DamageRow, EventRow, MessageRow } from '../contract/schemas/capture.ts'
import type { Direction } from '../contract/schemas/common.ts'
import type { FramingSettings } from '../contract/schemas/framing.ts'
import { describeFrameProblem } from '../protocol/framing/frame.ts'
import { FrameBatch } from '../protocol/framing/frame-batch.ts'
import { MessageStream, type MessageStreamState } from './message-stream.ts'
import { recordHeaderBytes, recordKind, type RecordHeader } from './record-codec.ts'
import type { ResumePoint, RowCollector, RowScanner } from './row-scanner.ts'
import { eventRow, largestEventBytes } from './rows.ts'

/** How each direction is cut into messages. */
export interface FramingPair {
  readonly sent: FramingSettings
  readonly received: FramingSettings
}

/** A message whose preview was not read yet. */
export interface FoundMessage {
  readonly kind: 'found'
  readonly row: Omit<MessageRow, 'preview' | 'previewIsWhole'>
  readonly framing: FramingSettings
  /** Bytes between head and tail. */
  readonly contentBytes: number
  /** Where the content begins in the data file, and how many bytes of it stand there in one piece; null when not known. */
  readonly contentFileOffset: number | null
  readonly contiguousBytes: number
  /** Where the last byte stands within the direction of the whole capture: other connections may have bytes between. */
  readonly lastStreamOffset: number
}

export type FoundRow = FoundMessage | EventRow | DamageRow

/** Where the cutting stands between two bytes. */
export interface MessageResumePoint extends ResumePoint {
  readonly sentCount: number
  readonly receivedCount: number
  readonly lastTimeNs: number
  readonly streams: readonly MessageStreamState[]
}

/** Why messages that had not ended are given out. */
type Ending = 'connection' | 'damage' | 'capture' | 'crowd'

const endingSentences: Readonly<Record<Exclude<Ending, 'connection'>, string>> = {
  damage: 'A damaged part of the capture stands where the message goes on.',
  capture: 'The capture ended before the message did.',
  crowd: 'Too many connections are open at once: this one was silent for the longest, and its message was given up.',
}

/** Directions of connections that are followed at the same time. A capture that names more is odd or hostile. */
const maximumStreams = 65_536
/** So many streams weigh as much as a resume point usually does. */
const streamsPerWeight = 64

/**
 * The `messages` view: a row per frame of each direction of each connection, in the order in which they ended, and a row per
 * event and damaged stretch. What has not ended ends, as a marked region, with its direction (`peer-ended`, `local-ended`,
 * `ended`), at damage, and with the capture; a message of an idle gap also once the time has passed.
 */
export class MessageScanner implements RowScanner<MessageResumePoint> {
  rowCount: number
  readonly #framing: FramingPair
  readonly #collector: RowCollector<FoundRow> | null
  readonly #onStreamEnd: ((connection: number, direction: Direction) => void) | null
  readonly #batch = new FrameBatch()
  readonly #streams = new Map<number, MessageStream>()
  readonly #counts: Record<Direction, number>
  /** No idle gap ends before. */
  #idleBoundNs = Number.POSITIVE_INFINITY
  #lastTimeNs: number
  // The record being scanned.
  #continues: boolean
  #record = 0
  #recordFileOffset = 0
  #connection = 0
  #timeNs = 0
  #payloadBytes = 0
  #scannedPayload = 0
  #stream: MessageStream | null = null
  /** Where the bytes of the event are kept that is being read. */
  #eventBytes: Uint8Array<ArrayBuffer> | null = null

  /**
   * Begins at `resume`, or at the beginning of the capture. `onStreamEnd` is told each direction of a connection that has
   * ended: bytes of it that come later begin anew.
   */
  constructor(
    framing: FramingPair,
    resume: MessageResumePoint | null,
    collector: RowCollector<FoundRow> | null,
    onStreamEnd: ((connection: number, direction: Direction) => void) | null = null,
  ) {
    this.#onStreamEnd = onStreamEnd
    this.#framing = framing
    this.#collector = collector
    this.rowCount = resume?.rowsBefore ?? 0
    this.#counts = { sent: resume?.sentCount ?? 0, received: resume?.receivedCount ?? 0 }
    this.#lastTimeNs = resume?.lastTimeNs ?? 0
    this.#continues = resume !== null
    for (const state of resume?.streams ?? []) {
      const { connection, direction } = state
      const stream = new MessageStream(connection, direction, framing[direction], state)
      this.#streams.set(streamKey(connection, direction), stream)
      this.#noteIdle(stream)
    }
  }

  get resumePoint(): MessageResumePoint | null {
    // An event counts when it is whole.
    if (this.#eventBytes !== null) return null
    return {
      rowsBefore: this.rowCount,
      record: this.#record,
      fileOffset: this.#recordFileOffset,
      payloadOffset: this.#scannedPayload,
      sentCount: this.#counts.sent,
      receivedCount: this.#counts.received,
      lastTimeNs: this.#lastTimeNs,
      streams: [...this.#streams.values()].map(({ state }) => state),
    }
  }

  get resumeWeight(): number {
    return Math.max(1, this.#streams.size / streamsPerWeight)
  }

  startRecord(header: Readonly<RecordHeader>, fileOffset: number, record: number): void {
    const { kind, connection, timeNs, payloadLength } = header
    const continues = this.#continues
    this.#continues = false
    this.#record = record
    this.#recordFileOffset = fileOffset
    this.#connection = connection
    this.#timeNs = timeNs
    this.#payloadBytes = payloadLength
    this.#scannedPayload = 0
    this.#stream = null
    this.#eventBytes = null
    if (!continues) {
      this.#sweepIdle(timeNs)
      this.#lastTimeNs = timeNs
    }
    if (kind === recordKind.received || kind === recordKind.sent) {
      this.#startData(header, kind === recordKind.sent ? 'sent' : 'received', continues)
    } else if (!continues) {
      if (kind === recordKind.event) this.#startEvent()
      else this.#pushDamage(recordHeaderBytes + payloadLength)
    }
  }

  scan(bytes: Uint8Array, start: number, end: number, payloadOffset: number): void {
    this.#scannedPayload = payloadOffset + end - start
    const stream = this.#stream
    if (stream !== null) {
      stream.scan(bytes.subarray(start, end), this.#batch)
      this.#takeFrames(stream, 'connection')
      stream.forget()
      this.#noteIdle(stream)
    } else if (this.#eventBytes !== null) {
      const room = this.#eventBytes.length - payloadOffset
      if (room > 0) this.#eventBytes.set(bytes.subarray(start, Math.min(end, start + room)), payloadOffset)
      if (this.#scannedPayload === this.#payloadBytes) this.#finishEvent(this.#eventBytes)
    }
  }

  damage(byteCount: number, record: number): void {
    this.#record = record
    this.#timeNs = this.#lastTimeNs
    this.#pushDamage(byteCount)
  }

  passTime(settledNs: number): void {
    this.#sweepIdle(settledNs)
    if (settledNs === Number.POSITIVE_INFINITY) this.#endAll('capture')
  }

  finishRow(): void {
    // A message in progress is no row.
  }

  #rowBase(connection: number): { record: number; connection: number; timeNs: number } {
    return { record: this.#record, connection, timeNs: this.#timeNs }
  }

  #startData(header: Readonly<RecordHeader>, direction: Direction, continues: boolean): void {
    const framing = this.#framing[direction]
    if (framing.kind === 'raw') {
      if (!continues) this.#pushChunk(header, direction, framing)
      return
    }
    this.#stream = this.#streamOf(header.connection, direction)
    if (!continues) this.#stream.startRecord(header, this.#recordFileOffset, this.#record)
  }

  #streamOf(connection: number, direction: Direction): MessageStream {
    const key = streamKey(connection, direction)
    const known = this.#streams.get(key)
    if (known !== undefined) {
      if (this.#streams.size > maximumStreams / 2) {
        // With very many, the one that was silent for the longest stands first.
        this.#streams.delete(key)
        this.#streams.set(key, known)
      }
      return known
    }
    if (this.#streams.size === maximumStreams) {
      const [oldest] = this.#streams.values()
      if (oldest !== undefined) this.#endStream(oldest, 'crowd')
    }
    const stream = new MessageStream(connection, direction, this.#framing[direction], null)
    this.#streams.set(key, stream)
    return stream
  }

  #startEvent(): void {
    this.#eventBytes = new Uint8Array(Math.min(this.#payloadBytes, largestEventBytes))
    if (this.#payloadBytes === 0) this.#finishEvent(this.#eventBytes)
  }

  #finishEvent(bytes: Uint8Array): void {
    this.#eventBytes = null
    const row = eventRow(this.#rowBase(this.#connection), this.#payloadBytes, bytes)
    if (row.kind === 'event') {
      const { kind } = row.event
      if (kind === 'ended' || kind === 'local-ended') this.#endDirection('sent')
      if (kind === 'ended' || kind === 'peer-ended') this.#endDirection('received')
    } else this.#endAll('damage')
    this.#pushRow(row)
  }

  #endDirection(direction: Direction): void {
    const stream = this.#streams.get(streamKey(this.#connection, direction))
    if (stream !== undefined) this.#endStream(stream, 'connection')
  }

  #endStream(stream: MessageStream, ending: Ending): void {
    stream.end(this.#batch)
    this.#takeFrames(stream, ending)
    this.#streams.delete(streamKey(stream.connection, stream.direction))
    this.#onStreamEnd?.(stream.connection, stream.direction)
  }

  #endAll(ending: Ending): void {
    for (const stream of [...this.#streams.values()]) this.#endStream(stream, ending)
    this.#idleBoundNs = Number.POSITIVE_INFINITY
  }

  /** Remembers when the message in progress would end by time. */
  #noteIdle({ settings, carriedBytes, lastTimeNs }: MessageStream): void {
    if (settings.kind !== 'idle-gap' || carriedBytes === 0) return
    // A little early, so that no rounding makes it late.
    this.#idleBoundNs = Math.min(this.#idleBoundNs, lastTimeNs + settings.idleGapMs * 1e6 - 1)
  }

  /** Ends the messages whose gap has passed by then, in the order in which their gaps did. */
  #sweepIdle(timeNs: number): void {
    if (timeNs < this.#idleBoundNs) return
    const ended = [...this.#streams.values()]
      .filter(({ settings, carriedBytes, lastTimeNs }) => {
        return settings.kind === 'idle-gap' && carriedBytes > 0 && timeNs - lastTimeNs >= settings.idleGapMs * 1e6
      })
      .map((stream) => ({ stream, endNs: stream.lastTimeNs + idleGapNs(stream.settings) }))
      .sort((one, other) => one.endNs - other.endNs || one.stream.lastRecord - other.stream.lastRecord)
    for (const { stream } of ended) {
      stream.passTime(timeNs, this.#batch)
      this.#takeFrames(stream, 'connection')
      stream.forget()
    }
    this.#idleBoundNs = Number.POSITIVE_INFINITY
    for (const stream of this.#streams.values()) this.#noteIdle(stream)
  }

  /** Gives out the frames in the batch and empties it. */
  #takeFrames(stream: MessageStream, ending: Ending): void {
    const batch = this.#batch
    const { count } = batch
    if (count === 0) return
    const collector = this.#collector
    if (collector !== null) {
      const first = Math.max(0, collector.firstRow - this.rowCount)
      const end = Math.min(count, collector.endRow - this.rowCount)
      for (let index = first; index < end; index++) collector.add(this.#found(stream, index, ending))
    }
    this.rowCount += count
    this.#counts[stream.direction] += count
    batch.clear()
  }

  #found(stream: MessageStream, index: number, ending: Ending): FoundMessage {
    const { connection, direction, settings, lastRecord, lastTimeNs } = stream
    const batch = this.#batch
    const start = batch.startOf(index)
    const end = batch.ends[index] ?? 0
    const headBytes = batch.heads[index] ?? 0
    const tailBytes = batch.tails[index] ?? 0
    const entry = problemAt(batch, index)
    const first = stream.placeOf(start)
    const content = stream.placeOf(start + headBytes)
    return {
      kind: 'found',
      row: {
        kind: 'message',
        record: lastRecord,
        connection,
        timeNs: lastTimeNs,
        direction,
        number: this.#counts[direction] + index,
        streamOffset: first.streamOffset,
        length: end - start,
        headBytes,
        tailBytes,
        firstByteTimeNs: first.timeNs,
        problem: entry === undefined ? null : problemOf(settings, entry, ending),
      },
      framing: settings,
      contentBytes: end - start - headBytes - tailBytes,
      contentFileOffset: content.fileOffset,
      contiguousBytes: content.contiguousBytes,
      lastStreamOffset: stream.placeOf(Math.max(start, end - 1)).streamOffset,
    }
  }

  /** A chunk of a direction that is not cut. */
  #pushChunk(header: Readonly<RecordHeader>, direction: Direction, framing: FramingSettings): void {
    const { payloadLength, streamOffset, timeNs } = header
    const number = this.#counts[direction]++
    if (!this.#isWanted()) {
      this.rowCount++
      return
    }
    this.#pushRow({
      kind: 'found',
      row: {
        kind: 'message',
        ...this.#rowBase(header.connection),
        direction,
        number,
        streamOffset,
        length: payloadLength,
        headBytes: 0,
        tailBytes: 0,
        firstByteTimeNs: timeNs,
        problem: null,
      },
      framing,
      contentBytes: payloadLength,
      contentFileOffset: this.#recordFileOffset + recordHeaderBytes,
      contiguousBytes: payloadLength,
      lastStreamOffset: streamOffset + payloadLength - 1,
    })
  }

  /** What cannot be read may have been a part of any message. */
  #pushDamage(lostFileBytes: number): void {
    this.#endAll('damage')
    this.#pushRow({ kind: 'damage', ...this.#rowBase(0), lostFileBytes })
  }

  #isWanted(): boolean {
    const collector = this.#collector
    return collector !== null && this.rowCount >= collector.firstRow && this.rowCount < collector.endRow
  }

  #pushRow(row: FoundRow): void {
    if (this.#isWanted()) this.#collector?.add(row)
    this.rowCount++
  }
}

/** Tells the directions of connections apart. */
export function streamKey(connection: number, direction: Direction): number {
  return connection * 2 + (direction === 'sent' ? 1 : 0)
}

/** The entry of a marked region, by halves: a batch may hold very many. */
function problemAt({ problems }: FrameBatch, index: number): FrameBatch['problems'][number] | undefined {
  let low = 0
  let high = problems.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((problems[middle]?.index ?? 0) < index) low = middle + 1
    else high = middle
  }
  const found = problems[low]
  return found?.index === index ? found : undefined
}

function idleGapNs(settings: FramingSettings): number {
  return settings.kind === 'idle-gap' ? settings.idleGapMs * 1e6 : 0
}

function problemOf(
  framing: FramingSettings,
  { code, detail }: FrameBatch['problems'][number],
  ending: Ending,
): NonNullable<MessageRow['problem']> {
  if (code === 'incomplete' && ending !== 'connection') return { code, sentence: endingSentences[ending] }
  return describeFrameProblem(framing, code, detail)
}
