import type { CaptureRecovery } from '../contract/schemas/capture.ts'
import { checkIndexHeader, checkpointBytes, decodeCheckpoint } from './checkpoint-codec.ts'
import { CheckpointTable } from './checkpoint-table.ts'
import { readFully, systemCode, type FileAccess, type OpenFile } from './file-access.ts'
import {
  decodeRecordHeader,
  emptyRecordHeader,
  recordHeaderBytes,
  recordKind,
  type RecordHeader,
} from './record-codec.ts'
import { fileHeaderBytes, type FileHeader } from './file-header.ts'
import { findLosses } from './losses.ts'
import { walkRecords } from './record-walker.ts'
import { Tally } from './tally.ts'

export type IndexReason = NonNullable<CaptureRecovery['indexReason']>

/** What a data file and its index say together. */
export interface RecoveredCapture {
  readonly checkpoints: CheckpointTable
  /** The sums at the end of the last whole record. */
  readonly tally: Tally
  readonly fileBytes: number
  readonly recovery: CaptureRecovery
  /** False when the walk was left out because it would have been long. */
  readonly complete: boolean
  /** Checkpoints that the index file lacks. */
  readonly missingCheckpoints: number
}

export interface RecoverOptions {
  readonly files: FileAccess
  readonly dataFile: OpenFile
  readonly indexPath: string
  readonly header: FileHeader
  /** Most bytes of the data file to go through; beyond it only the index is believed. */
  readonly walkLimitBytes: number
  /** Go through all records, whatever the index says. */
  readonly distrustIndex: boolean
}

/**
 * Finds out what a capture that nobody writes holds: believes the checkpoints that fit, goes through the records
 * behind the last of them, and tells what was found. Changes no file.
 */
export async function recoverCapture(options: RecoverOptions): Promise<RecoveredCapture> {
  const { dataFile, header } = options
  const fileBytes = await dataFile.size()
  const loaded = options.distrustIndex
    ? { checkpoints: new CheckpointTable(), reason: 'mismatch' as const }
    : await loadIndex(options, fileBytes)
  const { checkpoints } = loaded
  const knownCheckpoints = checkpoints.length
  const tally = checkpoints.at(knownCheckpoints - 1)
  if (fileBytes - tally.fileOffset > options.walkLimitBytes) {
    const recovery = describe(true, loaded.reason, 0, tally.damagedBytes)
    return { checkpoints, tally, fileBytes, recovery, complete: false, missingCheckpoints: 0 }
  }
  const walked = await walkTail(dataFile, header.salt, fileBytes, checkpoints, tally)
  const lacksEnd = walked.isClean && checkpoints.length > knownCheckpoints
  const tailBytes = fileBytes - walked.end
  return {
    checkpoints,
    tally,
    fileBytes,
    recovery: {
      ...describe(!walked.isClean, loaded.reason ?? (lacksEnd ? 'truncated' : null), tailBytes, tally.damagedBytes),
      losses: await findLosses({ file: dataFile, salt: header.salt, checkpoints, tally, tailBytes }),
    },
    complete: true,
    missingCheckpoints: checkpoints.length - knownCheckpoints,
  }
}

function describe(
  unclean: boolean,
  indexReason: IndexReason | null,
  tailBytesIgnored: number,
  damagedBytes: number,
): CaptureRecovery {
  return { unclean, indexRebuilt: false, indexReason, tailBytesIgnored, damagedBytes, losses: [] }
}

/** Counts records as they come, and sets checkpoints where the writer does. */
export class RecordCounter {
  /** The record seen last was the clean end. */
  isCleanEnd = false
  readonly #checkpoints: CheckpointTable
  readonly #tally: Tally

  constructor(checkpoints: CheckpointTable, tally: Tally) {
    this.#checkpoints = checkpoints
    this.#tally = tally
  }

