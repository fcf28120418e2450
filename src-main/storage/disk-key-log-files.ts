import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { capturePaths } from '../capture/capture-paths.ts'
import { WirebenchError } from '../contract/errors.ts'
import type { KeyLogFile, KeyLogFiles } from '../engine/ports.ts'
import { reasonOf } from './disk-errors.ts'

/** Key logs beside their captures, readable by this user alone. They go where the captures go, see `capture/capture-trash.ts`. */
export class DiskKeyLogFiles implements KeyLogFiles {
  readonly #folder: string

  /** The folder of the captures. */
  constructor(folder: string) {
    this.#folder = folder
  }

  async open(captureId: string): Promise<KeyLogFile> {
    const path = capturePaths(this.#folder, captureId).keyLog
    try {
      const handle = await open(path, 'a', 0o600)
      try {
        // One that was there may have been opened to others.
        await handle.chmod(0o600)
      } catch (error) {
        await handle.close()
        throw error
      }
      return new DiskKeyLogFile(path, handle)
    } catch (error) {
      throw unwritable(error, path)
    }
  }
}

class DiskKeyLogFile implements KeyLogFile {
  readonly path: string
  readonly #handle: FileHandle

  constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  async append(line: Uint8Array): Promise<void> {
    try {
      await this.#handle.appendFile(line)
    } catch (error) {
      throw unwritable(error, this.path)
    }
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

function unwritable(error: unknown, path: string): WirebenchError {
  return new WirebenchError('key-log-unwritable', { file: basename(path), reason: reasonOf(error) }, { cause: error })
}
