import { WirebenchError } from '../contract/errors.ts'
import { captureIdOf, captureIdOfSideFile, capturePaths, type CapturePaths } from './capture-paths.ts'
import { describeReadFailure, describeWriteFailure, systemCode, type FileAccess } from './file-access.ts'

/** Moves the files of captures into the folder `trash` and back, and deletes them for good. */
export class CaptureTrash {
  readonly #files: FileAccess
  readonly #folder: string

  constructor(files: FileAccess, folder: string) {
    this.#files = files
    this.#folder = folder
  }

  /** Errors: `capture-not-found`, `file-unwritable`. */
  async put(captureId: string, paths: CapturePaths): Promise<void> {
    try {
      await this.#files.makeFolder(this.#folder)
    } catch (error) {
      throw describeWriteFailure(error, this.#folder)
    }
    const trashed = capturePaths(this.#folder, captureId)
    await this.#move(paths, trashed, captureId)
    // From now on its age counts. Most systems note the move as well, for those that refuse this.
    await this.#files.touch(trashed.data).catch(() => undefined)
  }

  /** Errors: `capture-not-found`, `file-unwritable`. */
  takeBack(captureId: string, paths: CapturePaths): Promise<void> {
    return this.#move(capturePaths(this.#folder, captureId), paths, captureId)
  }

  /** Deletes a capture's files for good, wherever they are. Errors: `capture-not-found`, `file-unwritable`. */
  async delete(captureId: string, paths: CapturePaths): Promise<void> {
    // The data file last: what stays when this is interrupted is still a whole capture.
    for (const path of sideFilesOf(paths)) await this.#delete(path, paths)
    if (!(await this.#delete(paths.data, paths))) throw new WirebenchError('capture-not-found', { captureId })
  }

  /** Deletes for good what came here before a moment. What is no capture stays. Errors: `file-unwritable`. */
  async purge(beforeUnixMs: number): Promise<void> {
    for (const captureId of await this.#captureIds()) {
      const paths = capturePaths(this.#folder, captureId)
      if (!(await this.#isOlder(paths, beforeUnixMs))) continue
      await this.delete(captureId, paths).catch((error: unknown) => {
        // Another program was quicker, or only the index was left of it.
        if (!(error instanceof WirebenchError && error.code === 'capture-not-found')) throw error
      })
    }
  }

  async #captureIds(): Promise<ReadonlySet<string>> {
    try {
      const names = await this.#files.listFolder(this.#folder)
      const captureIds = names.flatMap((name) => [captureIdOf(name), captureIdOfSideFile(name)])
      return new Set(captureIds.filter((captureId) => captureId !== null))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return new Set()
      throw describeReadFailure(error, this.#folder)
    }
  }

  async #isOlder(paths: CapturePaths, beforeUnixMs: number): Promise<boolean> {
    for (const path of [paths.data, ...sideFilesOf(paths)]) {
      try {
        return (await this.#files.stamp(path)).changedAtUnixMs < beforeUnixMs
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw describeReadFailure(error, paths.fileName)
      }
    }
    return false
  }

  /** Whether the file was there. */
  async #delete(path: string, { fileName }: CapturePaths): Promise<boolean> {
    try {
      await this.#files.remove(path)
      return true
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      throw describeWriteFailure(error, fileName)
    }
  }

  async #move(from: CapturePaths, to: CapturePaths, captureId: string): Promise<void> {
    try {
      await this.#files.rename(from.data, to.data)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw new WirebenchError('capture-not-found', { captureId })
      throw describeWriteFailure(error, from.fileName)
    }
    for (const [source, target] of [
      [from.index, to.index],
      [from.facts, to.facts],
      [from.damagedFacts, to.damagedFacts],
      [from.interpretation, to.interpretation],
      [from.keyLog, to.keyLog],
    ] as const) {
      try {
        await this.#files.rename(source, target)
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw describeWriteFailure(error, from.fileName)
      }
    }
  }
}

const sideFilesOf = ({ index, facts, damagedFacts, interpretation, keyLog }: CapturePaths): readonly string[] => [
  index,
  facts,
  damagedFacts,
  interpretation,
  keyLog,
]
