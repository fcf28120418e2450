import type { CaptureFilter } from '../../contract/schemas/capture-filter.ts'
import type { SearchTools } from '../../protocol/byte-search/pattern-scan.ts'
import type { FramingPair } from '../message-scanner.ts'
import { FilteredView, type FilteredViewOptions } from './filtered-view.ts'
import { RowFilter } from './row-filter.ts'

/** Filters through which a capture is looked at at the same time: every letter that is typed makes another one. */
const keptViews = 4

/** The filtered views of one capture, of which those asked for last are kept. */
export class FilteredViews {
  readonly #options: FilteredViewOptions
  readonly #tools: SearchTools
  readonly #views = new Map<string, FilteredView>()
  readonly #stopping = new Set<Promise<void>>()

  constructor(options: FilteredViewOptions, tools: SearchTools) {
    this.#options = options
    this.#tools = tools
  }

  /** Errors: `pattern-malformed`, `encoding-unknown`, `text-not-encodable`. */
  get(framing: FramingPair, filter: CaptureFilter): FilteredView {
    const key = JSON.stringify([framing.sent, framing.received, filter])
    const view = this.#views.get(key) ?? new FilteredView(framing, new RowFilter(filter, this.#tools), this.#options)
    this.#views.delete(key)
    this.#views.set(key, view)
    if (this.#views.size > keptViews) {
      const [oldest] = this.#views
      if (oldest !== undefined) this.#drop(...oldest)
    }
    return view
  }

  /** Stops all scanning and waits until nothing reads any more. */
  async close(): Promise<void> {
    for (const [key, view] of [...this.#views]) this.#drop(key, view)
    await Promise.all(this.#stopping)
  }

  #drop(key: string, view: FilteredView): void {
    this.#views.delete(key)
    const stopping = view.close()
    this.#stopping.add(stopping)
    void stopping.finally(() => this.#stopping.delete(stopping))
  }
}
