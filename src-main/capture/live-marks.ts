import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import * as v from 'valibot'
import type { CapturePaths } from './capture-paths.ts'
import type { Clock } from './clock.ts'
import { readFully, systemCode, writeFully, type FileAccess, type OpenFile } from './file-access.ts'
import { parseJson } from './json-bytes.ts'
import { isProcessAlive } from './living-process.ts'

/** Writers touch their marks this often. */
export const touchEveryMs = 10_000
/** A mark that was not touched for so long has no living writer. */
export const abandonedAfterMs = 60_000
const largestMarkBytes = 4096

const markFile = v.object({ pid: v.number(), host: v.string(), token: v.string() })

/** Tokens of the stores of this process that write something. */
const writingHere = new Set<string>()

/**
 * Marks, as a small file beside each capture that is being written, by which several programs on one folder leave each
 * other's captures alone: `<id>.live` names process and machine of the writer and is touched while it lives.
 */
export class LiveMarks {
  readonly #files: FileAccess
  readonly #clock: Clock
  readonly #token = randomBytes(8).toString('hex')
  readonly #paths = new Set<string>()
  #cancelTouch: (() => void) | null = null

  constructor(files: FileAccess, clock: Clock) {
    this.#files = files
    this.#clock = clock
  }

  /** Marks a capture that is about to be made. Fails as making a file does, and marks nothing then. */
  async set(paths: CapturePaths): Promise<void> {
    const { mark } = paths
    this.#paths.add(mark)
    writingHere.add(this.#token)
    const file = await this.#files.open(mark, 'create').catch((error: unknown) => {
      this.#forget(mark)
      throw error
    })
    try {
      await this.#write(file)
      this.#touchLater()
    } catch (error) {
      await this.clear(paths)
      throw error
    }
  }

  /** The capture is written no more. */
  async clear({ mark }: CapturePaths): Promise<void> {
    this.#forget(mark)
    // A mark that cannot be removed grows old and counts for nothing then.
    await this.#files.remove(mark).catch(() => undefined)
  }

  /** Whether this store writes the capture at present. */
  isSetHere({ mark }: CapturePaths): boolean {
    return this.#paths.has(mark)
  }

  /** Whether another store, of this or another program, writes the capture at present. */
  async isSetElsewhere({ mark }: CapturePaths): Promise<boolean> {
    if (this.#paths.has(mark)) return false
    try {
      const { changedAtUnixMs } = await this.#files.stamp(mark)
      if (this.#clock.unixMicroseconds() / 1000 - changedAtUnixMs > abandonedAfterMs) return false
      const file = await this.#files.open(mark, 'read')
      try {
        const owner = v.safeParse(markFile, parseJson(await readFully(file, 0, largestMarkBytes)))
        // One that is being made has no content yet.
        return owner.success ? this.#lives(owner.output) : true
      } finally {
        await file.close()
      }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    }
  }

  /** Names this store as the writer, and closes the file. */
  async #write(file: OpenFile): Promise<void> {
    try {
      const owner = { pid: process.pid, host: hostname(), token: this.#token }
      await writeFully(file, new TextEncoder().encode(JSON.stringify(owner)), 0)
    } finally {
      await file.close()
    }
  }

  #forget(mark: string): void {
    this.#paths.delete(mark)
    if (this.#paths.size > 0) return
    writingHere.delete(this.#token)
    this.#cancelTouch?.()
    this.#cancelTouch = null
  }

  #lives({ pid, host, token }: v.InferOutput<typeof markFile>): boolean {
    if (token === this.#token) return false
    if (host !== hostname()) return true
    return pid === process.pid ? writingHere.has(token) : isProcessAlive(pid)
  }

  #touchLater(): void {
    this.#cancelTouch ??= this.#clock.wakeAfter(touchEveryMs, () => {
      this.#cancelTouch = null
      // A touch that fails costs nothing but age, which the next one makes good.
      for (const mark of this.#paths) void this.#touch(mark).catch(() => undefined)
      this.#touchLater()
    })
  }

  /** Where the machine slept for long, another program may have taken the mark for that of a killed one, and removed it. */
  async #touch(mark: string): Promise<void> {
    try {
      await this.#files.touch(mark)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || !this.#paths.has(mark)) throw error
      await this.#write(await this.#files.open(mark, 'create'))
      // The capture was closed meanwhile.
      if (!this.#paths.has(mark)) await this.#files.remove(mark)
    }
  }
}
