import type { Direction } from '../../contract/schemas/common.ts'
import type { ConnectionEvent } from '../../contract/schemas/connection.ts'

/** A chunk of the capture. One object serves all: what is needed later is copied. */
export interface ExportedChunk {
  direction: Direction
  connection: number
  /** Nanoseconds since the capture began. */
  timeNs: number
  /** At least 1. */
  byteCount: number
  /** Bytes of this direction that are missing right before it, where the capture is damaged. */
  missingBytes: number
}

/** Turns what a capture holds into the bytes of a format. Fed in the order of the capture. */
export interface ExportEncoder {
  begin(): void
  /** The chunk's bytes follow by `chunkPart`, then `endChunk`. */
  startChunk(chunk: Readonly<ExportedChunk>): void
  chunkPart(bytes: Uint8Array, start: number, end: number): void
  endChunk(): void
  /** `isWanted`: it lies in the scope; else it only tells what is to be known of the connection. */
  event(connection: number, timeNs: number, event: ConnectionEvent, isWanted: boolean): void
  /** A stretch of the data file that could not be read. */
  damage(timeNs: number, lostFileBytes: number): void
  end(): void
  /** Sentences on what a person should know of the file. */
  readonly notes: readonly string[]
}