  readonly onRecord = (record: Readonly<RecordHeader>): void => {
    const checkpoints = this.#checkpoints
    this.isCleanEnd = record.kind === recordKind.cleanEnd
    if (!this.isCleanEnd) this.#addWhenDue()
    else if (checkpoints.fileOffsetAt(checkpoints.length - 1) < this.#tally.fileOffset) checkpoints.add(this.#tally)
    this.#tally.countRecord(record.kind, record.payloadLength, record.timeNs)
  }

  readonly onDamage = (_fileOffset: number, byteCount: number): void => {
    this.isCleanEnd = false
    this.#addWhenDue()
    this.#tally.countDamage(byteCount)
  }

  #addWhenDue(): void {
    if (this.#checkpoints.isDue(this.#tally)) this.#checkpoints.add(this.#tally)
  }
}

async function walkTail(
  file: OpenFile,
  salt: number,
  fileBytes: number,
  checkpoints: CheckpointTable,
  tally: Tally,
): Promise<{ end: number; isClean: boolean }> {
  const counter = new RecordCounter(checkpoints, tally)
  const end = await walkRecords({ file, salt, from: tally.fileOffset, to: fileBytes, isFileEnd: true }, counter)
  return { end, isClean: counter.isCleanEnd && end === fileBytes }
}

/** Reads the checkpoints that can be believed, and says why not all of them can. */
async function loadIndex(
  options: RecoverOptions,
  fileBytes: number,
): Promise<{ checkpoints: CheckpointTable; reason: IndexReason | null }> {
  const checkpoints = new CheckpointTable()
  const bytes = await readIndexFile(options.files, options.indexPath, fileBytes)
  if (bytes === null) return { checkpoints, reason: 'missing' }
  const { fingerprint, salt } = options.header
  let reason: IndexReason | null = checkIndexHeader(bytes.subarray(0, checkpointBytes), fingerprint)
  if (reason !== null) return { checkpoints, reason }
  const entry = new Tally()
  let before: Readonly<Tally> = checkpoints.at(0)
  let at = checkpointBytes
  for (; at + checkpointBytes <= bytes.length && reason === null; at += checkpointBytes) {
    if (!decodeCheckpoint(bytes, at, fingerprint, entry)) reason = 'checksum'
    else if (!follows(before, entry, fileBytes)) reason = 'mismatch'
    else {
      checkpoints.add(entry)
      before = Tally.of(entry)
    }
  }
  if (reason === null && at < bytes.length) reason = 'truncated'
  if (await isRecordAt(options.dataFile, before.fileOffset, fileBytes, salt)) return { checkpoints, reason }
  return { checkpoints: new CheckpointTable(), reason: 'mismatch' }
}

function follows(before: Readonly<Tally>, entry: Readonly<Tally>, fileBytes: number): boolean {
  return (
    entry.fileOffset > before.fileOffset &&
    entry.fileOffset <= fileBytes &&
    entry.recordCount >= before.recordCount &&
    entry.lastTimeNs >= before.lastTimeNs &&
    entry.receivedBytes >= before.receivedBytes &&
    entry.sentBytes >= before.sentBytes &&
    entry.streamRowCount >= before.streamRowCount &&
    entry.damagedBytes >= before.damagedBytes
  )
}

/** The last checkpoint is believed when a record stands there, or nothing any more. */
async function isRecordAt(file: OpenFile, fileOffset: number, fileBytes: number, salt: number): Promise<boolean> {
  if (fileOffset === fileBytes || fileOffset === fileHeaderBytes) return true
  const bytes = await readFully(file, fileOffset, recordHeaderBytes)
  return decodeRecordHeader(bytes, 0, salt, emptyRecordHeader())
}

/** More than a capture of this size can have: room for a checkpoint every 64 KiB, and 1 MiB for small ones. */
function largestIndexBytes(fileBytes: number): number {
  return 1024 * 1024 + Math.ceil(fileBytes / 65_536) * checkpointBytes
}

/** Null when there is none, or one so large that it cannot be this capture's. */
async function readIndexFile(files: FileAccess, path: string, fileBytes: number): Promise<Uint8Array | null> {
  let file: OpenFile
  try {
    file = await files.open(path, 'read')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
  try {
    const indexBytes = await file.size()
    return indexBytes > largestIndexBytes(fileBytes) ? null : await readFully(file, 0, indexBytes)
  } finally {
    await file.close()
  }
}
