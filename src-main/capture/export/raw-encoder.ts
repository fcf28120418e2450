import type { ExportEncoder } from './export-encoder.ts'
import type { ExportOutput } from './export-output.ts'

/** The bytes, nothing else. */
export class RawEncoder implements ExportEncoder {
  readonly notes: readonly string[] = []
  readonly #output: ExportOutput

  constructor(output: ExportOutput) {
    this.#output = output
  }

  begin(): void {
    // Bytes have no head.
  }

  startChunk(): void {
    // Where a chunk begins is not told.
  }

  chunkPart(bytes: Uint8Array, start: number, end: number): void {
    this.#output.bytes(bytes, start, end)
  }

  endChunk(): void {
    // Where a chunk ends is not told.
  }

  event(): void {
    // Events are no bytes.
  }

  damage(): void {
    // What is left out is told in the notes of the export.
  }

  end(): void {
    // Bytes have no tail.
  }
}
