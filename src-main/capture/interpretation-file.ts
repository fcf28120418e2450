import * as v from 'valibot'
import { interpretation, rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import type { CapturePaths } from './capture-paths.ts'
import type { FileAccess } from './file-access.ts'
import { parseJson } from './json-bytes.ts'
import { readSideFile, writeSideFile } from './side-file.ts'

const interpretationFile = v.object({ formatVersion: v.literal(1), interpretation })
const largestFileBytes = 64 * 1024

/**
 * How a kept capture is cut into messages and read: what stands in the file beside it. Chunks as they came where there is
 * none, and where it is broken or of a newer version; such a file stays as it is until another interpretation is kept.
 * Errors: `file-unreadable`.
 */
export async function readInterpretation(files: FileAccess, paths: CapturePaths): Promise<Interpretation> {
  const bytes = await readSideFile(files, paths, paths.interpretation, largestFileBytes)
  const parsed = v.safeParse(interpretationFile, bytes === null ? null : parseJson(bytes))
  return parsed.success ? parsed.output.interpretation : rawInterpretation
}

/** Keeps an interpretation beside the data file. Errors: `capture-not-found`, `disk-full`, `file-unwritable`. */
export function writeInterpretation(files: FileAccess, paths: CapturePaths, kept: Interpretation): Promise<void> {
  return writeSideFile(files, paths, paths.interpretation, { formatVersion: 1, interpretation: kept })
}
