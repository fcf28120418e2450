import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import type { CaptureOrigin } from '../contract/schemas/capture-keeping.ts'
import type { Interpretation } from '../contract/schemas/interpretation.ts'
import { foreignCapturePaths, type CapturePaths } from './capture-paths.ts'
import { describeReadFailure, systemCode, type FileAccess } from './file-access.ts'

/** A capture file that stays where it is. Nothing is ever written beside it. */
export interface FileCapture {
  readonly captureId: string
  readonly paths: CapturePaths
  readonly origin: Extract<CaptureOrigin, { readonly kind: 'file' }>
  /** How it is cut and read when that was chosen here; null for what stands beside it. */
  interpretation: Interpretation | null
}

/** The capture files outside of the data folder that are listed, in memory alone: for as long as the program runs. */
export class FileCaptures {
  readonly #files: FileAccess
  readonly #listed = new Map<string, FileCapture>()

  constructor(files: FileAccess) {
    this.#files = files
  }

  get captureIds(): readonly string[] {
    return [...this.#listed.keys()]
  }

  get(captureId: string): FileCapture | undefined {
    return this.#listed.get(captureId)
  }

  /** Where a file really is, and what it would be listed as. Errors: `file-not-found`, `file-unreadable`. */
  async look(path: string): Promise<FileCapture> {
    try {
      const { realPath, isFile, isWritable } = await this.#files.inspect(path)
      // A pipe or a device would never end, or begin to do something.
      if (!isFile) throw new WirebenchError('file-unreadable', { file: path, reason: 'It is no file.' })
      const captureId = `file-${createHash('sha256').update(realPath).digest('hex').slice(0, 32)}`
      return (
        this.#listed.get(captureId) ?? {
          captureId,
          paths: foreignCapturePaths(dirname(realPath), basename(realPath)),
          origin: { kind: 'file', path: realPath, isReadOnly: !isWritable },
          interpretation: null,
        }
      )
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') throw new WirebenchError('file-not-found', { file: path })
      throw describeReadFailure(error, path)
    }
  }

  /** Whether it was not listed before. */
  add(capture: FileCapture): boolean {
    if (this.#listed.has(capture.captureId)) return false
    this.#listed.set(capture.captureId, capture)
    return true
  }

  forget(captureId: string): void {
    this.#listed.delete(captureId)
  }
}
