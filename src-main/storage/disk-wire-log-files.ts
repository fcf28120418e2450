import { mkdir, mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import type { OpenedWireLogFiles, WireLogFile, WireLogFiles, WireLogPlace } from '../engine/ports.ts'
import { reasonOf, systemCodeOf } from './disk-errors.ts'

/** What is on the wire is nobody else's business. */
const readableByUserAlone = 0o600

/** Wire logs on this machine's disk. */
export class DiskWireLogFiles implements WireLogFiles {
  readonly #usualFolder: string

  /** `usualFolder`: made when it is first used. */
  constructor(usualFolder: string) {
    this.#usualFolder = resolve(usualFolder)
  }

  async open({ folder, temporary, fileNames }: WireLogPlace): Promise<OpenedWireLogFiles> {
    const place = await this.#makeFolder(folder, temporary)
    const files: DiskWireLogFile[] = []
    const close = async (): Promise<void> => {
      const results = await Promise.allSettled(files.map((file) => file.close()))
      if (temporary) await rm(place, { recursive: true, force: true })
      for (const result of results) if (result.status === 'rejected') throw result.reason
    }
    try {
      for (const name of fileNames) files.push(await DiskWireLogFile.make(join(place, name)))
      return { files, close }
    } catch (error) {
      await close()
      throw error
    }
  }

  async #makeFolder(folder: string | null, temporary: boolean): Promise<string> {
    try {
      if (temporary) return await mkdtemp(join(tmpdir(), 'wirebench-wire-log-'))
      const place = folder === null ? this.#usualFolder : resolve(folder)
      await mkdir(place, { recursive: true })
      return place
    } catch (error) {
      throw failedWrite(error, folder ?? this.#usualFolder)
    }
  }
}

class DiskWireLogFile implements WireLogFile {
  readonly path: string
  readonly #handle: FileHandle
  #byteCount = 0

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  static async make(path: string): Promise<DiskWireLogFile> {
    try {
      return new DiskWireLogFile(path, await open(path, 'wx+', readableByUserAlone))
    } catch (error) {
      throw failedWrite(error, path)
    }
  }

  /** What a failed call wrote is written over by the next. */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#byteCount + done)
        done += bytesWritten
      }
    } catch (error) {
      throw failedWrite(error, this.path)
    }
    this.#byteCount += bytes.length
  }

  async tail(maximumBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.min(maximumBytes, this.#byteCount))
    const start = this.#byteCount - bytes.length
    try {
      let length = 0
      while (length < bytes.length) {
        const { bytesRead } = await this.#handle.read(bytes, length, bytes.length - length, start + length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return bytes.subarray(0, length)
    } catch (error) {
      throw new WirebenchError('file-unreadable', { file: this.path, reason: reasonOf(error) }, { cause: error })
    }
  }

  async close(): Promise<void> {
    try {
      await this.#handle.close()
    } catch (error) {
      throw failedWrite(error, this.path)
    }
  }
}

/** `disk-full` or `file-unwritable`; the session is not stopped by either. */
function failedWrite(error: unknown, file: string): WirebenchError {
  const code = systemCodeOf(error)
  if (code !== 'ENOSPC' && code !== 'EDQUOT') {
    const reason = code === 'EEXIST' ? 'There is a file of that name already.' : reasonOf(error)
    return new WirebenchError('file-unwritable', { file, reason }, { cause: error })
  }
  const consequence = 'The session goes on; what is missing in the wire log is added once there is space.'
  return new WirebenchError('disk-full', { file, consequence }, { cause: error })
}
