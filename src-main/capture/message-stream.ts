import type { Direction } from '../contract/schemas/common.ts'
import type { FramingSettings } from '../contract/schemas/framing.ts'
import type { FrameBatch } from '../protocol/framing/frame-batch.ts'
import type { FramerState } from '../protocol/framing/frame-scanner.ts'
import { createFramer, type Framer } from '../protocol/framing/framer.ts'
import { recordHeaderBytes, type RecordHeader } from './record-codec.ts'

/** The payload of one record, as far as it was read, in the counting of the connection's own stream. */
interface Stretch {
  readonly start: number
  end: number
  readonly streamOffset: number
  /** Where `start` stands in the data file. */
  readonly fileOffset: number
  readonly timeNs: number
}

/** Where a byte of a stream stands. */
export interface StreamPlace {
  /** Offset within the direction of the whole capture. */
  readonly streamOffset: number
  /** Null when it is too far back to be known. */
  readonly timeNs: number | null
  /** Null when it is not known. */
  readonly fileOffset: number | null
  /** Bytes of the stream that follow each other in the file from there on. */
  readonly contiguousBytes: number
}

/** Where one direction of a connection stands, plain and small. */
export interface MessageStreamState {
  readonly connection: number
  readonly direction: Direction
  readonly framer: FramerState
  readonly stretches: readonly Readonly<Stretch>[]
  readonly lastRecord: number
  readonly lastTimeNs: number
  /** Where the message in progress begins, within the direction of the whole capture; null when there is none. */
  readonly openStreamOffset: number | null
}

/**
 * A message can be found to end, or to begin, so many bytes before the last ones at most: a framer holds back no more
 * than a delimiter, a marker or a header.
 */
const longestLookBackBytes = 512
const emptyChunk = new Uint8Array(0)

/**
 * One direction of one connection while it is cut into messages: its framer, and where in the capture the bytes stand that
 * the message in progress may begin with. Offsets of frames count from the first byte that it was given.
 */
export class MessageStream {
  readonly connection: number
  readonly direction: Direction
  readonly settings: FramingSettings
  readonly #framer: Framer
  /** The one with the first byte of the message in progress, and those of the last bytes. */
  #stretches: Stretch[]
  #lastRecord: number
  #lastTimeNs: number
  #state: MessageStreamState | null

  constructor(connection: number, direction: Direction, settings: FramingSettings, state: MessageStreamState | null) {
    this.connection = connection
    this.direction = direction
    this.settings = settings
    this.#framer = state === null ? createFramer(settings) : createFramer(settings, state.framer)
    this.#stretches = state === null ? [] : state.stretches.map((stretch) => ({ ...stretch }))
    this.#lastRecord = state?.lastRecord ?? 0
    this.#lastTimeNs = state?.lastTimeNs ?? 0
    this.#state = state
  }

  /** Number and time of the last record with bytes of this stream. */
  get lastRecord(): number {
    return this.#lastRecord
  }

  get lastTimeNs(): number {
    return this.#lastTimeNs
  }

  /** Bytes of the message in progress. */
  get carriedBytes(): number {
    return this.#framer.carriedBytes
  }

  /** Where it stands. The same object as long as nothing comes. */
  get state(): MessageStreamState {
    this.#state ??= {
      connection: this.connection,
      direction: this.direction,
      framer: this.#framer.snapshot(),
      stretches: this.#stretches.map((stretch) => ({ ...stretch })),
      lastRecord: this.#lastRecord,
      lastTimeNs: this.#lastTimeNs,
      openStreamOffset: this.#openStreamOffset,
    }
    return this.#state
  }

  get #openStreamOffset(): number | null {
    const { carriedBytes } = this
    const end = this.#stretches.at(-1)?.end ?? 0
    return carriedBytes === 0 ? null : this.placeOf(end - carriedBytes).streamOffset
  }

  startRecord(header: Readonly<RecordHeader>, fileOffset: number, record: number): void {
    this.#state = null
    this.#lastRecord = record
    this.#lastTimeNs = header.timeNs
    const start = this.#stretches.at(-1)?.end ?? 0
    this.#stretches.push({
      start,
      end: start,
      streamOffset: header.streamOffset,
      fileOffset: fileOffset + recordHeaderBytes,
      timeNs: header.timeNs,
    })
  }

  /** The next bytes of the record begun last. Adds the frames that end within them; `forget` is to be called after. */
  scan(bytes: Uint8Array, batch: FrameBatch): void {
    this.#state = null
    const last = this.#stretches.at(-1)
    if (last !== undefined) last.end += bytes.length
    // The same bytes as a Buffer, whose search for a byte is three times as quick. Framers copy nothing out of it.
    this.#framer.scanInto(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), this.#lastTimeNs, batch)
  }

  /** Tells a framing by time what time it is. */
  passTime(timeNs: number, batch: FrameBatch): void {
    this.#state = null
    this.#framer.scanInto(emptyChunk, timeNs, batch)
  }

  /** Adds what is left. Nothing more may come. */
  end(batch: FrameBatch): void {
    this.#framer.endInto(batch)
  }

  /** Forgets the places that no message to come can begin at. */
  forget(): void {
    const stretches = this.#stretches
    const last = stretches.at(-1)
    if (stretches.length < 2 || last === undefined) return
    const frameStart = last.end - this.#framer.carriedBytes
    let passed = 0
    while (passed < stretches.length - 1 && (stretches[passed]?.end ?? 0) <= frameStart) passed++
    if (passed > 0) stretches.splice(0, passed)
    while (stretches.length > 2 && (stretches[1]?.end ?? 0) <= last.end - longestLookBackBytes) stretches.splice(1, 1)
  }

  /** Where the byte at `offset` of this stream stands. It must be of a message that ended with the last call. */
  placeOf(offset: number): StreamPlace {
    let before: Stretch | undefined
    for (let index = this.#stretches.length - 1; index >= 0; index--) {
      before = this.#stretches[index]
      if (before !== undefined && before.start <= offset) break
    }
    if (before === undefined) return { streamOffset: offset, timeNs: null, fileOffset: null, contiguousBytes: 0 }
    const inStretch = offset - before.start
    const streamOffset = before.streamOffset + inStretch
    if (offset >= before.end) return { streamOffset, timeNs: null, fileOffset: null, contiguousBytes: 0 }
    const fileOffset = before.fileOffset + inStretch
    return { streamOffset, timeNs: before.timeNs, fileOffset, contiguousBytes: before.end - offset }
  }
}
