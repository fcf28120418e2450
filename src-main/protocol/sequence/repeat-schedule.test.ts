import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatenessMeter } from './lateness-meter.ts'
import { RepeatSchedule } from './repeat-schedule.ts'

function dueTimes(schedule: RepeatSchedule, most: number): number[] {
  const times: number[] = []
  for (let due = schedule.dueMs; due !== null && times.length < most; due = schedule.dueMs) {
    times.push(due)
    schedule.advance(due)
  }
  return times
}

test('sendings are due at multiples of the interval from the start, to the last one', () => {
  const schedule = new RepeatSchedule({ intervalMs: 0.1, count: 100_000, jitterMs: 0 }, 1000, () => 0)
  const times = dueTimes(schedule, 1_000_000)
  expect([times.length, times[0], times.at(-1), schedule.dueMs]).toEqual([100_000, 1000, 1000 + 99_999 * 0.1, null])
})

test.each([
  ['up to 16 intervals are made up for', 10, 170, [20, 30]],
  ['up to 100 ms are made up for', 1, 101, [2, 3]],
  ['more than 16 intervals shift the plan', 10, 170.5, [180.5, 190.5]],
  ['more than 100 ms shift the plan', 1, 101.5, [102.5, 103.5]],
])('%s, and the count stays', (_name, intervalMs, secondSentMs, later) => {
  const schedule = new RepeatSchedule({ intervalMs, count: 4, jitterMs: 0 }, 0, () => 0)
  schedule.advance(0)
  schedule.advance(secondSentMs)
  expect(dueTimes(schedule, 10)).toEqual(later)
})

test('jitter moves each sending alone, never before the one before it, and does not add up', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 50, maxLength: 50 }), (chances) => {
      let next = 0
      const schedule = new RepeatSchedule({ intervalMs: 10, count: 50, jitterMs: 25 }, 0, () => chances[next++] ?? 0)
      const times = dueTimes(schedule, 50)
      expect(times.every((time, number) => number === 0 || time >= (times[number - 1] ?? 0))).toBe(true)
      expect(times.every((time, number) => Math.abs(time - number * 10) <= 25)).toBe(true)
    }),
  )
})

test('lateness: the median within its bucket, the worst exactly', () => {
  const meter = new LatenessMeter()
  expect(meter.summary).toBeNull()
  for (const late of [0.25, 0.25, 0.25, -3, 1500.5]) meter.add(late)
  expect(meter.summary).toEqual({ medianMs: 0.2, worstMs: 1500.5 })
})

test('lateness above 100 ms is known to two percent', () => {
  fc.assert(
    fc.property(fc.double({ min: 100, max: 60_000, noNaN: true }), (late) => {
      const meter = new LatenessMeter()
      meter.add(late)
      const median = meter.summary?.medianMs ?? 0
      expect(median).toBeGreaterThan(late * 0.979)
      expect(median).toBeLessThanOrEqual(late)
    }),
  )
})
