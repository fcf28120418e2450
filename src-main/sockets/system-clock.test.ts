import { afterEach, expect, test, vi } from 'vitest'
import { SystemClock } from './system-clock.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('after the machine has slept, or its clock was set, the wall clock counts', () => {
  const inAnHourMs = Date.now() + 3_600_000
  vi.spyOn(Date, 'now').mockReturnValue(inAnHourMs)
  expect(new SystemClock().unixMicroseconds()).toBe(inAnHourMs * 1000)
})

test('while both clocks agree, the finer one counts', () => {
  vi.spyOn(performance, 'now').mockReturnValue(5000.25)
  vi.spyOn(Date, 'now').mockReturnValue(Math.floor(performance.timeOrigin + 5000))
  expect(new SystemClock().unixMicroseconds()).toBe(Math.round((performance.timeOrigin + 5000.25) * 1000))
})
