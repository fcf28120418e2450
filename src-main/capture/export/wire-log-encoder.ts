import * as v from 'valibot'
import type { Direction } from '../../contract/schemas/common.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'
import { wireLogSettings } from '../../contract/schemas/wire-log.ts'
import { bindTemplate, parseWireLogTemplate, remotePairText } from '../../protocol/wire-log/wire-log-template.ts'
import type { ExportedChunk, ExportEncoder } from './export-encoder.ts'
import type { ExportOutput } from './export-output.ts'

/** Remote ends that are remembered; the oldest goes first. */
const maximumRemotes = 65_536
const logWords: Readonly<Record<Direction, 'Rx' | 'Tx'>> = { received: 'Rx', sent: 'Tx' }

/** As hio logs its wire: a record for each chunk, in the template that is usual. */
export class WireLogEncoder implements ExportEncoder {
  readonly notes: readonly string[] = []
  readonly #output: ExportOutput
  readonly #remotes = new Map<number, string>()
  readonly #template = usualTemplate()
  #tail: readonly Uint8Array[] = []

  constructor(output: ExportOutput) {
    this.#output = output
  }

  begin(): void {
    // Every record stands for itself.
  }

  startChunk({ direction, connection }: Readonly<ExportedChunk>): void {
    const parts = bindTemplate(this.#template, logWords[direction], this.#remotes.get(connection) ?? '(None, None)')
    const dataAt = parts.indexOf('data')
    const pieces = parts.map((part) => (part === 'data' ? new Uint8Array(0) : part))
    for (const piece of pieces.slice(0, dataAt)) this.#output.bytes(piece)
    this.#tail = pieces.slice(dataAt + 1)
  }

  chunkPart(bytes: Uint8Array, start: number, end: number): void {
    this.#output.bytes(bytes, start, end)
  }

  endChunk(): void {
    for (const piece of this.#tail) this.#output.bytes(piece)
  }

  event(connection: number, _timeNs: number, event: ConnectionEvent): void {
    if (event.kind === 'ended') this.#remotes.delete(connection)
    if (event.kind !== 'connected' && event.kind !== 'accepted') return
    if (this.#remotes.size === maximumRemotes) {
      const [oldest] = this.#remotes.keys()
      if (oldest !== undefined) this.#remotes.delete(oldest)
    }
    this.#remotes.set(connection, remotePairText(event.remote))
  }

  damage(): void {
    // What is left out is told in the notes of the export.
  }

  end(): void {
    // Every record stands for itself.
  }
}

function usualTemplate() {
  const parsed = parseWireLogTemplate(v.parse(wireLogSettings, {}).template)
  if (!parsed.ok) throw new TypeError('The usual template is malformed')
  return parsed.template
}
