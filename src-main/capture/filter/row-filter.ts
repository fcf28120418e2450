import { WirebenchError } from '../../contract/errors.ts'
import type { CaptureFilter } from '../../contract/schemas/capture-filter.ts'
import { compilePattern, type CompiledPattern } from '../../protocol/byte-search/compile-pattern.ts'
import type { SearchTools } from '../../protocol/byte-search/pattern-scan.ts'
import type { FoundRow } from '../message-scanner.ts'
import { RecordScope } from '../search/record-scope.ts'

/** `content`: its bytes decide. */
type Verdict = 'shown' | 'hidden' | 'content'

/** A filter that is ready to be asked. */
export class RowFilter {
  readonly scope: RecordScope
  /** What rows are shown by, or with `isExcluded` hidden by; null when content does not matter. */
  readonly pattern: CompiledPattern | null
  readonly isExcluded: boolean
  readonly #showsEvents: boolean

  /** Errors: `pattern-malformed`, `encoding-unknown`, `text-not-encodable`. */
  constructor(filter: CaptureFilter, tools: SearchTools) {
    this.scope = new RecordScope(filter.scope)
    this.isExcluded = filter.contentIsExcluded
    this.#showsEvents = filter.showsEvents
    const compiled = filter.content === null ? null : compilePattern(filter.content, tools)
    if (compiled?.ok === false) throw new WirebenchError(compiled.error.code, compiled.error.data)
    this.pattern = compiled?.pattern ?? null
  }

  /** What is known of a row without its bytes. */
  verdictOn(row: FoundRow): Verdict {
    if (row.kind === 'damage') return 'shown'
    if (row.kind === 'event') {
      return this.#showsEvents && this.scope.hasEvent(row.connection, row.timeNs) ? 'shown' : 'hidden'
    }
    const { connection, direction, length, timeNs } = row.row
    if (!this.scope.has(connection, direction === 'sent', length, timeNs)) return 'hidden'
    return this.pattern === null ? 'shown' : 'content'
  }
}
