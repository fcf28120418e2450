import { basename } from 'node:path'
import type { FileAccess, FolderWatch } from './file-access.ts'

export interface FolderWatcherOptions {
  readonly files: FileAccess
  readonly folder: string
  /** Which names matter. */
  readonly concerns: (name: string) => boolean
  readonly onChanged: () => void
  readonly debounceMs?: number
}

/**
 * Tells that something in a folder changed, once per burst. Where the system cannot watch (no such folder yet, a
 * network file system, too many watches) it says nothing; `rearm` tries again.
 */
export class FolderWatcher {
  readonly #options: FolderWatcherOptions
  #watch: FolderWatch | null = null
  #watchedKey: string | null = null
  #pending: NodeJS.Timeout | null = null
  #arming: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: FolderWatcherOptions) {
    this.#options = options
  }

  /** True while the system reports changes. */
  get active(): boolean {
    return this.#watch !== null
  }

  /** Begins to watch, also when the folder was made, or removed and made again, since. */
  rearm(): Promise<void> {
    this.#arming = this.#arming.then(() => this.#rearmNow())
    return this.#arming
  }

  close(): void {
    this.#closed = true
    if (this.#pending !== null) clearTimeout(this.#pending)
    this.#pending = null
    this.#drop()
  }

  async #rearmNow(): Promise<void> {
    const key = await this.#folderKey()
    if (this.#closed || (key === this.#watchedKey && this.#watch !== null)) return
    this.#drop()
    if (key === null) return
    try {
      this.#watch = this.#options.files.watch(
        this.#options.folder,
        (name) => this.#onEvent(name),
        () => this.#drop(),
      )
      this.#watchedKey = key
    } catch {
      // Not available here: changes are then seen at the next read.
      this.#drop()
    }
  }

  /** Device and inode of the folder; null when there is none. */
  async #folderKey(): Promise<string | null> {
    try {
      const { key } = await this.#options.files.stamp(this.#options.folder)
      return key.split('.').slice(0, 2).join('.')
    } catch {
      return null
    }
  }

  #onEvent(name: string | null): void {
    const folderItself = name !== null && name === basename(this.#options.folder)
    if (this.#closed || (name !== null && !folderItself && !this.#options.concerns(name))) return
    if (this.#pending !== null) return
    this.#pending = setTimeout(() => {
      this.#pending = null
      void this.rearm().then(() => {
        if (!this.#closed) this.#options.onChanged()
      })
    }, this.#options.debounceMs ?? 100)
    this.#pending.unref()
  }

  #drop(): void {
    this.#watch?.close()
    this.#watch = null
    this.#watchedKey = null
  }
}
