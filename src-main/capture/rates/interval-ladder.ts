/** The shortest interval: over less, a rate says nothing. 64 of them are a millisecond. */
export const shortestIntervalNs = 15_625
/** Times at and behind this, 99 days, count as just before it: no interval is longer than a number is exact. */
export const endOfTimeNs = shortestIntervalNs * 2 ** 39

/** Intervals side by side. */
export interface IntervalRow {
  /** Where the first begins, a multiple of `intervalNs`. */
  readonly fromNs: number
  readonly intervalNs: number
  readonly count: number
}

/**
 * The shortest intervals, not shorter than `leastNs`, of which at most `most` cover `[fromNs, toNs)`. Their length is
 * `leastNs` (itself the shortest interval doubled some times) doubled some times, and each begins at a multiple of it. None
 * for an empty range.
 */
export function coverWithIntervals(
  fromNs: number,
  toNs: number,
  most: number,
  leastNs = shortestIntervalNs,
): IntervalRow {
  const from = Math.min(fromNs, endOfTimeNs)
  const to = Math.min(toNs, endOfTimeNs)
  let intervalNs = leastNs
  if (to <= from) return { fromNs: Math.floor(from / intervalNs) * intervalNs, intervalNs, count: 0 }
  const countOf = (): number => Math.floor((to - 1) / intervalNs) - Math.floor(from / intervalNs) + 1
  while (countOf() > most) intervalNs *= 2
  return { fromNs: Math.floor(from / intervalNs) * intervalNs, intervalNs, count: countOf() }
}
