import { join, resolve } from 'node:path'
import type { FileKeeper } from '../engine/ports.ts'
import { writeFileAtomically } from './atomic-file.ts'
import { fileUnwritable, isMissing } from './disk-errors.ts'
import type { FileAccess } from './file-access.ts'
import { FolderLock } from './folder-lock.ts'
import { numberedFileName, safeFileName } from './safe-file-name.ts'

export interface KeptFilesOptions {
  readonly files: FileAccess
  /** Made when the first file is kept. */
  readonly folder: string
}

/** Files that a window handed over, in a folder of their own. They belong to the person: nothing here removes them. */
export class KeptFiles implements FileKeeper {
  readonly #files: FileAccess
  readonly #folder: string
  readonly #lock: FolderLock

  constructor({ files, folder }: KeptFilesOptions) {
    this.#files = files
    this.#folder = resolve(folder)
    this.#lock = new FolderLock({ files, folder: this.#folder })
  }

  keep(name: string, bytes: Uint8Array): Promise<string> {
    return this.#lock.hold(async () => {
      const safe = safeFileName(name)
      for (let number = 1; ; number++) {
        const path = join(this.#folder, numberedFileName(safe, number))
        const present = await this.#compare(path, bytes)
        if (present === 'other') continue
        if (present === 'none') await writeFileAtomically(this.#files, path, bytes)
        return path
      }
    })
  }

  /** What has this name now: nothing, the same bytes, or something else. Errors: `file-unwritable`. */
  async #compare(path: string, bytes: Uint8Array): Promise<'none' | 'same' | 'other'> {
    try {
      const { sizeBytes } = await this.#files.stamp(path)
      if (sizeBytes !== bytes.length) return 'other'
    } catch (error) {
      if (isMissing(error)) return 'none'
      throw fileUnwritable(error, path)
    }
    try {
      const read = await this.#files.read(path, bytes.length)
      return read.kind === 'read' && areEqual(read.bytes, bytes) ? 'same' : 'other'
    } catch {
      // What cannot be read, such as a folder, is in the way like any other file.
      return 'other'
    }
  }
}

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}
