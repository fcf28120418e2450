import { mkdir, open, readdir, rm, stat, statfs, type FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import type { UploadFile, UploadFiles } from '../engine/uploads/upload-files.ts'
import { fileUnwritable, isExisting, isMissing, writeFailure } from './disk-errors.ts'
import { numberedFileName, safeFileName } from './safe-file-name.ts'

/** What a window brings is nobody else's business. */
const readableByUserAlone = 0o600

/** Uploads in a folder of their own, readable by this user alone. */
export class DiskUploadFiles implements UploadFiles {
  readonly #folder: string

  /** `folder`: made when the first file comes. */
  constructor(folder: string) {
    this.#folder = resolve(folder)
  }

  async freeBytes(): Promise<number | null> {
    await this.#makeFolder()
    try {
      const { bavail, bsize } = await statfs(this.#folder)
      return bavail * bsize
    } catch {
      // Some file systems do not tell; writing then finds out.
      return null
    }
  }

  async create(name: string): Promise<UploadFile> {
    await this.#makeFolder()
    const safe = safeFileName(name)
    for (let number = 1; ; number++) {
      const path = join(this.#folder, numberedFileName(safe, number))
      try {
        return new DiskUploadFile(path, await open(path, 'wx', readableByUserAlone))
      } catch (error) {
        if (!isExisting(error)) throw writeFailure(error, path)
      }
    }
  }

  async clear(beforeUnixMs: number): Promise<void> {
    for (const name of await this.#names()) {
      const path = join(this.#folder, name)
      try {
        if ((await stat(path)).mtimeMs < beforeUnixMs) await rm(path)
      } catch (error) {
        // Another Wirebench on the same folder was quicker.
        if (!isMissing(error)) throw fileUnwritable(error, path)
      }
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.#folder)
    } catch (error) {
      if (isMissing(error)) return []
      throw fileUnwritable(error, this.#folder)
    }
  }

  async #makeFolder(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true })
    } catch (error) {
      throw writeFailure(error, join(this.#folder, 'upload'))
    }
  }
}

class DiskUploadFile implements UploadFile {
  readonly path: string
  readonly #handle: FileHandle
  #byteCount = 0

  constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#byteCount + done)
        if (bytesWritten === 0) throw new WirebenchError('disk-full', { file: this.path })
        done += bytesWritten
      }
    } catch (error) {
      throw writeFailure(error, this.path)
    }
    this.#byteCount += bytes.length
  }

  async remove(): Promise<void> {
    try {
      await this.#handle.close()
      await rm(this.path, { force: true })
    } catch (error) {
      throw fileUnwritable(error, this.path)
    }
  }
}
