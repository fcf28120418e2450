import { maximumLatestMessages, type LatestMessages } from '../contract/schemas/capture.ts'
import type { Direction } from '../contract/schemas/common.ts'
import { decodePayloadPrefix } from '../protocol/framing/decode-prefix.ts'
import { MessageRateMeter } from '../protocol/m2/message-rate-meter.ts'
import type { MessageIdFinder } from '../protocol/message-id/message-id.ts'
import { CarriedBytes } from './carried-bytes.ts'
import { MessageScanner, streamKey, type FoundMessage, type FoundRow, type FramingPair } from './message-scanner.ts'
import { RateWindow } from './rate-window.ts'
import { recordKind, type RecordHeader } from './record-codec.ts'
import type { RecordScanner } from './row-scanner.ts'

/** A message is identified by so many bytes at most. */
const lookedAtBytes = 1024 * 1024
/** Bytes that wait for the ends of their messages, over all connections. */
const carriedLimitBytes = 32 * 1024 * 1024

/** The newest message of one identifier. */
export interface LatestEntry {
  readonly direction: Direction
  readonly messageId: string | null
  readonly rate: RateWindow
  count: number
  newest: FoundMessage
}

/** Looks at every message once: counts them by identifier and keeps the newest of each. */
export class LatestScanner implements RecordScanner {
  readonly entries: LatestEntry[] = []
  /** Messages whose identifiers had no room. */
  otherCount = 0
  messageCount = 0
  /** Time of the last record. */
  lastTimeNs = 0
  readonly #finders: Readonly<Record<Direction, MessageIdFinder>>
  readonly #byId: Readonly<Record<Direction, Map<string | null, LatestEntry>>> = {
    sent: new Map(),
    received: new Map(),
  }
  readonly #meters: Record<Direction, MessageRateMeter | null> = { sent: null, received: null }
  readonly #found: FoundRow[] = []
  readonly #scanner: MessageScanner
  readonly #carried = new Map<number, CarriedBytes>()
  #carriedBytes = 0
  // The chunk being read.
  #key = 0
  #isData = false
  /** The message that the chunk is, when its direction is not cut. */
  #chunk: FoundMessage | null = null

  constructor(framing: FramingPair, finders: Readonly<Record<Direction, MessageIdFinder>>) {
    this.#finders = finders
    const all = { firstRow: 0, endRow: Number.POSITIVE_INFINITY, add: (row: FoundRow) => void this.#found.push(row) }
    this.#scanner = new MessageScanner(framing, null, all, (connection, direction) => {
      // Its last messages were found just now.
      this.#takeFound(null, 0, 0)
      this.#forget(streamKey(connection, direction))
    })
  }

  /** Messages a second of each direction, as M2 counts them. */
  get messageRate(): LatestMessages['messageRate'] {
    return {
      sent: this.#meters.sent?.messagesPerSecond ?? null,
      received: this.#meters.received?.messagesPerSecond ?? null,
    }
  }

  startRecord(header: Readonly<RecordHeader>, fileOffset: number, record: number): void {
    this.lastTimeNs = header.timeNs
    this.#isData = header.kind === recordKind.sent || header.kind === recordKind.received
    this.#key = streamKey(header.connection, header.kind === recordKind.sent ? 'sent' : 'received')
    this.#chunk = null
    this.#scanner.startRecord(header, fileOffset, record)
    const last = this.#found.at(-1)
    if (last?.kind === 'found' && last.framing.kind === 'raw') {
      this.#found.pop()
      this.#chunk = last
    }
    this.#takeFound(null, 0, 0)
    if (this.#chunk?.contentBytes === 0) this.#count(this.#chunk, new Uint8Array(0))
  }

  scan(bytes: Uint8Array, start: number, end: number, payloadOffset: number): void {
    this.#scanner.scan(bytes, start, end, payloadOffset)
    if (!this.#isData) this.#takeFound(null, 0, 0)
    else if (this.#chunk !== null) this.#takeChunk(this.#chunk, bytes, start, end, payloadOffset)
    else this.#takeFound(bytes, start, end)
  }

  damage(byteCount: number, record: number): void {
    this.#scanner.damage(byteCount, record)
    this.#takeFound(null, 0, 0)
  }

  passTime(settledNs: number): void {
    this.#scanner.passTime(settledNs)
    this.#takeFound(null, 0, 0)
  }

  /** Identifies the messages found, the bytes of which are those carried and then `bytes[start .. end)`, and keeps the rest. */
  #takeFound(bytes: Uint8Array | null, start: number, end: number): void {
    let at = start
    for (const row of this.#found.splice(0)) {
      if (row.kind !== 'found') continue
      const key = streamKey(row.row.connection, row.row.direction)
      const carried = this.#carried.get(key)
      const { length } = row.row
      const isOfPart = bytes !== null && key === this.#key
      const missing = isOfPart ? length - (carried?.totalBytes ?? 0) : 0
      if (bytes !== null && isOfPart && (carried === undefined || carried.totalBytes === 0)) {
        this.#count(row, bytes.subarray(at, at + length))
        at += length
        continue
      }
      if (bytes !== null && missing > 0) {
        this.#carry(key, bytes, at, at + missing)
        at += missing
      }
      this.#count(row, this.#takeCarried(key, length))
    }
    if (bytes !== null && at < end) this.#carry(this.#key, bytes, at, end)
  }

  #takeChunk(chunk: FoundMessage, bytes: Uint8Array, start: number, end: number, payloadOffset: number): void {
    const isLast = payloadOffset + end - start === chunk.contentBytes
    if (isLast && payloadOffset === 0) {
      this.#count(chunk, bytes.subarray(start, end))
      return
    }
    this.#carry(this.#key, bytes, start, end)
    if (isLast) this.#count(chunk, this.#takeCarried(this.#key, chunk.contentBytes))
  }

  #carry(key: number, bytes: Uint8Array, start: number, end: number): void {
    let carried = this.#carried.get(key)
    if (carried === undefined) {
      const room = Math.max(0, carriedLimitBytes - this.#carriedBytes)
      carried = new CarriedBytes(Math.min(lookedAtBytes, room))
      this.#carried.set(key, carried)
    }
    this.#carriedBytes -= carried.keptBytes
    carried.add(bytes, start, end)
    this.#carriedBytes += carried.keptBytes
  }

  #takeCarried(key: number, length: number): Uint8Array {
    const carried = this.#carried.get(key)
    if (carried === undefined) return new Uint8Array(0)
    this.#carriedBytes -= carried.keptBytes
    const bytes = carried.take(length)
    this.#carriedBytes += carried.keptBytes
    if (carried.totalBytes === 0) this.#carried.delete(key)
    return bytes
  }

  #forget(key: number): void {
    this.#carriedBytes -= this.#carried.get(key)?.keptBytes ?? 0
    this.#carried.delete(key)
  }

  /** `bytes`: the frame, or its beginning. */
  #count(message: FoundMessage, bytes: Uint8Array): void {
    const { direction, timeNs } = message.row
    this.messageCount++
    const meter = (this.#meters[direction] ??= new MessageRateMeter(timeNs / 1e6))
    meter.count(1, timeNs / 1e6)
    const messageId = this.#identify(message, bytes)
    const known = this.#byId[direction].get(messageId)
    if (known !== undefined) {
      known.count++
      known.newest = message
      known.rate.count(timeNs)
      return
    }
    if (this.entries.length === maximumLatestMessages) {
      this.otherCount++
      return
    }
    const entry = { direction, messageId, rate: new RateWindow(timeNs), count: 1, newest: message }
    entry.rate.count(timeNs)
    this.#byId[direction].set(messageId, entry)
    this.entries.push(entry)
  }

  #identify({ row, framing, contentBytes }: FoundMessage, bytes: Uint8Array): string | null {
    if (row.problem !== null) return null
    const content = bytes.subarray(row.headBytes, row.headBytes + Math.min(contentBytes, lookedAtBytes))
    const isWhole = content.length === contentBytes
    if (content.length === 0 && !isWhole) return null
    return this.#finders[row.direction].find(decodePayloadPrefix(framing, content, isWhole, lookedAtBytes).bytes)
  }
}
