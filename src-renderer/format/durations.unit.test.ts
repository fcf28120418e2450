import { expect, it } from 'vitest'
import { formatDuration } from './durations.ts'

it('scales durations from microseconds to hours', () => {
  const durations = [0.0004, 0.012, 0.2, 2, 77.7, 99.96, 393, 999.6, 2320, 12_340, 59_960, 185_000, 7_384_000]
  expect(durations.map(formatDuration)).toEqual([
    '0 µs',
    '12 µs',
    '0.2 ms',
    '2 ms',
    '77.7 ms',
    '100 ms',
    '393 ms',
    '1.00 s',
    '2.32 s',
    '12.3 s',
    '1 min 0 s',
    '3 min 5 s',
    '2 h 3 min',
  ])
})
