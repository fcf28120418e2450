import * as v from 'valibot'
import { interpretation, rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import type { CapturePaths } from './capture-paths.ts'
import type { FileAccess } from './file-access.ts'
import { parseJson } from './json-bytes.ts'
import { OneByOne } from './one-by-one.ts'
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

/** Keeps interpretations beside data files, those of one capture one after the other: the one asked for last stays. */
export class InterpretationKeeper {
  readonly #files: FileAccess
  readonly #changes = new OneByOne()

  constructor(files: FileAccess) {
    this.#files = files
  }

  /** Errors: `capture-not-found`, `disk-full`, `file-unwritable`. */
  keep(paths: CapturePaths, kept: Interpretation): Promise<void> {
    const { interpretation: path } = paths
    const content = { formatVersion: 1, interpretation: kept }
    return this.#changes.run(path, () => writeSideFile(this.#files, paths, path, content))
  }
}
