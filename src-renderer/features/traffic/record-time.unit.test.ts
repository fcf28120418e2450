import { describe, expect, it } from 'vitest'
import { formatDelta, formatExactTime, formatTimeOfDay, recordUnixUs } from './record-time.ts'

const startedAt = new Date(2026, 10, 20, 10, 2, 17, 201).getTime() * 1000 + 118

describe('times of records', () => {
  it('adds the monotonic offset to the wall clock of the beginning', () => {
    expect([recordUnixUs(startedAt, 0), recordUnixUs(startedAt, 2_422_999)]).toEqual([startedAt, startedAt + 2422])
  })

  it('prints the local time of day to the microsecond', () => {
    expect([formatTimeOfDay(startedAt), formatTimeOfDay(startedAt + 58_798_883)]).toEqual([
      '10:02:17.201 118',
      '10:03:16.000 001',
    ])
  })

  it('prints the exact time with date, nanoseconds and zone', () => {
    expect(formatExactTime(startedAt, 1_042)).toMatch(/^2026-11-20 10:02:17\.201 119 042 [+-]\d\d:\d\d$/)
  })

  it('prints the difference to the row before', () => {
    expect([
      formatDelta(null, 5),
      formatDelta(0, 2_400_000),
      formatDelta(0, 2_320_000_000),
      formatDelta(9_000, 4_000),
      formatDelta(0, 558_000_000_000),
      formatDelta(0, 7_384_000_000_000),
    ]).toEqual(['', '+2.4 ms', '+2.32 s', '-5 µs', '+9m 18s', '+2h 3m'])
  })
})
