import { systemCode, type FileAccess, type OpenFile } from './file-access.ts'

/** What systems and devices answer that do not take direct writes, or not of this memory or these places. */
const refusals: ReadonlySet<string | null> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/**
 * The write side of a data file: positional writes through the page cache, and, where system and file system take them,
 * direct ones past it by a second descriptor of the same file. Both show the same bytes to every reader; the caller keeps
 * them apart, so that never both are under way in the same block.
 */
export class DataFile {
  readonly #file: OpenFile
  #direct: OpenFile | null
  #refused: OpenFile | null = null

  private constructor(file: OpenFile, direct: OpenFile | null) {
    this.#file = file
    this.#direct = direct
  }

  /** Over a file that was just made and is open, which it closes from now on. */
  static async over(file: OpenFile, files: FileAccess, path: string): Promise<DataFile> {
    return new DataFile(file, await files.openDirect(path))
  }

  /** False for good once a direct write was refused. */
  get takesDirect(): boolean {
    return this.#direct !== null
  }

  /** Writes from `position`; gives the bytes written, maybe fewer than asked for. */
  write(pieces: readonly Uint8Array[], position: number): Promise<number> {
    return this.#file.write(pieces, position)
  }

  /** The same for whole blocks of aligned memory at a multiple of their size; 0 when it was refused. */
  async writeDirect(pieces: readonly Uint8Array[], position: number): Promise<number> {
    const direct = this.#direct
    if (direct === null) return 0
    try {
      return await direct.write(pieces, position)
    } catch (error) {
      if (!refusals.has(systemCode(error))) throw error
      this.#refused = direct
      this.#direct = null
      return 0
    }
  }

  async close(): Promise<void> {
    const direct = this.#direct ?? this.#refused
    this.#direct = this.#refused = null
    try {
      await direct?.close()
    } finally {
      await this.#file.close()
    }
  }
}
