import { dirname, basename } from 'node:path'
import { blockBytes, memoryPhase } from '../aligned-memory.ts'
import type { FileAccess, FileStamp, InspectedPath, OpenFile, OpenMode } from '../file-access.ts'

/** A file system in memory that fails when it is told to. */
export class MemoryFiles implements FileAccess {
  readonly contents = new Map<string, Uint8Array>()
  /** Called before each write; what it throws is the write's failure, its number limits how much is written. */
  beforeWrite: ((path: string, byteCount: number) => number | Promise<number>) | null = null
  /** Called before each close. */
  beforeClose: ((path: string) => void) | null = null
  /** Called before each read. */
  beforeRead: (() => void) | null = null
  /** Bytes that were read. */
  bytesRead = 0
  openFiles = 0
  /** How often files were opened. */
  openCount = 0
  /** What the times of files are taken from. */
  nowUnixMs = (): number => 0
  readonly #changedAtUnixMs = new Map<string, number>()
  writeCount = 0
  /** Whether files take direct writes: not at all, until one is refused, or with whole blocks of aligned memory alone. */
  directWrites: 'none' | 'refused' | 'taken' = 'none'
  directWriteCount = 0

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    await Promise.resolve()
    const exists = this.contents.has(path)
    if (mode === 'read' && !exists) throw systemError('ENOENT', path)
    if (mode === 'create' && exists) throw systemError('EEXIST', path)
    if (mode !== 'read') this.#put(path, new Uint8Array(0))
    this.openFiles++
    this.openCount++
    return this.#file(path)
  }

  async openDirect(path: string): Promise<OpenFile | null> {
    if (this.directWrites === 'none') return null
    const file = await this.#reopen(path)
    return {
      ...file,
      write: (pieces, position) => {
        const fits = (bytes: Uint8Array): boolean => memoryPhase(bytes) === 0 && bytes.length % blockBytes === 0
        if (this.directWrites !== 'taken' || position % blockBytes !== 0 || !pieces.every(fits)) {
          return Promise.reject(systemError('EINVAL', path))
        }
        this.directWriteCount++
        return file.write(pieces, position)
      },
    }
  }

  async makeFolder(): Promise<void> {}

  async checkWritable(): Promise<void> {}

  async listFolder(path: string): Promise<readonly string[]> {
    return [...this.contents.keys()].filter((file) => dirname(file) === path).map((file) => basename(file))
  }

  async rename(from: string, to: string): Promise<void> {
    const bytes = this.contents.get(from)
    if (bytes === undefined) throw systemError('ENOENT', from)
    this.contents.delete(from)
    this.#put(to, bytes)
  }

  async stamp(path: string): Promise<FileStamp> {
    const bytes = this.contents.get(path)
    if (bytes === undefined) throw systemError('ENOENT', path)
    const changedAtUnixMs = this.#changedAtUnixMs.get(path) ?? 0
    return { key: `${bytes.length}.${changedAtUnixMs}`, changedAtUnixMs, sizeBytes: bytes.length }
  }

  async inspect(path: string): Promise<InspectedPath> {
    if (!this.contents.has(path)) throw systemError('ENOENT', path)
    return { realPath: path, isFile: true, isWritable: true }
  }

  async touch(path: string): Promise<void> {
    const bytes = this.contents.get(path)
    if (bytes === undefined) throw systemError('ENOENT', path)
    this.#put(path, bytes)
  }

  async remove(path: string): Promise<void> {
    if (!this.contents.delete(path)) throw systemError('ENOENT', path)
  }

  /** A second file system with the same contents. */
  copy(): MemoryFiles {
    const copy = new MemoryFiles()
    for (const [path, bytes] of this.contents) copy.contents.set(path, bytes.slice())
    return copy
  }

  async #reopen(path: string): Promise<OpenFile> {
    if (!this.contents.has(path)) throw systemError('ENOENT', path)
    this.openFiles++
    return this.#file(path)
  }

  #put(path: string, bytes: Uint8Array): void {
    this.contents.set(path, bytes)
    this.#changedAtUnixMs.set(path, this.nowUnixMs())
  }

  #file(path: string): OpenFile {
    let isOpen = true
    // A file stays what it is while it is open, even when another takes its name.
    const atOpening = this.contents.get(path) ?? new Uint8Array(0)
    const content = (): Uint8Array => this.contents.get(path) ?? atOpening
    const assertOpen = (): void => {
      if (!isOpen) throw systemError('EBADF', path)
    }
    return {
      read: async (target, position) => {
        await Promise.resolve()
        assertOpen()
        this.beforeRead?.()
        const part = content().subarray(position, position + target.length)
        target.set(part)
        this.bytesRead += part.length
        return part.length
      },
      write: async (pieces, position) => {
        assertOpen()
        const byteCount = pieces.reduce((sum, piece) => sum + piece.length, 0)
        const limit = (await this.beforeWrite?.(path, byteCount)) ?? byteCount
        await Promise.resolve()
        this.writeCount++
        const old = content()
        const grown = grow(old, position + Math.min(limit, byteCount))
        let left = Math.min(limit, byteCount)
        let at = position
        for (const piece of pieces) {
          const part = piece.subarray(0, left)
          grown.set(part, at)
          at += part.length
          left -= part.length
        }
        this.#put(path, grown)
        return Math.min(limit, byteCount)
      },
      size: async () => content().length,
      close: async () => {
        assertOpen()
        this.beforeClose?.(path)
        isOpen = false
        this.openFiles--
      },
    }
  }
}

/** The same bytes, at least `length` of them, in memory with room to grow further. */
function grow(bytes: Uint8Array, length: number): Uint8Array {
  if (length <= bytes.length) return bytes
  const { buffer, byteOffset } = bytes
  if (byteOffset + length <= buffer.byteLength) return new Uint8Array(buffer, byteOffset, length)
  const grown = new Uint8Array(length * 2)
  grown.set(bytes)
  return grown.subarray(0, length)
}

/** An error as the system gives it. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
