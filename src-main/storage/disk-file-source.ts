import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { WirebenchError } from '../contract/errors.ts'
import type { FileChange, FileSource, SourceFile } from '../engine/ports.ts'
import { isMissing, reasonOf, systemCodeOf } from './disk-errors.ts'

/** Without it, opening a pipe waits for its other end, maybe for ever; Windows has no such flag and no such pipes. */
const doNotWait = 'O_NONBLOCK' in constants ? constants.O_NONBLOCK : 0

/** What tells whether a file is still the one that was opened. */
interface Facts {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
}

/** Ordinary files of this machine, read bit by bit. */
export class DiskFileSource implements FileSource {
  async open(path: string): Promise<SourceFile> {
    let handle: FileHandle
    try {
      handle = await open(path, constants.O_RDONLY | doNotWait)
    } catch (error) {
      throw readFailure(error, path)
    }
    try {
      const facts = await handle.stat({ bigint: true })
      if (!facts.isFile()) {
        const reason = facts.isDirectory() ? 'It is a folder.' : 'It is no regular file.'
        throw new WirebenchError('file-unreadable', { file: path, reason })
      }
      return new DiskFile(path, handle, facts)
    } catch (error) {
      await handle.close()
      throw readFailure(error, path)
    }
  }
}

class DiskFile implements SourceFile {
  readonly sizeBytes: number
  readonly #path: string
  readonly #handle: FileHandle
  readonly #facts: Facts

  constructor(path: string, handle: FileHandle, facts: Facts) {
    this.#path = path
    this.#handle = handle
    this.#facts = facts
    this.sizeBytes = Number(facts.size)
  }

  async read(position: number, byteCount: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(byteCount)
    let length = 0
    try {
      while (length < byteCount) {
        const { bytesRead } = await this.#handle.read(bytes, length, byteCount - length, position + length)
        if (bytesRead === 0) break
        length += bytesRead
      }
    } catch (error) {
      throw readFailure(error, this.#path)
    }
    return bytes.subarray(0, length)
  }

  async change(): Promise<FileChange | null> {
    let named: Facts
    let opened: Facts
    try {
      opened = await this.#handle.stat({ bigint: true })
      named = await stat(this.#path, { bigint: true })
    } catch (error) {
      if (isMissing(error)) return { sizeBytes: null, reason: 'It was removed meanwhile.' }
      throw readFailure(error, this.#path)
    }
    const sizeBytes = Number(named.size)
    if (named.ino !== this.#facts.ino || named.dev !== this.#facts.dev) {
      return { sizeBytes, reason: 'It was replaced by another file meanwhile.' }
    }
    if (opened.size !== this.#facts.size) {
      return { sizeBytes, reason: `It has ${sizeBytes} bytes now and had ${this.sizeBytes}.` }
    }
    if (opened.mtimeNs !== this.#facts.mtimeNs) return { sizeBytes, reason: 'It was written to meanwhile.' }
    return null
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** `file-not-found` or `file-unreadable`. */
function readFailure(error: unknown, file: string): WirebenchError {
  if (error instanceof WirebenchError) return error
  const code = systemCodeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new WirebenchError('file-not-found', { file }, { cause: error })
  return new WirebenchError('file-unreadable', { file, reason: reasonOf(error) }, { cause: error })
}
