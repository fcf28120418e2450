import { writeFacts, type CaptureFacts } from './capture-facts.ts'
import type { CapturePaths } from './capture-paths.ts'
import type { FileAccess } from './file-access.ts'
import { OneByOne } from './one-by-one.ts'

/** Changes the facts of captures, one change of a capture after the other, so that none undoes another. */
export class FactsKeeper {
  readonly #files: FileAccess
  readonly #changes = new OneByOne()

  constructor(files: FileAccess) {
    this.#files = files
  }

  /** Keeps what the change names; the rest stays. Errors: those of `writeFacts`. */
  change(paths: CapturePaths, change: Partial<CaptureFacts>): Promise<CaptureFacts> {
    return this.#changes.run(paths.facts, () => writeFacts(this.#files, paths, change))
  }
}
