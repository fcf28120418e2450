import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatencyHistogram } from './latency-histogram.ts'

function histogramOf(times: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const time of times) histogram.record(time)
  return histogram
}

test('nothing recorded has no summary', () => {
  expect(new LatencyHistogram().summary()).toBeNull()
})

test('one time is every percentile', () => {
  expect(histogramOf([3]).summary()).toEqual({
    ...{ minimumMs: 3, meanMs: 3, p50Ms: 3, p90Ms: 3, p99Ms: 3, p999Ms: 3, maximumMs: 3 },
    buckets: [{ fromMs: 3, toMs: 4, count: 1 }],
  })
})

test('buckets are half an octave wide and leave the empty ones out', () => {
  expect(histogramOf([1, 1.4, 1.5, 1.99, 2, 100]).summary()?.buckets).toEqual([
    { fromMs: 1, toMs: 1.5, count: 2 },
    { fromMs: 1.5, toMs: 2, count: 2 },
    { fromMs: 2, toMs: 3, count: 1 },
    { fromMs: 96, toMs: 128, count: 1 },
  ])
})

test('percentiles are within 2 % of those of the sorted list; the ends and the mean are exact', () => {
  const times = fc.array(
    fc.oneof(fc.double({ min: 0.001, max: 100, noNaN: true }), fc.double({ min: 100, max: 8.64e7, noNaN: true })),
    {
      minLength: 1,
      maxLength: 2000,
    },
  )
  fc.assert(
    fc.property(times, (list) => {
      const summary = histogramOf(list).summary()!
      const sorted = [...list].sort((first, second) => first - second)
      const exact = (part: number): number => sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1]!
      const pairs = [
        [summary.p50Ms, exact(0.5)],
        [summary.p90Ms, exact(0.9)],
        [summary.p99Ms, exact(0.99)],
        [summary.p999Ms, exact(0.999)],
      ] as const
      for (const [given, right] of pairs) expect(Math.abs(given - right) / right).toBeLessThanOrEqual(0.02)
      expect([summary.minimumMs, summary.maximumMs]).toEqual([sorted[0], sorted.at(-1)])
      expect(summary.meanMs).toBeCloseTo(
        list.reduce((sum, time) => sum + time / list.length, 0),
        3,
      )
      expect(summary.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(list.length)
      for (const { fromMs, toMs, count } of summary.buckets) {
        expect(list.filter((time) => time >= fromMs && time < toMs)).toHaveLength(count)
      }
    }),
  )
})

test('times that no bucket has are counted at the ends', () => {
  const { minimumMs, p50Ms, maximumMs } = histogramOf([-1, 0, 1e12]).summary()!
  expect([minimumMs, maximumMs]).toEqual([0, 1e12])
  expect(p50Ms).toBeLessThan(1e-5)
})
