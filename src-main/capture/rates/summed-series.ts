import { maximumRateConnections, type CaptureRates, type RateSeries } from '../../contract/schemas/capture-rates.ts'
import type { IntervalRow } from './interval-ladder.ts'
import type { ByteSeries, RateTable } from './rate-table.ts'

/** A series of an answer, being added up. */
interface Sums extends RateSeries {
  readonly sentBytes: number[]
  readonly receivedBytes: number[]
}

/**
 * Adds tables up into the intervals of an answer, each of which holds whole intervals of the tables. A connection is told
 * apart where every table does so, those with the lowest numbers first.
 */
export function sumTables(
  row: IntervalRow,
  tables: readonly RateTable[],
): Pick<CaptureRates, 'total' | 'connections' | 'otherConnectionCount'> {
  const total = emptySums(row.count)
  const sums = new Map<number, Sums>()
  const others = new Set<number>()
  for (const table of tables) {
    addSeries(total, row, table, table.total)
    for (const connection of table.others) others.add(connection)
    for (const [connection, series] of table.connections) {
      const known = sums.get(connection) ?? emptySums(row.count)
      if (addSeries(known, row, table, series) > 0) sums.set(connection, known)
    }
  }
  // Where a table counted it among the others, its series would lack that.
  const isWhole = ([connection]: [number, Sums]): boolean => tables.every((table) => table.tellsApart(connection))
  const whole = [...sums].filter(isWhole).sort(([one], [other]) => one - other)
  for (const [connection] of whole.splice(maximumRateConnections)) others.add(connection)
  const connections = whole.map(([connection, series]) => ({ connection, ...series }))
  return { total, connections, otherConnectionCount: others.size }
}

function emptySums(count: number): Sums {
  return { sentBytes: new Array<number>(count).fill(0), receivedBytes: new Array<number>(count).fill(0) }
}

/** Gives the bytes that were added. */
function addSeries(sums: Sums, row: IntervalRow, table: RateTable, series: ByteSeries): number {
  return (
    addValues(sums.sentBytes, row, table, series.sentBytes) +
    addValues(sums.receivedBytes, row, table, series.receivedBytes)
  )
}

function addValues(sums: number[], row: IntervalRow, table: RateTable, values: Float64Array): number {
  const { intervalNs } = table
  const first = Math.max(0, (row.fromNs - table.fromNs) / intervalNs)
  const end = Math.min(values.length, (row.fromNs + row.count * row.intervalNs - table.fromNs) / intervalNs)
  let added = 0
  for (let at = first; at < end; at++) {
    const value = values[at] ?? 0
    if (value === 0) continue
    const into = Math.floor((table.fromNs + at * intervalNs - row.fromNs) / row.intervalNs)
    sums[into] = (sums[into] ?? 0) + value
    added += value
  }
  return added
}
