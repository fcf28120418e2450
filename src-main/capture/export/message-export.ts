import type { MessageRow } from '../../contract/schemas/capture.ts'
import { decodePayloadPrefix } from '../../protocol/framing/decode-prefix.ts'
import { readFully, type OpenFile } from '../file-access.ts'
import { readMessageRows } from '../message-rows.ts'
import type { FoundMessage, FoundRow } from '../message-scanner.ts'
import type { StreamRange } from '../stream-reader.ts'
import type { ExportLosses } from './export-losses.ts'
import type { ExportOutput } from './export-output.ts'
import type { ExportScope } from './export-scope.ts'
import type { MessageEncoder } from './message-encoder.ts'

export interface MessageExportOptions {
  readonly file: OpenFile
  readonly output: ExportOutput
  readonly encoder: MessageEncoder
  readonly scope: ExportScope
  readonly losses: ExportLosses
  /** Bytes of one direction of the capture. */
  readonly readStream: (range: StreamRange) => Promise<Uint8Array>
}

/** Messages up to this size are read together. */
const shortMessageBytes = 16 * 1024
const messagesAtOnce = 1024
const bytesAtOnce = 4 * 1024 * 1024
/** Bytes of a long message read at a time. */
const pieceBytes = 256 * 1024
/** Longer messages with escapes are written as they stand in the stream. */
const maximumUnescapedBytes = 32 * 1024 * 1024

/** Writes the rows of the `messages` view with their bytes, whatever their length. */
export class MessageExport {
  readonly #options: MessageExportOptions
  #escapedCount = 0
  #drainedBytes = 0

  constructor(options: MessageExportOptions) {
    this.#options = options
  }

  notes(): readonly string[] {
    if (this.#escapedCount === 0) return []
    return [`${this.#escapedCount} messages of more than 32 MiB stand with the escapes of their framing.`]
  }

  /** Writes rows in their order. */
  async write(rows: readonly FoundRow[]): Promise<void> {
    const { scope, losses } = this.#options
    let batch: FoundRow[] = []
    let batchBytes = 0
    for (const row of rows) {
      if (row.kind === 'damage') {
        losses.damagedStretches += 1
        losses.damagedBytes += row.lostFileBytes
      }
      if (!isWanted(row, scope)) continue
      batch.push(row)
      if (row.kind === 'found') batchBytes += Math.min(row.contentBytes, shortMessageBytes)
      if (batch.length < messagesAtOnce && batchBytes < bytesAtOnce) continue
      await this.#writeBatch(batch)
      batch = []
      batchBytes = 0
    }
    if (batch.length > 0) await this.#writeBatch(batch)
  }

  async #writeBatch(found: readonly FoundRow[]): Promise<void> {
    const { file, encoder, output, readStream } = this.#options
    const rows = await readMessageRows(found, shortMessageBytes, file, { read: readStream })
    for (const [index, row] of rows.entries()) {
      const source = found[index]
      if (row.kind === 'message' && source?.kind === 'found') await this.#writeMessage(row, source)
      else if (row.kind === 'event') encoder.event(row.connection, row.timeNs, row.event)
      else if (row.kind === 'damage') encoder.damage(row.timeNs, row.lostFileBytes)
    }
    await output.drain()
  }

  async #writeMessage(row: MessageRow, found: FoundMessage): Promise<void> {
    const { encoder, output } = this.#options
    const { preview } = row
    if (row.previewIsWhole) {
      encoder.startMessage(row, preview.length, preview)
      encoder.messagePart(preview)
    } else if (row.problem === null && isEscaped(found) && found.contentBytes <= maximumUnescapedBytes) {
      const content = await this.#content(found, 0, found.contentBytes)
      const whole = decodePayloadPrefix(found.framing, content, true, content.length)
      encoder.startMessage(row, whole.bytes.length, whole.bytes)
      encoder.messagePart(whole.bytes)
    } else {
      if (row.problem === null && isEscaped(found)) this.#escapedCount += 1
      await this.#writePieces(row, found)
    }
    encoder.endMessage()
    if (output.byteCount - this.#drainedBytes > bytesAtOnce) await this.#drain()
  }

  async #drain(): Promise<void> {
    await this.#options.output.drain()
    this.#drainedBytes = this.#options.output.byteCount
  }

  /** The content as it stands in the stream, a piece after the other. */
  async #writePieces(row: MessageRow, found: FoundMessage): Promise<void> {
    const { encoder } = this.#options
    for (let done = 0; done < found.contentBytes;) {
      const piece = await this.#content(found, done, Math.min(pieceBytes, found.contentBytes - done))
      if (done === 0) encoder.startMessage(row, found.contentBytes, piece)
      if (piece.length === 0) break
      encoder.messagePart(piece)
      done += piece.length
      await this.#drain()
    }
    if (found.contentBytes === 0) encoder.startMessage(row, 0, row.preview)
  }

  async #content(found: FoundMessage, offset: number, length: number): Promise<Uint8Array> {
    const { row, contentFileOffset, contiguousBytes } = found
    if (contentFileOffset !== null && contiguousBytes >= offset + length) {
      return readFully(this.#options.file, contentFileOffset + offset, length)
    }
    const { direction, connection, streamOffset, headBytes } = row
    return this.#options.readStream({ direction, connection, streamOffset, skipBytes: headBytes + offset, length })
  }
}

function isWanted(row: FoundRow, scope: ExportScope): boolean {
  if (row.kind === 'damage') return scope.hasTime(row.timeNs)
  if (row.kind === 'event') return scope.hasEvent(row.connection, row.timeNs)
  const { direction, connection, timeNs, length } = row.row
  return scope.hasBytes(direction, connection, timeNs, length)
}

const isEscaped = ({ framing }: FoundMessage): boolean =>
  framing.kind === 'slip' || framing.kind === 'cobs' || (framing.kind === 'markers' && framing.escape !== null)
