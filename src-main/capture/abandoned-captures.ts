import { captureIdOfMark, type CapturePaths } from './capture-paths.ts'
import type { FileAccess } from './file-access.ts'
import { clearIncoming } from './import/adopt-capture.ts'
import type { LiveMarks } from './live-marks.ts'

export interface AbandonedCapturesParts {
  readonly files: FileAccess
  readonly marks: LiveMarks
  /** The names of all files of the folder. Errors: `file-unreadable`. */
  readonly fileNames: () => Promise<readonly string[]>
  /** Where the files of a capture stand. Errors: `capture-not-found`. */
  readonly pathsOf: (captureId: string) => CapturePaths
}

/** The captures that killed programs left unclosed, told by the marks they left. */
export class AbandonedCaptures {
  readonly #parts: AbandonedCapturesParts
  #finding: Promise<readonly string[]> = Promise.resolve([])

  constructor(parts: AbandonedCapturesParts) {
    this.#parts = parts
  }

  /** Looks for them, and removes their marks and half copies. Errors: `file-unreadable`, `file-unwritable`. */
  async sweep(): Promise<void> {
    this.#finding = this.#find()
    await this.#finding
  }

  /** The identifiers of what the last `sweep` found, once it has looked, newest first; none before. Errors as `sweep`. */
  found(): Promise<readonly string[]> {
    return this.#finding
  }

  async #find(): Promise<readonly string[]> {
    const { files, marks, fileNames, pathsOf } = this.#parts
    const found: string[] = []
    for (const captureId of (await fileNames()).map(captureIdOfMark)) {
      if (captureId === null) continue
      const paths = pathsOf(captureId)
      if (marks.isSetHere(paths) || (await marks.isSetElsewhere(paths))) continue
      await clearIncoming(files, paths)
      await marks.clear(paths)
      found.push(captureId)
    }
    return found.sort().reverse()
  }
}
