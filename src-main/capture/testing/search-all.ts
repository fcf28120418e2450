import type { BytePattern, CaptureScope } from '../../contract/schemas/capture-filter.ts'
import { compilePattern, type CompiledPattern } from '../../protocol/byte-search/compile-pattern.ts'
import { plainTools } from '../../protocol/byte-search/testing/plain-tools.ts'
import type { CaptureStore } from '../capture-store.ts'
import { HitTable, type FoundPlace } from '../search/hit-table.ts'
import { SearchScan, type SearchProgress } from '../search/search-scan.ts'
import { nodeSearchTools } from '../search/search-tools.ts'

/** A pattern of a test, ready to be looked for with what Node does fast. */
export function compiledPattern(pattern: BytePattern): CompiledPattern {
  const compiled = compilePattern(pattern, nodeSearchTools(plainTools.runExpression))
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.pattern
}

/** A search driven by hand. */
export class DrivenSearch {
  readonly hits = new HitTable(100_000)
  readonly #store: CaptureStore
  readonly #captureId: string
  readonly #scan: SearchScan

  constructor(store: CaptureStore, captureId: string, pattern: BytePattern, scope: CaptureScope) {
    this.#store = store
    this.#captureId = captureId
    this.#scan = new SearchScan({
      pattern: compiledPattern(pattern),
      scope,
      onFound: (place) => this.hits.add(place),
      onRestart: () => this.hits.clear(),
    })
  }

  /** Looks at all there is. */
  async goOn(): Promise<SearchProgress> {
    for (;;) {
      const progress = await this.#store.access(this.#captureId, (access) => this.#scan.advance(access))
      if (progress !== 'more') return progress
    }
  }

  get places(): FoundPlace[] {
    return Array.from({ length: this.hits.kept }, (_, number) => this.hits.at(number)).flatMap((place) => place ?? [])
  }
}

/** Every place of a pattern in a capture that does not grow. */
export async function searchAll(
  store: CaptureStore,
  captureId: string,
  pattern: BytePattern,
  scope: CaptureScope,
): Promise<FoundPlace[]> {
  const search = new DrivenSearch(store, captureId, pattern, scope)
  await search.goOn()
  return search.places
}
