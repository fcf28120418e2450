import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isProcessAlive } from '../capture/living-process.ts'
import { WirebenchError } from '../contract/errors.ts'
import type { FileAccess } from './file-access.ts'
import { makeFolder, removeLeftTemporaries } from './atomic-file.ts'
import { isExisting, isMissing, writeFailure } from './disk-errors.ts'

export const lockFileName = '.wirebench-lock'

/** Owner of a lock file, as written in it. */
interface LockOwner {
  readonly pid: number
  readonly host: string
  readonly token: string
}

export interface FolderLockOptions {
  readonly files: FileAccess
  readonly folder: string
  /** How long to wait for another holder. */
  readonly waitMs?: number
  /** Tells whether a process of this machine lives. */
  readonly isProcessAlive?: (pid: number) => boolean
  readonly nowUnixMs?: () => number
}

/** A lock whose file was not touched for so long has no living holder: holders touch it every 5 s. */
const abandonedAfterMs = 30_000
const touchEveryMs = 5_000
const longestPauseMs = 25

/**
 * Lets one process at a time change the files of a folder. The lock is a file made exclusively, naming its owner.
 * A dead owner's lock is broken at once, an owner on another machine counts as dead after 30 s without a touch.
 * Readers need no lock, as files are only ever replaced whole.
 */
export class FolderLock {
  readonly #files: FileAccess
  readonly #folder: string
  readonly #path: string
  readonly #waitMs: number
  readonly #isProcessAlive: (pid: number) => boolean
  readonly #nowUnixMs: () => number
  /** Callers of this instance go one after the other, without touching the disk to wait. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: FolderLockOptions) {
    this.#files = options.files
    this.#folder = options.folder
    this.#path = join(options.folder, lockFileName)
    this.#waitMs = options.waitMs ?? 10_000
    this.#isProcessAlive = options.isProcessAlive ?? isProcessAlive
    this.#nowUnixMs = options.nowUnixMs ?? Date.now
  }

  /**
   * Runs `work` while no other process holds the folder. Errors: `file-unwritable` when another one holds it for too
   * long, `data-folder-unwritable`, `disk-full`, and whatever `work` throws.
   */
  hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(() => this.#holdNow(work))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #holdNow<Result>(work: () => Promise<Result>): Promise<Result> {
    const token = await this.#acquire()
    // A touch that fails costs nothing but age, which the next one makes good.
    const touching = setInterval(() => void this.#files.touch(this.#path).catch(() => undefined), touchEveryMs)
    touching.unref()
    try {
      await removeLeftTemporaries(this.#files, this.#folder)
      return await work()
    } finally {
      clearInterval(touching)
      await this.#release(token)
    }
  }

  async #acquire(): Promise<string> {
    await makeFolder(this.#files, this.#folder)
    const token = randomBytes(8).toString('hex')
    const owner: LockOwner = { pid: process.pid, host: hostname(), token }
    const deadline = this.#nowUnixMs() + this.#waitMs
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await this.#files.claim(this.#path, JSON.stringify(owner))
        return token
      } catch (error) {
        if (!isExisting(error)) throw writeFailure(error, this.#path, this.#folder)
      }
      const holder = await this.#readHolder(this.#path)
      if (holder?.abandoned === true) {
        await this.#breakLock(holder.text)
        if (this.#nowUnixMs() < deadline) continue
      }
      // Null when it was released just now, and for a link that leads nowhere.
      if (this.#nowUnixMs() >= deadline) throw this.#busy(holder?.owner ?? null)
      await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random() / 2)))
    }
  }

  #busy(owner: LockOwner | null): WirebenchError {
    const who = owner === null ? 'Another program' : `Another Wirebench (process ${owner.pid} on ${owner.host})`
    const reason = `${who} has been writing in the folder for ${this.#waitMs} ms. Try again, or end it.`
    return new WirebenchError('file-unwritable', { file: this.#folder, reason })
  }

  /** Null when the lock is gone meanwhile. */
  async #readHolder(path: string): Promise<{ text: string; owner: LockOwner | null; abandoned: boolean } | null> {
    try {
      const { changedAtUnixMs } = await this.#files.stamp(path)
      const read = await this.#files.read(path, 4096)
      const text = read.kind === 'read' ? new TextDecoder().decode(read.bytes) : ''
      const owner = parseOwner(text)
      const untouchedMs = this.#nowUnixMs() - changedAtUnixMs
      return { text, owner, abandoned: untouchedMs > abandonedAfterMs || this.#isDead(owner, changedAtUnixMs) }
    } catch (error) {
      if (isMissing(error)) return null
      throw writeFailure(error, path)
    }
  }

  #isDead(owner: LockOwner | null, touchedAtUnixMs: number): boolean {
    if (owner?.host !== hostname()) return false
    // In containers every process may have the same number: one that is older than this process is not its own.
    if (owner.pid === process.pid) return touchedAtUnixMs < this.#nowUnixMs() - process.uptime() * 1000
    return !this.#isProcessAlive(owner.pid)
  }

  /**
   * Removes an abandoned lock. A second exclusive file lets one process at a time do so, and it looks again first:
   * else two breakers could see the same dead lock, and the slower one remove the lock that the quicker one made.
   */
  async #breakLock(abandonedText: string): Promise<void> {
    const breaking = `${this.#path}-breaking`
    try {
      await this.#files.claim(breaking, abandonedText)
    } catch (error) {
      if (!isExisting(error)) throw writeFailure(error, breaking)
      const other = await this.#files.stamp(breaking).catch(() => null)
      if (other !== null && this.#nowUnixMs() - other.changedAtUnixMs > abandonedAfterMs) await this.#drop(breaking)
      return
    }
    try {
      const holder = await this.#readHolder(this.#path)
      if (holder?.abandoned === true && holder.text === abandonedText) await this.#drop(this.#path)
    } finally {
      await this.#drop(breaking)
    }
  }

  async #release(token: string): Promise<void> {
    const holder = await this.#readHolder(this.#path)
    if (holder?.owner?.token === token) await this.#drop(this.#path)
  }

  async #drop(path: string): Promise<void> {
    try {
      await this.#files.remove(path)
    } catch (error) {
      if (!isMissing(error)) throw writeFailure(error, path)
    }
  }
}

function parseOwner(text: string): LockOwner | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const { pid, host, token } = value as Partial<Record<keyof LockOwner, unknown>>
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return null
    return { pid, host, token }
  } catch {
    // Being written just now, or damaged: its age decides.
    return null
  }
}
