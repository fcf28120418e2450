import type { CaptureRates, RateSeries } from '../../../src-main/contract/schemas/capture-rates.ts'

/** Stands for all connections without a series of their own. */
export const otherConnections = -1

/** Bytes per interval of what is counted, and which connection that is. */
export interface ConnectionSeries extends RateSeries {
  readonly connection: number
}

/** One line of the chart: bytes in a second, interval by interval. */
export interface ChartLine {
  readonly key: string
  readonly kind: 'sent' | 'received' | 'connection'
  readonly connection: number | null
  /** Number of its colour: it stays when other lines are hidden. */
  readonly colour: number
  readonly bytesPerSecond: readonly number[]
}

/** The connections of an answer, and what is left when they are taken from the total as one more, where there is any. */
export function seriesOf(rates: CaptureRates): readonly ConnectionSeries[] {
  const rest = {
    connection: otherConnections,
    sentBytes: [...rates.total.sentBytes],
    receivedBytes: [...rates.total.receivedBytes],
  }
  for (const { sentBytes, receivedBytes } of rates.connections) {
    subtract(rest.sentBytes, sentBytes)
    subtract(rest.receivedBytes, receivedBytes)
  }
  const hasRest = [...rest.sentBytes, ...rest.receivedBytes].some((bytes) => bytes > 0)
  return hasRest ? [...rates.connections, rest] : rates.connections
}

/** Bytes of the connections that are not hidden. */
export function sumShown(rates: CaptureRates, hidden: ReadonlySet<number>): RateSeries {
  const series = seriesOf(rates)
  if (!series.some(({ connection }) => hidden.has(connection))) return rates.total
  const count = rates.total.sentBytes.length
  const sums = { sentBytes: new Array<number>(count).fill(0), receivedBytes: new Array<number>(count).fill(0) }
  for (const one of series) {
    if (hidden.has(one.connection)) continue
    add(sums.sentBytes, one.sentBytes)
    add(sums.receivedBytes, one.receivedBytes)
  }
  return sums
}

/** The lines to draw: one per direction, or one per connection with both directions together. */
export function linesOf(
  rates: CaptureRates,
  hidden: ReadonlySet<number>,
  kind: 'directions' | 'connections',
): readonly ChartLine[] {
  const perSecond = (bytes: readonly number[]): number[] => bytes.map((count) => (count * 1e9) / rates.intervalNs)
  if (kind === 'directions') {
    const { sentBytes, receivedBytes } = sumShown(rates, hidden)
    return [
      { key: 'received', kind: 'received', connection: null, colour: 0, bytesPerSecond: perSecond(receivedBytes) },
      { key: 'sent', kind: 'sent', connection: null, colour: 0, bytesPerSecond: perSecond(sentBytes) },
    ]
  }
  return seriesOf(rates).flatMap(({ connection, sentBytes, receivedBytes }, colour) => {
    if (hidden.has(connection)) return []
    const both = [...sentBytes]
    add(both, receivedBytes)
    return [
      { key: String(connection), kind: 'connection' as const, connection, colour, bytesPerSecond: perSecond(both) },
    ]
  })
}

/** A row of the table: some intervals together. */
export interface TableRow {
  readonly fromNs: number
  readonly lengthNs: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** The intervals as at most `most` rows; those in which nothing was sent or received are left out. */
export function tableRows(rates: CaptureRates, hidden: ReadonlySet<number>, most: number): readonly TableRow[] {
  const { sentBytes, receivedBytes } = sumShown(rates, hidden)
  const width = Math.max(1, Math.ceil(sentBytes.length / most))
  const rows: TableRow[] = []
  for (let at = 0; at < sentBytes.length; at += width) {
    const row = {
      fromNs: rates.fromNs + at * rates.intervalNs,
      lengthNs: Math.min(width, sentBytes.length - at) * rates.intervalNs,
      sentBytes: sum(sentBytes.slice(at, at + width)),
      receivedBytes: sum(receivedBytes.slice(at, at + width)),
    }
    if (row.sentBytes + row.receivedBytes > 0) rows.push(row)
  }
  return rows
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

function add(into: number[], values: readonly number[]): void {
  for (const [at, value] of values.entries()) into[at] = (into[at] ?? 0) + value
}

function subtract(from: number[], values: readonly number[]): void {
  for (const [at, value] of values.entries()) from[at] = Math.max(0, (from[at] ?? 0) - value)
}
