import { randomBytes } from 'node:crypto'
import { link, open, rename, rm, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import { fileUnwritable, isExisting, isMissing, systemCodeOf } from './disk-errors.ts'

/** What was on the wire is nobody else's business. */
const readableByUserAlone = 0o600

/** A file that has another name until it is whole. */
export class DiskExportFile {
  readonly path: string
  readonly #temporary: string
  readonly #handle: FileHandle
  #byteCount = 0
  #isClosed = false

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path
    this.#temporary = temporary
    this.#handle = handle
  }

  /** Makes it, beside where it will be. Errors: `disk-full`, `file-unwritable`. */
  static async create(path: string): Promise<DiskExportFile> {
    const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
    try {
      return new DiskExportFile(path, temporary, await open(temporary, 'wx', readableByUserAlone))
    } catch (error) {
      throw failedWrite(error, path)
    }
  }

  /** Errors: `disk-full`, `file-unwritable`. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#byteCount)
        done += bytesWritten
        this.#byteCount += bytesWritten
      }
    } catch (error) {
      throw failedWrite(error, this.path)
    }
  }

  /** Gives it its name. Errors: `file-exists` unless `overwrite`, `disk-full`, `file-unwritable`. */
  async keep(overwrite: boolean): Promise<void> {
    try {
      await this.#close()
      if (overwrite) await rename(this.#temporary, this.path)
      else await renameWithoutReplacing(this.#temporary, this.path)
    } catch (error) {
      if (isExisting(error)) throw new WirebenchError('file-exists', { file: this.path }, { cause: error })
      throw failedWrite(error, this.path)
    }
  }

  /** Removes it. What cannot be removed stays under its other name. */
  async discard(): Promise<void> {
    await this.#close().catch(() => undefined)
    await rm(this.#temporary, { force: true }).catch(() => undefined)
  }

  async #close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#handle.close()
  }
}

const cannotLink = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])

/** A second name for the file fails where the name is taken, even since a moment ago. Some disks know no second names. */
async function renameWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!cannotLink.has(systemCodeOf(error) ?? '')) throw error
    const claim = await open(to, 'wx', readableByUserAlone)
    await claim.close()
    await rename(from, to)
    return
  }
  await unlink(from)
}

/** `disk-full` or `file-unwritable`. */
function failedWrite(error: unknown, path: string): WirebenchError {
  const code = systemCodeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const consequence = 'Free some space and try again. Nothing of the export was left there.'
    return new WirebenchError('disk-full', { file: path, consequence }, { cause: error })
  }
  if (isMissing(error)) {
    return new WirebenchError('file-unwritable', { file: path, reason: 'Its folder does not exist.' }, { cause: error })
  }
  return fileUnwritable(error, path, path)
}
