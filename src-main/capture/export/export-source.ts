import { WirebenchError } from '../../contract/errors.ts'
import type { CapturePaths } from '../capture-paths.ts'
import { describeReadFailure, readFully, systemCode, type FileAccess, type OpenFile } from '../file-access.ts'
import { decodeFileHeader, fileHeaderBytes } from '../file-header.ts'

/** A capture as it stands at one moment, to be read from its first record on. Owned by whoever opened it. */
export interface ExportSource {
  readonly captureId: string
  /** As people call it now. */
  readonly name: string
  readonly startedAtUnixUs: number
  readonly salt: number
  readonly file: OpenFile
  /** Where the records end in the data file. */
  readonly endOffset: number
  /** Somebody still writes it. */
  readonly isWritten: boolean
  /** What stands in the key log beside it, in pieces of whole lines; empty when there is none. Errors: `file-unreadable`. */
  readKeyLog(): Promise<readonly Uint8Array[]>
  close(): Promise<void>
}

export interface ExportSourceOptions {
  readonly files: FileAccess
  readonly paths: CapturePaths
  readonly captureId: string
  readonly name: string
  /** Null for the end of the file. */
  readonly endOffset: number | null
  readonly isWritten: boolean
}

/** Longer key logs are read so far only. */
const maximumKeyLogBytes = 64 * 1024 * 1024
/** Bytes of a piece of the key log. */
const keyLogPieceBytes = 1024 * 1024
const lineFeed = 0x0a

/** Errors: `capture-not-found`, `capture-malformed`, `capture-newer`, `file-unreadable`. */
export async function openExportSource(options: ExportSourceOptions): Promise<ExportSource> {
  const { files, paths, captureId, name, isWritten } = options
  const file = await openFile(files, paths, captureId)
  try {
    const { salt, facts } = decodeFileHeader(await readFully(file, 0, fileHeaderBytes), paths.fileName)
    return {
      captureId,
      name,
      startedAtUnixUs: facts.startedAtUnixUs,
      salt,
      file,
      endOffset: options.endOffset ?? (await file.size()),
      isWritten,
      readKeyLog: () => readKeyLog(files, paths),
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw describeReadFailure(error, paths.fileName)
  }
}

async function openFile(files: FileAccess, paths: CapturePaths, captureId: string): Promise<OpenFile> {
  try {
    return await files.open(paths.data, 'read')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new WirebenchError('capture-not-found', { captureId })
    throw describeReadFailure(error, paths.fileName)
  }
}

async function readKeyLog(files: FileAccess, { keyLog, fileName }: CapturePaths): Promise<readonly Uint8Array[]> {
  let file: OpenFile
  try {
    file = await files.open(keyLog, 'read')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw describeReadFailure(error, fileName)
  }
  try {
    return wholeLines(await readFully(file, 0, Math.min(await file.size(), maximumKeyLogBytes)))
  } catch (error) {
    throw describeReadFailure(error, fileName)
  } finally {
    await file.close()
  }
}

/** A line that is being written has no end yet. */
function wholeLines(bytes: Uint8Array): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let start = 0; start < bytes.length;) {
    const limit = Math.min(bytes.length, start + keyLogPieceBytes)
    const end = bytes.lastIndexOf(lineFeed, limit - 1) + 1
    if (end <= start) break
    pieces.push(bytes.slice(start, end))
    start = end
  }
  return pieces
}
