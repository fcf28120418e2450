import { capturePaths, makeCaptureId } from './capture-paths.ts'
import { encodeIndexHeader } from './checkpoint-codec.ts'
import type { Clock } from './clock.ts'
import { DataFile } from './data-file.ts'
import { describeWriteFailure, systemCode, writeFully, type FileAccess, type OpenFile } from './file-access.ts'
import { decodeFileHeader, encodeFileHeader, type FileHeader } from './file-header.ts'
import { LiveCapture } from './live-capture.ts'
import type { LiveMarks } from './live-marks.ts'
import type { SlabPool } from './slab-pool.ts'
import type { WriteTurns } from './write-turns.ts'

export interface CreateCaptureOptions {
  readonly files: FileAccess
  readonly folder: string
  readonly marks: LiveMarks
  readonly clock: Clock
  readonly pool: SlabPool
  readonly turns: WriteTurns
  readonly name: string
  readonly programVersion: string
  /** A number from 0 to below 1. */
  readonly random: () => number
  readonly onClosed: (captureId: string) => void
}

export interface CreatedCapture {
  readonly header: FileHeader
  readonly capture: LiveCapture
}

/** Makes the files of a new capture and begins it. Errors: `disk-full`, `file-unwritable`. */
export async function createCapture(options: CreateCaptureOptions): Promise<CreatedCapture> {
  const { files, folder, marks, clock, pool, turns, name, programVersion, random } = options
  for (;;) {
    const startedAtUnixUs = clock.unixMicroseconds()
    const beginNs = clock.monotonicNs()
    const captureId = makeCaptureId(startedAtUnixUs, random)
    const paths = capturePaths(folder, captureId)
    const salt = Math.floor(random() * 0x1_0000_0000)
    const headerBytes = encodeFileHeader(salt, { captureId, name, startedAtUnixUs, programVersion })
    const header = decodeFileHeader(headerBytes, paths.fileName)
    try {
      // The mark first: nobody ever sees the data file without it.
      await marks.set(paths)
      try {
        const file = await makeFile(files, paths.data, headerBytes)
        const indexFile = await makeIndexFile(files, paths.index, header, file, paths.data)
        const dataFile = await DataFile.over(file, files, paths.data)
        const { fileName } = paths
        const onClosed = (): void => options.onClosed(captureId)
        const openData = (): Promise<OpenFile> => files.open(paths.data, 'read')
        const capture = new LiveCapture({
          captureId,
          fileName,
          header,
          dataFile,
          indexFile,
          clock,
          beginNs,
          pool,
          turns,
          openData,
          onClosed,
        })
        return { header, capture }
      } catch (error) {
        await marks.clear(paths)
        throw error
      }
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw describeWriteFailure(error, paths.fileName)
    }
  }
}

async function makeFile(files: FileAccess, path: string, beginning: Uint8Array): Promise<OpenFile> {
  const file = await files.open(path, 'create')
  try {
    await writeFully(file, beginning, 0)
    return file
  } catch (error) {
    await discard(files, file, path)
    throw error
  }
}

async function makeIndexFile(
  files: FileAccess,
  path: string,
  header: FileHeader,
  dataFile: OpenFile,
  dataPath: string,
): Promise<OpenFile> {
  try {
    return await makeFile(files, path, encodeIndexHeader(header.fingerprint))
  } catch (error) {
    await discard(files, dataFile, dataPath)
    throw error
  }
}

async function discard(files: FileAccess, file: OpenFile, path: string): Promise<void> {
  await file.close()
  await files.remove(path)
}
