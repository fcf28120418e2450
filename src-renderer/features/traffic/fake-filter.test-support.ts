import type { BytePatternInput, CaptureFilterInput } from '../../../src-main/contract/schemas/capture-filter.ts'
import type { CapturePlace, CaptureRow } from '../../../src-main/contract/schemas/capture.ts'

/** Where a pattern is found in bytes, as begin and length. Hex takes no wildcards here. */
export function findPattern(bytes: Uint8Array, pattern: BytePatternInput): readonly { at: number; length: number }[] {
  const latin1 = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  const flags = pattern.kind !== 'hex' && pattern.ignoresCase === true ? 'gi' : 'g'
  return [...latin1.matchAll(new RegExp(sourceOf(pattern), flags))].map((match) => ({
    at: match.index,
    length: match[0].length,
  }))
}

function sourceOf(pattern: BytePatternInput): string {
  if (pattern.kind === 'expression') return pattern.source
  if (pattern.kind === 'hex') return pattern.hex.replaceAll(' ', '').replaceAll(/../g, (digits) => `\\x${digits}`)
  return pattern.text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** Whether a row of the `records` or `messages` view passes, as the engine decides it. `bytes` are those of the row. */
export function passes(row: CaptureRow, bytes: Uint8Array, filter: CaptureFilterInput): boolean {
  const { scope = {}, showsEvents = true, content = null, contentIsExcluded = false } = filter
  if (row.kind === 'damage') return true
  if (scope.connections && !scope.connections.includes(row.connection)) return false
  if (row.timeNs < (scope.fromNs ?? 0) || row.timeNs > (scope.toNs ?? Infinity)) return false
  if (row.kind === 'event') return showsEvents
  if (row.kind === 'bytes') return true
  if (scope.direction && row.direction !== scope.direction) return false
  if (row.length < (scope.minimumBytes ?? 0) || row.length > (scope.maximumBytes ?? Infinity)) return false
  return content === null || findPattern(bytes, content).length > 0 !== contentIsExcluded
}

/** The number of the row at a place; null when there is none. */
export function locateIn(rows: readonly CaptureRow[], place: CapturePlace): number | null {
  const index = rows.findIndex((row) => {
    if (place.kind === 'time') return row.timeNs >= place.timeNs
    if (place.kind === 'message')
      return row.kind === 'message' && row.direction === place.direction && row.number === place.number
    if (place.kind === 'byte') {
      if (row.kind === 'event' || row.kind === 'damage' || row.direction !== place.direction) return false
      const length = row.kind === 'bytes' ? row.bytes.length : row.length
      return row.streamOffset <= place.streamOffset && place.streamOffset < row.streamOffset + length
    }
    if (row.record !== place.record) return false
    if (row.kind !== 'bytes') return true
    return place.offsetInRecord < row.offsetInRecord + row.bytes.length
  })
  return index < 0 ? null : index
}
