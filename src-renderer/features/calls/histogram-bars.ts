import type { CallStatistics } from '../../../src-main/contract/schemas/call.ts'

type Bucket = NonNullable<CallStatistics['latency']>['buckets'][number]

/** A bar of a histogram: its place from left to right and its height, all from 0 to 1. */
export interface HistogramBar extends Bucket {
  readonly left: number
  readonly width: number
  readonly height: number
}

/**
 * Bars over a logarithmic axis, so that a few slow answers among many fast ones are both seen. The highest bar has height 1;
 * no bar with something in it is lower than `least`.
 */
export function histogramBars(buckets: readonly Bucket[], least = 0.02): readonly HistogramBar[] {
  const first = buckets[0]
  const last = buckets.at(-1)
  if (first === undefined || last === undefined) return []
  // A bucket that begins at nothing has no logarithm: it is drawn as wide as an octave.
  const positionOf = (bucket: Bucket): readonly [number, number] => {
    const end = Math.log2(Math.max(bucket.toMs, Number.MIN_VALUE))
    return [bucket.fromMs > 0 ? Math.log2(bucket.fromMs) : end - 1, end]
  }
  const [start] = positionOf(first)
  const [, end] = positionOf(last)
  const span = Math.max(end - start, 1)
  const offset = (span - (end - start)) / 2
  const most = Math.max(...buckets.map(({ count }) => count))
  return buckets.map((bucket) => {
    const [from, to] = positionOf(bucket)
    return {
      ...bucket,
      left: (from - start + offset) / span,
      width: (to - from) / span,
      height: Math.max(least, bucket.count / most),
    }
  })
}
