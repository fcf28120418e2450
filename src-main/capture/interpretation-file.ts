import * as v from 'valibot'
import { WirebenchError } from '../contract/errors.ts'
import { interpretation, rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import { captureIdOf, type CapturePaths } from './capture-paths.ts'
import {
  describeReadFailure,
  describeWriteFailure,
  readFully,
  replaceFile,
  systemCode,
  type FileAccess,
} from './file-access.ts'
import { parseJson } from './json-bytes.ts'

const interpretationFile = v.object({ formatVersion: v.literal(1), interpretation })
const largestFileBytes = 64 * 1024

/**
 * How a kept capture is cut into messages and read: what stands in the file beside it. Chunks as they came where there is
 * none, and where it is broken or of a newer version; such a file stays as it is until another interpretation is kept.
 * Errors: `file-unreadable`.
 */
export async function readInterpretation(files: FileAccess, paths: CapturePaths): Promise<Interpretation> {
  try {
    const file = await files.open(paths.interpretation, 'read')
    try {
      const parsed = v.safeParse(interpretationFile, parseJson(await readFully(file, 0, largestFileBytes)))
      return parsed.success ? parsed.output.interpretation : rawInterpretation
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return rawInterpretation
    throw describeReadFailure(error, paths.fileName)
  }
}

/** Keeps an interpretation beside the data file. Errors: `capture-not-found`, `disk-full`, `file-unwritable`. */
export async function writeInterpretation(files: FileAccess, paths: CapturePaths, kept: Interpretation): Promise<void> {
  const text = `${JSON.stringify({ formatVersion: 1, interpretation: kept }, null, 2)}\n`
  try {
    await replaceFile(files, paths.interpretation, new TextEncoder().encode(text))
    await files.stamp(paths.data)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw describeWriteFailure(error, paths.fileName)
    // The capture was removed meanwhile: nothing is left behind in its place.
    await files.remove(paths.interpretation).catch(() => undefined)
    throw new WirebenchError('capture-not-found', { captureId: captureIdOf(paths.fileName) })
  }
}
