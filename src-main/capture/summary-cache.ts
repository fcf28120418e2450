import type { CaptureSummary } from '../contract/schemas/capture.ts'
import type { CapturePaths } from './capture-paths.ts'
import type { Clock } from './clock.ts'
import { systemCode, type FileAccess } from './file-access.ts'

/** Coarsest file time in use (FAT) is 2 s: what changed within it may change again and keep its stamp. */
const coarsestFileTimeMs = 2_000

/**
 * Remembers the summaries of captures that nobody writes, so that a list of thousands opens no file twice. A summary
 * holds as long as size and times of all files of its capture stay what they were.
 */
export class SummaryCache {
  readonly #files: FileAccess
  readonly #clock: Clock
  readonly #known = new Map<string, { readonly key: string; readonly summary: CaptureSummary }>()

  constructor(files: FileAccess, clock: Clock) {
    this.#files = files
    this.#clock = clock
  }

  /** The summary kept, or the one that `read` gives. A file that could not be read is tried again every time. */
  async get(
    captureId: string,
    paths: CapturePaths,
    read: () => Promise<CaptureSummary | null>,
  ): Promise<CaptureSummary | null> {
    const settledBeforeUnixMs = this.#clock.unixMicroseconds() / 1000 - coarsestFileTimeMs
    const files = [paths.data, paths.index, paths.facts, paths.interpretation]
    const stamps = await Promise.all(files.map((path) => this.#stamp(path)))
    const key = stamps.map((stamp) => stamp?.key ?? '-').join(' ')
    const known = this.#known.get(captureId)
    if (known?.key === key) return known.summary
    const summary = await read()
    this.#known.delete(captureId)
    const isSettled = stamps.every((stamp) => stamp === null || stamp.changedAtUnixMs < settledBeforeUnixMs)
    if (summary !== null && isSettled && summary.problem?.code !== 'file-unreadable') {
      this.#known.set(captureId, { key, summary })
    }
    return summary
  }

  /** Forgets all but these. */
  keepOnly(captureIds: ReadonlySet<string>): void {
    for (const captureId of this.#known.keys()) if (!captureIds.has(captureId)) this.#known.delete(captureId)
  }

  async #stamp(path: string): Promise<{ key: string; changedAtUnixMs: number } | null> {
    try {
      return await this.#files.stamp(path)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null
      // Reading it gives the reason; what has no stamp is not kept.
      return { key: '?', changedAtUnixMs: Number.POSITIVE_INFINITY }
    }
  }
}
