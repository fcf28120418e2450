import { WirebenchError } from '../contract/errors.ts'
import type { TrashedCapture } from '../contract/schemas/capture-keeping.ts'
import { captureIdOf, captureIdOfSideFile, capturePaths, type CapturePaths } from './capture-paths.ts'
import { describeReadFailure, describeWriteFailure, systemCode, type FileAccess } from './file-access.ts'
import { inParallel } from './in-parallel.ts'
import { describeTrashed, lookAtTrashed, sideFilesOf, type TrashEntry } from './trash-entry.ts'

/** What was removed by a person is kept so long. */
export const trashKeptMs = 30 * 24 * 3600 * 1000
/** What a limit removed is kept so long at most. */
export const limitedKeptMs = 24 * 3600 * 1000
/** What a limit removed can be brought back for so long at least, whatever its size. */
export const limitedGraceMs = 10 * 60 * 1000

/** Captures looked at together. */
const parallelLooks = 16

/** Who removed a capture. */
export type RemovedBy = 'person' | 'limit'

/** Moves the files of captures into the folder `trash` and back, and deletes them for good. */
export class CaptureTrash {
  readonly #files: FileAccess
  readonly #folder: string

  constructor(files: FileAccess, folder: string) {
    this.#files = files
    this.#folder = folder
  }

  /** Errors: `capture-not-found`, `file-unwritable`. */
  async put(captureId: string, paths: CapturePaths, by: RemovedBy): Promise<void> {
    try {
      await this.#files.makeFolder(this.#folder)
    } catch (error) {
      throw describeWriteFailure(error, this.#folder)
    }
    const trashed = this.#paths(captureId)
    await this.#move(paths, trashed, captureId)
    // From now on its age counts. Most systems note the move as well, for those that refuse this.
    await this.#files.touch(trashed.data).catch(() => undefined)
    // Without the note it waits as long as what a person removed.
    if (by === 'limit') await this.#noteLimited(trashed).catch(() => undefined)
  }

  /** Errors: `capture-not-found`, `file-unwritable`. */
  async takeBack(captureId: string, paths: CapturePaths): Promise<void> {
    await this.#move(this.#paths(captureId), paths, captureId)
    await this.#delete(this.#paths(captureId).limited, paths)
  }

  /** Deletes a capture's files for good, wherever they are. Errors: `capture-not-found`, `file-unwritable`. */
  async delete(captureId: string, paths: CapturePaths): Promise<void> {
    // The data file last: what stays when this is interrupted is still a whole capture.
    for (const path of sideFilesOf(paths)) await this.#delete(path, paths)
    const hadData = await this.#delete(paths.data, paths)
    await this.#delete(paths.limited, paths)
    if (!hadData) throw new WirebenchError('capture-not-found', { captureId })
  }

  /** What waits here, removed last first. Errors: `file-unreadable`. */
  async list(): Promise<TrashedCapture[]> {
    const entries = (await this.#entries()).filter(({ hasData }) => hasData)
    const described = await inParallel(entries, parallelLooks, (entry) =>
      describeTrashed(this.#files, this.#paths(entry.captureId), entry),
    )
    return described.sort((a, b) => b.removedAtUnixUs - a.removedAtUnixUs || (a.captureId < b.captureId ? 1 : -1))
  }

  /**
   * Deletes these for good, or everything that belongs to captures when null; what is gone already counts nothing. Gives the
   * bytes that this freed. Errors: `file-unreadable`, `file-unwritable`.
   */
  async empty(captureIds: readonly string[] | null): Promise<number> {
    const wanted = captureIds === null ? null : new Set(captureIds)
    return this.#deleteAll((await this.#entries()).filter(({ captureId }) => wanted?.has(captureId) ?? true))
  }

  /**
   * Deletes for good what a person removed more than 30 days ago, and of what limits removed: what is older than a day, and
   * the oldest of the rest until no more than `limitedBytes` wait, but nothing younger than ten minutes. What is no capture
   * stays. Gives how many captures that limits removed still wait. Errors: `file-unreadable`, `file-unwritable`.
   */
  async sweep(nowUnixMs: number, limitedBytes: number): Promise<number> {
    const entries = await this.#entries()
    const isOver = ({ removedAtUnixMs, isLimited }: TrashEntry): boolean =>
      removedAtUnixMs < nowUnixMs - (isLimited ? limitedKeptMs : trashKeptMs)
    const over = entries.filter(isOver)
    const waiting = entries
      .filter((entry) => entry.isLimited && !isOver(entry))
      .sort((a, b) => a.removedAtUnixMs - b.removedAtUnixMs)
    let waitingBytes = waiting.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
    let deleted = 0
    for (const entry of waiting) {
      if (waitingBytes <= limitedBytes || entry.removedAtUnixMs > nowUnixMs - limitedGraceMs) break
      over.push(entry)
      waitingBytes -= entry.totalBytes
      deleted++
    }
    await this.#deleteAll(over)
    return waiting.length - deleted
  }

  #paths(captureId: string): CapturePaths {
    return capturePaths(this.#folder, captureId)
  }

  async #noteLimited({ limited }: CapturePaths): Promise<void> {
    const note = await this.#files.open(limited, 'replace')
    await note.close()
  }

  async #deleteAll(entries: readonly TrashEntry[]): Promise<number> {
    let freedBytes = 0
    for (const { captureId, totalBytes } of entries) {
      try {
        await this.delete(captureId, this.#paths(captureId))
      } catch (error) {
        // Another program was quicker, or only the index was left of it.
        if (!(error instanceof WirebenchError && error.code === 'capture-not-found')) throw error
      }
      freedBytes += totalBytes
    }
    return freedBytes
  }

  async #entries(): Promise<readonly TrashEntry[]> {
    try {
      const names = await this.#files.listFolder(this.#folder)
      const captureIds = names.flatMap((name) => [captureIdOf(name), captureIdOfSideFile(name)])
      const unique = [...new Set(captureIds.filter((captureId) => captureId !== null))]
      const entries = await inParallel(unique, parallelLooks, (captureId) =>
        lookAtTrashed(this.#files, this.#paths(captureId), captureId),
      )
      return entries.filter((entry) => entry !== null)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return []
      throw describeReadFailure(error, this.#folder)
    }
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
