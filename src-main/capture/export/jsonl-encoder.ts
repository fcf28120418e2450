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

/** The first line of JSON Lines. */
export function captureLine(times: IsoTimes, { captureId, name }: CaptureLine): string {
  return `${JSON.stringify({ event: 'capture', captureId, name, at: times.of(0) })}\n`
}

/** The line of an event; its ends as `IP:PORT`. */
export function eventLine(times: IsoTimes, connection: number, timeNs: number, event: ConnectionEvent): string {
  const { kind, ...facts } = event
  const ends: Record<string, string> = {}
  if ('local' in event) ends.local = addressText(event.local)
  if ('remote' in event) ends.remote = addressText(event.remote)
  return `${JSON.stringify({ event: kind, at: times.of(timeNs), connection, ...facts, ...ends })}\n`
}

/** The line of a stretch that cannot be read. */
export function damageLine(times: IsoTimes, timeNs: number, lostFileBytes: number): string {
  return `${JSON.stringify({ event: 'damage', at: times.of(timeNs), lostFileBytes })}\n`
}

/** One JSON object a line: the capture, then its chunks and events. */
export class JsonlEncoder implements ExportEncoder {
  readonly notes: readonly string[] = []
  readonly #output: ExportOutput
  readonly #facts: CaptureLine
  readonly #times: IsoTimes

  constructor(output: ExportOutput, facts: CaptureLine) {
    this.#output = output
    this.#facts = facts
    this.#times = new IsoTimes(facts.startedAtUnixUs)
  }

  begin(): void {
    writeText(this.#output, captureLine(this.#times, this.#facts))
  }

  startChunk({ direction, timeNs, connection, missingBytes }: Readonly<ExportedChunk>): void {
    const missing = missingBytes > 0 ? `,"missingBytesBefore":${missingBytes}` : ''
    writeText(
      this.#output,
      `{"event":"${direction}","at":"${this.#times.of(timeNs)}","connection":${connection}${missing},"hex":"`,
    )
  }

  chunkPart(bytes: Uint8Array, start: number, end: number): void {
    writeHex(this.#output, bytes, start, end)
  }

  endChunk(): void {
    writeText(this.#output, '"}\n')
  }

  event(connection: number, timeNs: number, event: ConnectionEvent, isWanted: boolean): void {
    if (isWanted) writeText(this.#output, eventLine(this.#times, connection, timeNs, event))
  }

  damage(timeNs: number, lostFileBytes: number): void {
    writeText(this.#output, damageLine(this.#times, timeNs, lostFileBytes))
  }

  end(): void {
    // Every line stands for itself.
  }
}
