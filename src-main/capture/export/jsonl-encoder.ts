import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import { addressText } from './event-sentence.ts'
import type { ExportedChunk, ExportEncoder } from './export-encoder.ts'
import type { ExportOutput } from './export-output.ts'
import { IsoTimes, writeHex, writeText } from './export-text.ts'

/** What a file says of its capture in its first line. */
export interface CaptureLine {
  readonly captureId: string
  readonly name: string
  readonly startedAtUnixUs: number
}

/** The lines of JSON Lines that are the same for chunks and messages: the capture, events, and what cannot be read. */
export class JsonlStory {
  protected readonly output: ExportOutput
  protected readonly times: IsoTimes
  readonly #facts: CaptureLine

  constructor(output: ExportOutput, facts: CaptureLine) {
    this.output = output
    this.#facts = facts
    this.times = new IsoTimes(facts.startedAtUnixUs)
  }

  /** The first line. */
  begin(): void {
    const { captureId, name } = this.#facts
    this.#write({ event: 'capture', captureId, name, at: this.times.of(0) })
  }

  /** An event; its ends as `IP:PORT`. */
  event(connection: number, timeNs: number, event: ConnectionEvent): void {
    const { kind, ...facts } = event
    const ends: Record<string, string> = {}
    if ('local' in event) ends.local = addressText(event.local)
    if ('remote' in event) ends.remote = addressText(event.remote)
    this.#write({ event: kind, at: this.times.of(timeNs), connection, ...facts, ...ends })
  }

  /** A stretch that cannot be read. */
  damage(timeNs: number, lostFileBytes: number): void {
    this.#write({ event: 'damage', at: this.times.of(timeNs), lostFileBytes })
  }

  end(): void {
    // Every line stands for itself.
  }

  #write(line: object): void {
    writeText(this.output, `${JSON.stringify(line)}\n`)
  }
}

/** One JSON object a line: the capture, then its chunks and events. */
export class JsonlEncoder extends JsonlStory implements ExportEncoder {
  readonly notes: readonly string[] = []

  startChunk({ direction, timeNs, connection, missingBytes }: Readonly<ExportedChunk>): void {
    const missing = missingBytes > 0 ? `,"missingBytesBefore":${missingBytes}` : ''
    writeText(
      this.output,
      `{"event":"${direction}","at":"${this.times.of(timeNs)}","connection":${connection}${missing},"hex":"`,
    )
  }

  chunkPart(bytes: Uint8Array, start: number, end: number): void {
    writeHex(this.output, bytes, start, end)
  }

  endChunk(): void {
    writeText(this.output, '"}\n')
  }

  override event(connection: number, timeNs: number, event: ConnectionEvent, isWanted = true): void {
    if (isWanted) super.event(connection, timeNs, event)
  }
}
