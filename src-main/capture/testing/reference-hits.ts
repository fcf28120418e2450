import type { CaptureRow } from '../../contract/schemas/capture.ts'
import type { BytePattern, CaptureScope } from '../../contract/schemas/capture-filter.ts'
import { referenceSearch } from '../../protocol/byte-search/testing/reference-search.ts'
import type { FoundPlace } from '../search/hit-table.ts'

type DataRow = Extract<CaptureRow, { kind: 'data' }>

/** What a scope says of a chunk, condition by condition. */
export function isInScope(
  row: Pick<DataRow, 'direction' | 'connection' | 'length' | 'timeNs'>,
  scope: CaptureScope,
): boolean {
  if (scope.direction !== null && scope.direction !== row.direction) return false
  if (scope.connections !== null && !scope.connections.includes(row.connection)) return false
  if (scope.minimumBytes !== null && row.length < scope.minimumBytes) return false
  if (scope.maximumBytes !== null && row.length > scope.maximumBytes) return false
  if (scope.fromNs !== null && row.timeNs < scope.fromNs) return false
  return scope.toNs === null || row.timeNs <= scope.toNs
}

/** Every match in rows of `records` with whole previews, found the plain way: each stream is kept whole between its breaks. */
export function referenceHits(records: readonly CaptureRow[], pattern: BytePattern, scope: CaptureScope): FoundPlace[] {
  const found: FoundPlace[] = []
  const streams = new Map<string, DataRow[]>()
  const end = (key: string): void => {
    const chunks = streams.get(key) ?? []
    streams.delete(key)
    for (const { offset, length } of referenceSearch(pattern, Buffer.concat(chunks.map(({ preview }) => preview)))) {
      let before = 0
      const chunk = chunks.find((row) => offset < (before += row.length))
      if (chunk === undefined) throw new Error('A match begins behind the bytes.')
      const offsetInRecord = offset - (before - chunk.length)
      const { record, timeNs, connection, direction, streamOffset } = chunk
      const isSent = direction === 'sent'
      found.push({
        record,
        offsetInRecord,
        timeNs,
        connection,
        isSent,
        streamOffset: streamOffset + offsetInRecord,
        length,
      })
    }
  }
  for (const row of records) {
    if (row.kind === 'damage') for (const key of [...streams.keys()]) end(key)
    if (row.kind !== 'data') continue
    const key = `${row.connection} ${row.direction}`
    if (isInScope(row, scope)) streams.set(key, [...(streams.get(key) ?? []), row])
    else end(key)
  }
  for (const key of [...streams.keys()]) end(key)
  return found.sort((one, other) => one.record - other.record || one.offsetInRecord - other.offsetInRecord)
}
