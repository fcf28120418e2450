import { writeFacts, type CaptureFacts } from './capture-facts.ts'
import type { CapturePaths } from './capture-paths.ts'
import type { FileAccess } from './file-access.ts'

/** Changes the facts of captures, one change of a capture after the other, so that none undoes another. */
export class FactsKeeper {
  readonly #files: FileAccess
  /** The last change under way of each capture, by its facts file. */
  readonly #changes = new Map<string, Promise<unknown>>()

  constructor(files: FileAccess) {
    this.#files = files
  }

  /** Keeps what the change names; the rest stays. Errors: those of `writeFacts`. */
  async change(paths: CapturePaths, change: Partial<CaptureFacts>): Promise<CaptureFacts> {
    const earlier = this.#changes.get(paths.facts)
    const changing = Promise.allSettled([earlier]).then(() => writeFacts(this.#files, paths, change))
    this.#changes.set(paths.facts, changing)
    try {
      return await changing
    } finally {
      if (this.#changes.get(paths.facts) === changing) this.#changes.delete(paths.facts)
    }
  }
}
