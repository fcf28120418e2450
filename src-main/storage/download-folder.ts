import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFailure } from './disk-errors.ts'
import { DiskExportFile } from './disk-export-file.ts'
import { safeFileName } from './safe-file-name.ts'

/** A file that a window may take. */
export interface DownloadedFile {
  readonly path: string
  readonly fileName: string
}

/** Waking after a time, until the answered function is called. */
export interface DownloadClock {
  unixMicroseconds(): number
  wakeAfter(delayMs: number, wake: () => void): () => void
}

/** Files are kept so long after they are whole. */
const downloadKeptMs = 3600 * 1000
const sweepIntervalMs = 10 * 60 * 1000

/**
 * Exports that wait to be taken by a window. Only what was made in this life of the program can be taken; everything older than
 * an hour is deleted, also what another life left. Its owner closes it.
 */
export class DownloadFolder {
  readonly #folder: string
  readonly #clock: DownloadClock
  readonly #files = new Map<string, DownloadedFile>()
  #cancelSweep: (() => void) | null = null
  #sweeping: Promise<void> = Promise.resolve()

  /** `folder`: made when it is first used. */
  constructor(folder: string, clock: DownloadClock) {
    this.#folder = folder
    this.#clock = clock
  }

  /** Begins a file. Errors: `disk-full`, `file-unwritable`, `data-folder-unwritable`. */
  async create(): Promise<{ readonly downloadId: string; readonly file: DiskExportFile }> {
    // Names cannot be guessed: knowing one is part of being let in.
    const downloadId = randomBytes(16).toString('hex')
    const path = join(this.#folder, downloadId)
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw writeFailure(error, path)
    }
    return { downloadId, file: await DiskExportFile.create(path) }
  }

  /** From now on the file can be taken, by a name that is safe on every disk. */
  offer(downloadId: string, fileName: string): string {
    const safe = safeFileName(fileName)
    this.#files.set(downloadId, { path: join(this.#folder, downloadId), fileName: safe })
    return safe
  }

  /** Null when there is none, or not any more. */
  find(downloadId: string): DownloadedFile | null {
    return this.#files.get(downloadId) ?? null
  }

  /** Deletes what is old, now and from time to time until it is closed. */
  keepSwept(): void {
    this.#sweeping = this.sweep()
    this.#cancelSweep = this.#clock.wakeAfter(sweepIntervalMs, () => this.keepSwept())
  }

  /** Deletes what is older than an hour. What cannot be deleted is tried again the next time. */
  async sweep(): Promise<void> {
    const now = this.#clock.unixMicroseconds() / 1000
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name)
      const changedAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => now,
      )
      if (now - changedAt < downloadKeptMs) continue
      this.#files.delete(name)
      await rm(path, { force: true }).catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    this.#cancelSweep?.()
    this.#cancelSweep = null
    await this.#sweeping
  }
}
