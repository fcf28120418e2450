import type { ImportOptions } from '../../contract/schemas/capture-transfer.ts'

/** Bytes of a file taken at a time. */
const pieceBytes = 256 * 1024

/** The file to import. Its owner closes it. */
export interface ImportSource {
  /** Its name, for people. */
  readonly fileName: string
  readonly sizeBytes: number
  /** So many bytes, in memory of their own; fewer only where the file ends. Errors: `file-unreadable`. */
  read(position: number, byteCount: number): Promise<Uint8Array>
}

/** What an import is told, and what it tells while it is at work. */
export interface ImportJob {
  readonly source: ImportSource
  readonly options: ImportOptions
  readonly signal: AbortSignal
  readonly progress: (doneBytes: number, totalBytes: number) => void
}

/** What became of an import. */
export interface ImportResult {
  readonly captureId: string
  /** Sentences on what was left out, guessed or lost. */
  readonly notes: readonly string[]
  /** Nothing was damaged or lost. */
  readonly isWhole: boolean
}

/** The pieces of a file from its beginning; throws when the signal is given. Tells how far it is. */
export async function* piecesOf({ source, signal, progress }: ImportJob): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < source.sizeBytes;) {
    signal.throwIfAborted()
    const piece = await source.read(position, pieceBytes)
    if (piece.length === 0) return
    yield piece
    position += piece.length
    progress(Math.min(position, source.sizeBytes), source.sizeBytes)
  }
}
