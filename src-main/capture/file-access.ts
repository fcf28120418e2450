import * as fs from 'node:fs'
import { constants } from 'node:fs'
import { promisify } from 'node:util'
import { WirebenchError } from '../contract/errors.ts'

/** An open file. Positions and lengths are bytes. Failures are Node's own errors with a `code` like `ENOSPC`. */
export interface OpenFile {
  /** Reads at `position` into `target`; gives the number of bytes read, fewer at the end or when interrupted. */
  read(target: Uint8Array, position: number): Promise<number>
  /** Writes the pieces one after the other from `position`; gives the bytes written, maybe fewer than asked for. */
  write(pieces: readonly Uint8Array[], position: number): Promise<number>
  size(): Promise<number>
  close(): Promise<void>
}

/** `read`: must exist. `create`: must not exist. `replace`: made or emptied. */
export type OpenMode = 'read' | 'create' | 'replace'

/** Equal keys mean an unchanged file, unless it changed within the last 2 s. */
export interface FileStamp {
  readonly key: string
  /** When content or name changed last. */
  readonly changedAtUnixMs: number
  readonly sizeBytes: number
}

/** What a path leads to. */
export interface InspectedPath {
  readonly realPath: string
  /** A plain file, and no folder, pipe or device. */
  readonly isFile: boolean
  /** Whether it can be written: by its rights, and where it lies. */
  readonly isWritable: boolean
}

/** What the capture store needs of a file system; tests put one in that fails on purpose. */
export interface FileAccess {
  open(path: string, mode: OpenMode): Promise<OpenFile>
  /**
   * A second handle on a file that exists, for writing past the page cache: whole blocks at multiples of their size, from
   * aligned memory. Null where system or file system has no such writes.
   */
  openDirect(path: string): Promise<OpenFile | null>
  makeFolder(path: string): Promise<void>
  /** Throws when files cannot be made in the folder. */
  checkWritable(folder: string): Promise<void>
  /** Names of what is in the folder. */
  listFolder(path: string): Promise<readonly string[]>
  /** Moves a file, replacing the target. */
  rename(from: string, to: string): Promise<void>
  /** What tells one version of a file from another without reading it. */
  stamp(path: string): Promise<FileStamp>
  /** What a path leads to, every link followed. */
  inspect(path: string): Promise<InspectedPath>
  /** Sets a file's times to now. */
  touch(path: string): Promise<void>
  /** Deletes a file. */
  remove(path: string): Promise<void>
}

const openFlags: Readonly<Record<OpenMode, string>> = { read: 'r', create: 'wx', replace: 'w' }

/** The real file system. */
export const nodeFileAccess: FileAccess = {
  open: async (path, mode) => new NodeFile(await promisify(fs.open)(path, openFlags[mode], 0o600)),
  openDirect: async (path) => {
    // Other systems than Linux have no such flag.
    const direct: unknown = Reflect.get(constants, 'O_DIRECT')
    if (typeof direct !== 'number') return null
    try {
      return new NodeFile(await promisify(fs.open)(path, constants.O_WRONLY | direct))
    } catch {
      // Not on this file system, or no descriptor is left: the handle there is does for everything.
      return null
    }
  },
  makeFolder: async (path) => {
    await fs.promises.mkdir(path, { recursive: true })
  },
  checkWritable: (folder) => fs.promises.access(folder, constants.R_OK | constants.W_OK | constants.X_OK),
  listFolder: (path) => fs.promises.readdir(path),
  rename: (from, to) => fs.promises.rename(from, to),
  stamp: async (path) => {
    const { dev, ino, size, mtimeMs, ctimeMs } = await fs.promises.stat(path)
    const key = [dev, ino, size, mtimeMs, ctimeMs].join('.')
    return { key, changedAtUnixMs: Math.max(mtimeMs, ctimeMs), sizeBytes: size }
  },
  inspect: async (path) => {
    const realPath = await fs.promises.realpath(path)
    const isFile = (await fs.promises.stat(realPath)).isFile()
    const isWritable = await fs.promises.access(realPath, constants.W_OK).then(
      () => true,
      () => false,
    )
    return { realPath, isFile, isWritable }
  },
  touch: async (path) => {
    const now = new Date()
    await fs.promises.utimes(path, now, now)
  },
  remove: (path) => fs.promises.unlink(path),
}

class NodeFile implements OpenFile {
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.read(this.#descriptor, target, 0, target.length, position, (error, bytesRead) => {
        if (error === null) resolve(bytesRead)
        else reject(error)
      })
    })
  }

  write(pieces: readonly Uint8Array[], position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, bytesWritten: number): void => {
        if (error === null) resolve(bytesWritten)
        else reject(error)
      }
      const only = pieces[0]
      if (only !== undefined && pieces.length === 1) {
        fs.write(this.#descriptor, only, 0, only.length, position, done)
      } else {
        fs.writev(this.#descriptor, pieces, position, done)
      }
    })
  }

  async size(): Promise<number> {
    return (await promisify(fs.fstat)(this.#descriptor)).size
  }

  close(): Promise<void> {
    return promisify(fs.close)(this.#descriptor)
  }
}

/** Reads `length` bytes at `position`; fewer only when the file ends before. */
export async function readFully(file: OpenFile, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const count = await file.read(filled === 0 ? bytes : bytes.subarray(filled), position + filled)
    if (count === 0) return bytes.subarray(0, filled)
    filled += count
  }
  return bytes
}

/** Writes all of `bytes` at `position`. */
export async function writeFully(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const count = await file.write([bytes.subarray(written)], position + written)
    if (count === 0) throw new Error('The system wrote nothing.')
    written += count
  }
}

/** Puts a small file in place as a whole: written beside it, then renamed over it. Leaves nothing beside it when it fails. */
export async function replaceFile(files: FileAccess, path: string, bytes: Uint8Array): Promise<void> {
  const temporaryPath = `${path}.new`
  const file = await files.open(temporaryPath, 'replace')
  try {
    try {
      await writeFully(file, bytes, 0)
    } finally {
      await file.close()
    }
    await files.rename(temporaryPath, path)
  } catch (error) {
    await files.remove(temporaryPath).catch(() => undefined)
    throw error
  }
}

/** The system's code of an error, such as `ENOENT`, or null. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** The coded error of a failed write: `disk-full` or `file-unwritable`. */
export function describeWriteFailure(error: unknown, fileName: string): WirebenchError {
  if (error instanceof WirebenchError) return error
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new WirebenchError('disk-full', { file: fileName }, { cause: error })
  }
  return new WirebenchError('file-unwritable', { file: fileName, reason: messageOf(error) }, { cause: error })
}

/** Makes a folder where there is none, and sees that files can be made in it. Errors: `data-folder-unwritable`. */
export async function prepareFolder(files: FileAccess, folder: string): Promise<void> {
  try {
    await files.makeFolder(folder)
    await files.checkWritable(folder)
  } catch (error) {
    throw new WirebenchError('data-folder-unwritable', { folder, reason: messageOf(error) }, { cause: error })
  }
}

/** Names of what is in a folder. Errors: `file-unreadable`. */
export async function listNames(files: FileAccess, folder: string): Promise<readonly string[]> {
  try {
    return await files.listFolder(folder)
  } catch (error) {
    throw describeReadFailure(error, folder)
  }
}

/** The coded error of a failed read: `file-unreadable`. */
export function describeReadFailure(error: unknown, fileName: string): WirebenchError {
  if (error instanceof WirebenchError) return error
  return new WirebenchError('file-unreadable', { file: fileName, reason: messageOf(error) }, { cause: error })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
