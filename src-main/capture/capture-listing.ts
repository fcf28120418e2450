import type { CaptureSummary } from '../contract/schemas/capture.ts'
import { captureIdOf, captureIdOfMark } from './capture-paths.ts'
import { inParallel } from './in-parallel.ts'
import type { SummaryCache } from './summary-cache.ts'

/** Captures looked at together while they are listed. */
const parallelSummaries = 16

/** Which captures are listed. */
export interface ListedCaptures {
  /** Names of what is in the folder. */
  readonly fileNames: readonly string[]
  /** Captures elsewhere. */
  readonly foreignIds: readonly string[]
  /** Forgets those that are gone. */
  readonly cache: SummaryCache
}

/** All of them, newest first. `summarize` gives null for one that is gone meanwhile. */
export async function listCaptures(
  { fileNames, foreignIds, cache }: ListedCaptures,
  summarize: (captureId: string, isMarked: boolean) => Promise<CaptureSummary | null>,
): Promise<readonly CaptureSummary[]> {
  const kept = fileNames.map(captureIdOf).filter((captureId) => captureId !== null)
  const captureIds = [...kept, ...foreignIds]
  const marked = new Set(fileNames.map(captureIdOfMark))
  cache.keepOnly(new Set(kept))
  const summaries = await inParallel(captureIds, parallelSummaries, (captureId) =>
    summarize(captureId, marked.has(captureId)),
  )
  return summaries.filter((summary) => summary !== null).sort(newestFirst)
}

/** Orders captures by their beginning, the newest first. */
function newestFirst(a: CaptureSummary, b: CaptureSummary): number {
  return b.startedAtUnixUs - a.startedAtUnixUs || (a.captureId < b.captureId ? 1 : -1)
}
