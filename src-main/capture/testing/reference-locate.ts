import type { CapturePlace, CaptureRow } from '../../contract/schemas/capture.ts'
import type { Direction } from '../../contract/schemas/common.ts'

/** Offsets of the bytes of a row. */
export function offsetsOf(row: CaptureRow, streams: ReadonlyMap<string, readonly number[]>): readonly number[] {
  if (row.kind === 'event' || row.kind === 'damage') return []
  if (row.kind === 'bytes') return row.bytes.length === 0 ? [] : Array.from(row.bytes, (_, at) => row.streamOffset + at)
  if (row.kind === 'data') return Array.from({ length: row.length }, (_, at) => row.streamOffset + at)
  const offsets = streams.get(`${row.connection} ${row.direction}`) ?? []
  const first = offsets.indexOf(row.streamOffset)
  return offsets.slice(first, first + row.length)
}

/** Offsets of the bytes of each direction of each connection. */
export function streamsOf(records: readonly CaptureRow[]): ReadonlyMap<string, readonly number[]> {
  const streams = new Map<string, number[]>()
  for (const row of records) {
    if (row.kind !== 'data') continue
    const key = `${row.connection} ${row.direction}`
    const offsets = streams.get(key) ?? []
    streams.set(key, offsets)
    for (let at = 0; at < row.length; at++) offsets.push(row.streamOffset + at)
  }
  return streams
}

/** A row with the offsets of its bytes. */
interface Covering {
  readonly row: CaptureRow
  readonly offsets: ReadonlySet<number>
}

/** Finds rows of a view the plain way, given all rows of `records`. */
export function referenceLocate(records: readonly CaptureRow[], rows: readonly CaptureRow[]) {
  const streams = streamsOf(records)
  const covering: Covering[] = rows.map((row) => ({ row, offsets: new Set(offsetsOf(row, streams)) }))
  const orNull = (index: number): number | null => (index < 0 ? null : index)
  const ofByte = (direction: Direction, offset: number): number | null =>
    orNull(
      covering.findIndex(
        ({ row, offsets }) => 'direction' in row && row.direction === direction && offsets.has(offset),
      ),
    )
  return (place: CapturePlace): number | null => {
    switch (place.kind) {
      case 'time':
        return orNull(rows.findIndex(({ timeNs }) => timeNs >= place.timeNs))
      case 'byte':
        return ofByte(place.direction, place.streamOffset)
      case 'message':
        return orNull(
          rows.findIndex(
            (row) => row.kind === 'message' && row.direction === place.direction && row.number === place.number,
          ),
        )
      case 'record': {
        const record = records[place.record]
        if (record === undefined) return null
        const own = rows.findIndex(
          (row) => (row.kind === 'data' || row.kind === record.kind) && row.record === place.record,
        )
        if (own >= 0 || record.kind !== 'data') return orNull(own)
        return place.offsetInRecord < record.length
          ? ofByte(record.direction, record.streamOffset + place.offsetInRecord)
          : null
      }
    }
  }
}
