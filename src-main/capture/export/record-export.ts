import type { Direction } from '../../contract/schemas/common.ts'
import { recordHeaderBytes, recordKind, type RecordHeader } from '../record-codec.ts'
import type { RecordVisitor } from '../record-walker.ts'
import { eventRow, largestEventBytes } from '../rows.ts'
import type { ExportedChunk, ExportEncoder } from './export-encoder.ts'
import type { ExportLosses } from './export-losses.ts'
import type { ExportScope } from './export-scope.ts'

/** Leads the records of a capture into an encoder. */
export class RecordExport implements RecordVisitor {
  readonly beforeRead: NonNullable<RecordVisitor['beforeRead']>
  readonly #encoder: ExportEncoder
  readonly #scope: ExportScope
  readonly #losses: ExportLosses
  readonly #chunk: ExportedChunk = { direction: 'sent', connection: 0, timeNs: 0, byteCount: 0, missingBytes: 0 }
  /** Where the next bytes of a direction begin, when nothing is missing. */
  readonly #expectedOffset: Record<Direction, number> = { sent: 0, received: 0 }
  #isChunk = false
  #eventBytes: Uint8Array | null = null
  #connection = 0
  #timeNs = 0
  #payloadLength = 0

  constructor(
    encoder: ExportEncoder,
    scope: ExportScope,
    losses: ExportLosses,
    beforeRead: NonNullable<RecordVisitor['beforeRead']>,
  ) {
    this.#encoder = encoder
    this.#scope = scope
    this.#losses = losses
    this.beforeRead = beforeRead
  }

  readonly onRecord = (header: Readonly<RecordHeader>, fileOffset: number): void => {
    const { kind, connection, timeNs, payloadLength } = header
    this.#isChunk = false
    this.#eventBytes = null
    this.#connection = connection
    this.#timeNs = timeNs
    this.#payloadLength = payloadLength
    if (kind === recordKind.received) this.#startChunk(header, 'received')
    else if (kind === recordKind.sent) this.#startChunk(header, 'sent')
    else if (kind === recordKind.event) {
      this.#eventBytes = new Uint8Array(Math.min(payloadLength, largestEventBytes))
      if (payloadLength === 0) this.#endEvent(this.#eventBytes)
    } else if (kind !== recordKind.padding && kind !== recordKind.cleanEnd) {
      this.onDamage(fileOffset, recordHeaderBytes + payloadLength)
    }
  }

  readonly onPayload = (bytes: Uint8Array, start: number, end: number, payloadOffset: number): void => {
    const isEnd = payloadOffset + end - start === this.#payloadLength
    if (this.#isChunk) {
      this.#encoder.chunkPart(bytes, start, end)
      if (isEnd) this.#encoder.endChunk()
    } else if (this.#eventBytes !== null) {
      const room = this.#eventBytes.length - payloadOffset
      if (room > 0) this.#eventBytes.set(bytes.subarray(start, Math.min(end, start + room)), payloadOffset)
      if (isEnd) this.#endEvent(this.#eventBytes)
    }
  }

  readonly onDamage = (_fileOffset: number, byteCount: number): void => {
    this.#losses.damagedBytes += byteCount
    this.#losses.damagedStretches += 1
    if (this.#scope.hasTime(this.#timeNs)) this.#encoder.damage(this.#timeNs, byteCount)
  }

  #startChunk(header: Readonly<RecordHeader>, direction: Direction): void {
    const { connection, timeNs, payloadLength, streamOffset } = header
    const missingBytes = Math.max(0, streamOffset - this.#expectedOffset[direction])
    this.#expectedOffset[direction] = streamOffset + payloadLength
    this.#losses.missingBytes[direction] += missingBytes
    if (payloadLength === 0 || !this.#scope.hasBytes(direction, connection, timeNs, payloadLength)) return
    const chunk = this.#chunk
    chunk.direction = direction
    chunk.connection = connection
    chunk.timeNs = timeNs
    chunk.byteCount = payloadLength
    chunk.missingBytes = missingBytes
    this.#isChunk = true
    this.#encoder.startChunk(chunk)
  }

  #endEvent(bytes: Uint8Array): void {
    this.#eventBytes = null
    const base = { record: 0, connection: this.#connection, timeNs: this.#timeNs }
    const row = eventRow(base, this.#payloadLength, bytes)
    if (row.kind === 'damage') {
      this.onDamage(0, row.lostFileBytes)
      return
    }
    const isWanted = this.#scope.hasEvent(this.#connection, this.#timeNs)
    this.#encoder.event(this.#connection, this.#timeNs, row.event, isWanted)
  }
}
