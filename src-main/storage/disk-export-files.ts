import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import type { ExportTarget } from '../contract/schemas/capture-transfer.ts'
import type { ExportFile, ExportFiles } from '../engine/ports.ts'
import { isMissing, reasonOf } from './disk-errors.ts'
import { DiskExportFile } from './disk-export-file.ts'
import type { DownloadFolder } from './download-folder.ts'

/** Exports on this machine's disk. */
export class DiskExportFiles implements ExportFiles {
  readonly #captureFolder: string
  readonly #downloads: DownloadFolder

  /** `captureFolder`: the captures of the data folder, and those in its trash, which no export replaces. */
  constructor(captureFolder: string, downloads: DownloadFolder) {
    this.#captureFolder = resolve(captureFolder)
    this.#downloads = downloads
  }

  async create(target: ExportTarget, fileName: string): Promise<ExportFile> {
    return target.kind === 'download' ? this.#createDownload(fileName) : this.#createAt(target.path, target.overwrite)
  }

  async #createDownload(fileName: string): Promise<ExportFile> {
    const { downloadId, file } = await this.#downloads.create()
    return {
      write: (bytes) => file.write(bytes),
      keep: async () => {
        await file.keep(false)
        return { path: null, downloadId, fileName: this.#downloads.offer(downloadId, fileName) }
      },
      discard: () => file.discard(),
    }
  }

  async #createAt(given: string, overwrite: boolean): Promise<ExportFile> {
    const path = await this.#placeOf(resolve(given), overwrite)
    const file = await DiskExportFile.create(path)
    return {
      write: (bytes) => file.write(bytes),
      keep: async () => {
        await file.keep(overwrite)
        return { path, downloadId: null, fileName: basename(path) }
      },
      discard: () => file.discard(),
    }
  }

  /** Where a link leads. Errors: `file-exists`, `file-unwritable` for what is no file, and within the captures' own folder. */
  async #placeOf(path: string, overwrite: boolean): Promise<string> {
    try {
      const folder = await realpath(dirname(path))
      const own = await realpath(this.#captureFolder).catch(() => this.#captureFolder)
      if (folder === own || folder.startsWith(`${own}${sep}`)) {
        const reason = 'Wirebench keeps its captures there. Choose another folder.'
        throw new WirebenchError('file-unwritable', { file: path, reason })
      }
      const place = await realpath(path)
      if (!(await stat(place)).isFile()) {
        throw new WirebenchError('file-unwritable', { file: path, reason: 'It is no regular file.' })
      }
      if (!overwrite) throw new WirebenchError('file-exists', { file: path })
      return place === path ? path : await this.#placeOf(place, overwrite)
    } catch (error) {
      if (error instanceof WirebenchError) throw error
      // A folder that does not exist is told when the file is made.
      if (isMissing(error)) return join(dirname(path), basename(path))
      throw new WirebenchError('file-unwritable', { file: path, reason: reasonOf(error) }, { cause: error })
    }
  }
}
