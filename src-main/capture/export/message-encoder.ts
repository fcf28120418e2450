import type { MessageRow } from '../../contract/schemas/capture.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import { JsonlStory } from './jsonl-encoder.ts'
import type { ExportOutput } from './export-output.ts'
import { IsoTimes, writeHex, writeText } from './export-text.ts'
import type { HexdumpEncoder } from './hexdump-encoder.ts'
import { csvText, previewText } from './csv-text.ts'

/** What is told of a message besides its bytes. */
export type MessageFacts = Omit<MessageRow, 'preview' | 'previewIsWhole'>

/** Turns messages into the bytes of a format. */
export interface MessageEncoder {
  begin(): void
  /** A message of so many bytes, framing and escapes undone; `first` are the first of them. All follow by `messagePart`. */
  startMessage(facts: MessageFacts, byteCount: number, first: Uint8Array): void
  messagePart(bytes: Uint8Array): void
  endMessage(): void
  event(connection: number, timeNs: number, event: ConnectionEvent): void
  damage(timeNs: number, lostFileBytes: number): void
  end(): void
}

/** One JSON object a line: the capture, its messages and its events. */
export class JsonlMessages extends JsonlStory implements MessageEncoder {
  startMessage({ direction, connection, timeNs, number, problem }: MessageFacts): void {
    const facts = { event: 'message', at: this.times.of(timeNs), connection, direction, number, problem }
    writeText(this.output, `${JSON.stringify(facts).slice(0, -1)},"hex":"`)
  }

  messagePart(bytes: Uint8Array): void {
    writeHex(this.output, bytes)
  }

  endMessage(): void {
    writeText(this.output, '"}\n')
  }
}

/** A row for each message (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe. */
export class CsvMessages implements MessageEncoder {
  readonly #output: ExportOutput
  readonly #times: IsoTimes

  constructor(output: ExportOutput, startedAtUnixUs: number) {
    this.#output = output
    this.#times = new IsoTimes(startedAtUnixUs)
  }

  begin(): void {
    writeText(this.#output, 'time,connection,direction,number,length,problem,text,hex\r\n')
  }

  startMessage(facts: MessageFacts, byteCount: number, first: Uint8Array): void {
    const { direction, connection, timeNs, number, problem } = facts
    const known = [this.#times.of(timeNs), connection, direction, number, byteCount, problem?.code ?? '']
    writeText(this.#output, `${known.join(',')},${csvText(previewText(first, byteCount))},`)
  }

  messagePart(bytes: Uint8Array): void {
    writeHex(this.#output, bytes)
  }

  endMessage(): void {
    writeText(this.#output, '\r\n')
  }

  event(): void {
    // A table of messages has no place for events.
  }

  damage(): void {
    // What is left out is told in the notes of the export.
  }

  end(): void {
    // Every row stands for itself.
  }
}

/** Hex dumps of messages instead of chunks. */
export class HexdumpMessages implements MessageEncoder {
  readonly #encoder: HexdumpEncoder

  constructor(encoder: HexdumpEncoder) {
    this.#encoder = encoder
  }

  begin(): void {
    this.#encoder.begin()
  }

  startMessage({ direction, connection, timeNs }: MessageFacts, byteCount: number): void {
    this.#encoder.startChunk({ direction, connection, timeNs, byteCount, missingBytes: 0 })
  }

  messagePart(bytes: Uint8Array): void {
    this.#encoder.chunkPart(bytes, 0, bytes.length)
  }

  endMessage(): void {
    this.#encoder.endChunk()
  }

  event(connection: number, timeNs: number, event: ConnectionEvent): void {
    this.#encoder.event(connection, timeNs, event, true)
  }

  damage(timeNs: number, lostFileBytes: number): void {
    this.#encoder.damage(timeNs, lostFileBytes)
  }

  end(): void {
    this.#encoder.end()
  }
}
