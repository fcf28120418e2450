import type { CaptureLimits, LimitedCapture } from '../../contract/schemas/capture-keeping.ts'
import type { CaptureSummary } from '../../contract/schemas/capture.ts'

const dayUs = 24 * 3600 * 1_000_000

/**
 * Which captures limits would remove, oldest first, each with the limit that it is beyond. An imported capture is as old as its
 * import. Live captures, opened files, and captures that cannot be opened are none of them and count for nothing. The newest
 * capture is never too large by itself.
 */
export function beyondLimits(
  captures: readonly CaptureSummary[],
  { maximumAgeDays, maximumCount, maximumTotalBytes }: CaptureLimits,
  nowUnixUs: number,
): LimitedCapture[] {
  const counted = captures
    .filter(({ live, origin, problem }) => !live && origin.kind !== 'file' && problem === null)
    .sort((a, b) => keptSinceUnixUs(b) - keptSinceUnixUs(a) || (a.captureId < b.captureId ? 1 : -1))
  const oldestUs = maximumAgeDays === null ? Number.NEGATIVE_INFINITY : nowUnixUs - maximumAgeDays * dayUs
  let keptCount = 0
  let keptBytes = 0
  /** Older ones go first: no small old capture stays because a larger, newer one had to go. */
  let isFull = false
  const limitOf = (capture: CaptureSummary): LimitedCapture['by'] | null => {
    const { fileBytes } = capture.totals
    if (keptSinceUnixUs(capture) < oldestUs) return 'age'
    if (maximumCount !== null && keptCount >= maximumCount) return 'count'
    isFull ||= maximumTotalBytes !== null && keptCount > 0 && keptBytes + fileBytes > maximumTotalBytes
    if (isFull) return 'size'
    keptCount++
    keptBytes += fileBytes
    return null
  }
  const beyond: LimitedCapture[] = []
  for (const capture of counted) {
    const { captureId, name, startedAtUnixUs, totals } = capture
    const by = limitOf(capture)
    if (by !== null) beyond.push({ captureId, name, startedAtUnixUs, fileBytes: totals.fileBytes, by })
  }
  return beyond.reverse()
}

/** What is imported was on the wire long ago, maybe, and came to be kept only then. */
function keptSinceUnixUs({ origin, startedAtUnixUs }: CaptureSummary): number {
  return origin.kind === 'imported' ? (origin.importedAtUnixUs ?? startedAtUnixUs) : startedAtUnixUs
}
