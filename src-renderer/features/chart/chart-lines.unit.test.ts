import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CaptureRates } from '../../../src-main/contract/schemas/capture-rates.ts'
import { linesOf, otherConnections, seriesOf, sumShown, tableRows } from './chart-lines.ts'
import { formatChartTime } from './chart-times.ts'

const rates: CaptureRates = {
  fromNs: 1e9,
  intervalNs: 5e8,
  total: { sentBytes: [10, 0, 4], receivedBytes: [0, 0, 9] },
  connections: [
    { connection: 1, sentBytes: [7, 0, 0], receivedBytes: [0, 0, 9] },
    { connection: 2, sentBytes: [1, 0, 4], receivedBytes: [0, 0, 0] },
  ],
  otherConnectionCount: 3,
  lastTimeNs: 2.4e9,
  scannedBytes: 10,
  totalBytes: 10,
  complete: true,
}

test('what no connection has of the total is one more', () => {
  expect(seriesOf(rates).at(-1)).toEqual({
    connection: otherConnections,
    sentBytes: [2, 0, 0],
    receivedBytes: [0, 0, 0],
  })
  expect(seriesOf({ ...rates, total: sumShown(rates, new Set([otherConnections])) })).toEqual(rates.connections)
})

test('lines are bytes in a second of what is not hidden; a colour stays with its connection', () => {
  expect(linesOf(rates, new Set([1]), 'directions').map(({ kind, bytesPerSecond }) => [kind, bytesPerSecond])).toEqual([
    ['received', [0, 0, 0]],
    ['sent', [6, 0, 8]],
  ])
  expect(linesOf(rates, new Set([1]), 'connections').map(({ key, colour }) => [key, colour])).toEqual([
    ['2', 1],
    ['-1', 2],
  ])
})

test('the rows of a table hold every byte, however few they are', () => {
  const values = fc.array(fc.tuple(fc.nat(3), fc.nat(1000)), { maxLength: 300 })
  const property = fc.property(values, fc.integer({ min: 1, max: 120 }), (pairs, most) => {
    const total = { sentBytes: pairs.map(([sent]) => sent), receivedBytes: pairs.map(([, received]) => received) }
    const rows = tableRows({ ...rates, total, connections: [] }, new Set(), most)
    const sum = (all: readonly number[]): number => all.reduce((before, value) => before + value, 0)
    expect(rows.length).toBeLessThanOrEqual(most)
    expect(sum(rows.map(({ sentBytes }) => sentBytes))).toBe(sum(total.sentBytes))
    expect(sum(rows.map(({ receivedBytes }) => receivedBytes))).toBe(sum(total.receivedBytes))
  })
  fc.assert(property, { seed: 23, numRuns: 200 })
  expect(tableRows(rates, new Set(), 2)).toEqual([
    { fromNs: 1e9, lengthNs: 1e9, sentBytes: 10, receivedBytes: 0 },
    { fromNs: 2e9, lengthNs: 5e8, sentBytes: 4, receivedBytes: 9 },
  ])
})

test('times are as exact as the step between them', () => {
  const began = new Date(2026, 10, 20, 10, 2, 31).getTime() * 1000
  const at = (stepNs: number): string => formatChartTime(began, 250_125_000, stepNs)
  expect([60e9, 1e9, 1e8, 1e6, 1000].map(at)).toEqual([
    '10:02',
    '10:02:31',
    '10:02:31.2',
    '10:02:31.250',
    '10:02:31.250125',
  ])
})
