import type { CapturePaths } from '../capture-paths.ts'
import { CheckpointTable } from '../checkpoint-table.ts'
import { describeReadFailure, readFully, systemCode, type FileAccess, type OpenFile } from '../file-access.ts'
import { fileHeaderBytes, type FileHeader } from '../file-header.ts'
import { encodeIndex } from '../index-writer.ts'
import { walkRecords } from '../record-walker.ts'
import { RecordCounter } from '../recovery.ts'
import { Tally } from '../tally.ts'
import { CheckNotes } from './check-notes.ts'
import { RecordCheck } from './record-check.ts'

export interface CheckOptions {
  readonly files: FileAccess
  readonly paths: CapturePaths
  readonly header: FileHeader
  readonly dataFile: OpenFile
  readonly signal: AbortSignal
  readonly progress: (doneBytes: number, totalBytes: number) => void
}

export interface CheckResult {
  /** Bytes of the data file that were read. */
  readonly byteCount: number
  /** Sentences on what is wrong, in bytes and time; none when nothing is. */
  readonly notes: readonly string[]
}

/** Checks a capture that nobody writes. Errors: `file-unreadable`. */
export async function checkCapture(options: CheckOptions): Promise<CheckResult> {
  const { dataFile, header, signal, progress, paths } = options
  const notes = new CheckNotes()
  const checkpoints = new CheckpointTable()
  const tally = new Tally()
  const counter = new RecordCounter(checkpoints, tally)
  const fileBytes = await dataFile.size()
  const check = new RecordCheck(notes)
  const end = await walkRecords(
    { file: dataFile, salt: header.salt, from: fileHeaderBytes, to: fileBytes, isFileEnd: true },
    {
      onRecord: (record, fileOffset) => {
        check.record(record, fileOffset)
        counter.onRecord(record)
        progress(fileOffset, fileBytes)
      },
      onPayload: (bytes, start, partEnd) => check.payload(bytes.subarray(start, partEnd)),
      onDamage: (fileOffset, byteCount) => {
        check.damage(fileOffset, byteCount)
        counter.onDamage(fileOffset, byteCount)
      },
      isDone: () => signal.aborted,
    },
  )
  signal.throwIfAborted()
  check.end(end, fileBytes)
  await compareIndex(options, checkpoints, notes)
  progress(fileBytes, fileBytes)
  return { byteCount: fileBytes, notes: notes.sentences(paths.fileName) }
}

async function compareIndex(
  { files, paths, header }: CheckOptions,
  checkpoints: CheckpointTable,
  notes: CheckNotes,
): Promise<void> {
  const expected = encodeIndex(checkpoints, checkpoints.length, header.fingerprint)
  const found = await readIndex(files, paths, expected.length)
  if (found === null) notes.add('The index is missing. It is made anew when the capture is opened.')
  else if (found.length !== expected.length || found.some((byte, at) => byte !== expected[at])) {
    const at = found.findIndex((byte, index) => byte !== expected[index])
    const place = at < 0 ? Math.min(found.length, expected.length) : at
    notes.add(`The index does not fit the data from its byte ${place} on. It is made anew when the capture is opened.`)
  }
}

/** At most one byte more than expected; null when there is no index. */
async function readIndex(files: FileAccess, paths: CapturePaths, expectedBytes: number): Promise<Uint8Array | null> {
  let file: OpenFile
  try {
    file = await files.open(paths.index, 'read')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw describeReadFailure(error, paths.fileName)
  }
  try {
    return await readFully(file, 0, expectedBytes + 1)
  } finally {
    await file.close()
  }
}
