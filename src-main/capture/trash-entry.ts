import type { TrashedCapture } from '../contract/schemas/capture-keeping.ts'
import { noFacts, readFacts } from './capture-facts.ts'
import { timeOfCaptureId, type CapturePaths } from './capture-paths.ts'
import { readFully, systemCode, type FileAccess } from './file-access.ts'
import { decodeFileHeader, fileHeaderBytes } from './file-header.ts'

/** The files beside a data file, in the order in which they are deleted. */
export const sideFilesOf = (paths: CapturePaths): readonly string[] => [
  paths.index,
  paths.facts,
  paths.damagedFacts,
  paths.interpretation,
  paths.keyLog,
]

/** What waits in the trash under one identifier. */
export interface TrashEntry {
  readonly captureId: string
  /** Of all its files. */
  readonly totalBytes: number
  readonly removedAtUnixMs: number
  /** A limit put it there, no person. */
  readonly isLimited: boolean
  /** False when only files beside a data file are left. */
  readonly hasData: boolean
}

/** Looks at the files of one capture in the trash; null when there are none. Fails as looking at files does. */
export async function lookAtTrashed(
  files: FileAccess,
  paths: CapturePaths,
  captureId: string,
): Promise<TrashEntry | null> {
  const all = [paths.data, ...sideFilesOf(paths), paths.limited]
  const stamps = await Promise.all(all.map((path) => stampOf(files, path)))
  const found = stamps.filter((stamp) => stamp !== null)
  const [first] = found
  if (first === undefined) return null
  return {
    captureId,
    totalBytes: found.reduce((sum, stamp) => sum + stamp.sizeBytes, 0),
    removedAtUnixMs: first.changedAtUnixMs,
    isLimited: stamps.at(-1) !== null,
    hasData: stamps[0] !== null,
  }
}

/** A capture of the trash for the list: one that cannot be read is named after its file. */
export async function describeTrashed(
  files: FileAccess,
  paths: CapturePaths,
  { captureId, totalBytes, removedAtUnixMs }: TrashEntry,
): Promise<TrashedCapture> {
  const { name } = await readFacts(files, paths).catch(() => noFacts)
  const header = await readHeader(files, paths)
  return {
    captureId,
    name: name ?? header?.name ?? captureId,
    startedAtUnixUs: header?.startedAtUnixUs ?? timeOfCaptureId(captureId),
    fileBytes: totalBytes,
    removedAtUnixUs: Math.max(0, Math.floor(removedAtUnixMs * 1000)),
  }
}

async function readHeader(
  files: FileAccess,
  paths: CapturePaths,
): Promise<{ readonly name: string; readonly startedAtUnixUs: number } | null> {
  try {
    const file = await files.open(paths.data, 'read')
    try {
      return decodeFileHeader(await readFully(file, 0, fileHeaderBytes), paths.fileName).facts
    } finally {
      await file.close()
    }
  } catch {
    // It can be restored or deleted all the same; opening it after that says what is wrong.
    return null
  }
}

async function stampOf(
  files: FileAccess,
  path: string,
): Promise<{ readonly sizeBytes: number; readonly changedAtUnixMs: number } | null> {
  try {
    return await files.stamp(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}
