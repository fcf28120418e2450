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

  /**
   * Looks for them, and removes their marks and half copies. What fails for one of them is told when all were looked at. Errors:
   * `file-unreadable`, `file-unwritable`.
   */
  async sweep(): Promise<void> {
    const failures: unknown[] = []
    this.#finding = this.#find(failures)
    await this.#finding
    if (failures.length > 0) throw failures[0]
  }

  /** The identifiers of what the last `sweep` found, once it has looked, newest first; none before. Errors: `file-unreadable`. */
  found(): Promise<readonly string[]> {
    return this.#finding
  }

  async #find(failures: unknown[]): Promise<readonly string[]> {
    const { marks, fileNames, pathsOf } = this.#parts
    const found: string[] = []
    for (const captureId of (await fileNames()).map(captureIdOfMark)) {
      if (captureId === null) continue
      const paths = pathsOf(captureId)
      try {
        if (marks.isSetHere(paths) || (await marks.isSetElsewhere(paths))) continue
        found.push(captureId)
        await this.#clear(paths)
      } catch (error) {
        failures.push(error)
      }
    }
    return found.sort().reverse()
  }

  async #clear(paths: CapturePaths): Promise<void> {
    const { files, marks } = this.#parts
    await clearIncoming(files, paths)
    await marks.clear(paths)
  }
}
