import type { CaptureRow } from '../../contract/schemas/capture.ts'
import type { BytePattern, CaptureFilter } from '../../contract/schemas/capture-filter.ts'
import { referenceSearch } from '../../protocol/byte-search/testing/reference-search.ts'
import { isInScope } from './reference-hits.ts'
import { offsetsOf, streamsOf } from './reference-locate.ts'

type DataRow = Extract<CaptureRow, { kind: 'data' }>

/** No match goes over so long a silence of its stream. */
const longestSilenceNs = 500e6

/** Where matches begin, as `connection direction offset`. */
function matchStarts(records: readonly CaptureRow[], pattern: BytePattern): Set<string> {
  const starts = new Set<string>()
  const streams = new Map<string, DataRow[]>()
  const end = (key: string): void => {
    const chunks = streams.get(key) ?? []
    streams.delete(key)
    const offsets = chunks.flatMap((row) => Array.from({ length: row.length }, (_, at) => row.streamOffset + at))
    for (const { offset } of referenceSearch(pattern, Buffer.concat(chunks.map(({ preview }) => preview)))) {
      starts.add(`${key} ${offsets[offset]}`)
    }
  }
  for (const row of records) {
    if (row.kind === 'damage') for (const key of [...streams.keys()]) end(key)
    if (row.kind !== 'data') continue
    const key = `${row.connection} ${row.direction}`
    const last = streams.get(key)?.at(-1)
    if (last !== undefined && row.timeNs - last.timeNs >= longestSilenceNs) end(key)
    streams.set(key, [...(streams.get(key) ?? []), row])
  }
  for (const key of [...streams.keys()]) end(key)
  return starts
}

/** The rows of `records` or `messages` that a filter shows, found the plain way; `records` with whole previews. */
export function referenceFilter(
  records: readonly CaptureRow[],
  rows: readonly CaptureRow[],
  { scope, showsEvents, content, contentIsExcluded }: CaptureFilter,
): CaptureRow[] {
  const starts = content === null ? null : matchStarts(records, content)
  const streams = streamsOf(records)
  return rows.filter((row) => {
    if (row.kind === 'damage') return true
    if (row.kind === 'event') {
      const hasConnection = scope.connections === null || scope.connections.includes(row.connection)
      return showsEvents && hasConnection && row.timeNs >= (scope.fromNs ?? 0) && row.timeNs <= (scope.toNs ?? Infinity)
    }
    if (row.kind === 'bytes' || !isInScope(row, scope)) return false
    if (starts === null) return true
    const hasMatch = offsetsOf(row, streams).some((at) => starts.has(`${row.connection} ${row.direction} ${at}`))
    return hasMatch !== contentIsExcluded
  })
}
