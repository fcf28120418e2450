import type { CaptureFilter } from '../../contract/schemas/capture-filter.ts'
import type { SearchTools } from '../../protocol/byte-search/pattern-scan.ts'
import { KeptViews } from '../kept-views.ts'
import type { FramingPair } from '../message-scanner.ts'
import { FilteredView, type FilteredViewOptions } from './filtered-view.ts'
import { RowFilter } from './row-filter.ts'

/** Filters through which a capture is looked at at the same time: every letter that is typed makes another one. */
const keptViews = 4

/** The filtered views of one capture, of which those asked for last are kept. */
export class FilteredViews {
  readonly #options: FilteredViewOptions
  readonly #tools: SearchTools
  readonly #views = new KeptViews<FilteredView>(keptViews)

  constructor(options: FilteredViewOptions, tools: SearchTools) {
    this.#options = options
    this.#tools = tools
  }

  /** Errors: `pattern-malformed`, `encoding-unknown`, `text-not-encodable`. */
  get(framing: FramingPair, filter: CaptureFilter): FilteredView {
    return this.#views.get(
      JSON.stringify([framing.sent, framing.received, filter]),
      () => new FilteredView(framing, new RowFilter(filter, this.#tools), this.#options),
    )
  }

  /** Stops all scanning and waits until nothing reads any more. */
  close(): Promise<void> {
    return this.#views.close()
  }
}
