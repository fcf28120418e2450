import type { CaptureSummary } from '../contract/schemas/capture.ts'
import { captureIdOf, captureIdOfMark } from './capture-paths.ts'
import type { SummaryCache } from './summary-cache.ts'

/** Captures looked at together while they are listed. */
const parallelSummaries = 16

/** The captures whose files have these names, newest first. `summarize` gives null for one that is gone meanwhile. */
export async function listCaptures(
  fileNames: readonly string[],
  cache: SummaryCache,
  summarize: (captureId: string, isMarked: boolean) => Promise<CaptureSummary | null>,
): Promise<readonly CaptureSummary[]> {
  const captureIds = fileNames.map(captureIdOf).filter((captureId) => captureId !== null)
  const marked = new Set(fileNames.map(captureIdOfMark))
  cache.keepOnly(new Set(captureIds))
  const summaries: CaptureSummary[] = []
  let next = 0
  const summarizeNext = async (): Promise<void> => {
    for (let captureId = captureIds[next++]; captureId !== undefined; captureId = captureIds[next++]) {
      const summary = await summarize(captureId, marked.has(captureId))
      if (summary !== null) summaries.push(summary)
    }
  }
  await Promise.all(Array.from({ length: parallelSummaries }, summarizeNext))
  return summaries.sort(newestFirst)
}

/** Orders captures by their beginning, the newest first. */
export function newestFirst(a: CaptureSummary, b: CaptureSummary): number {
  return b.startedAtUnixUs - a.startedAtUnixUs || (a.captureId < b.captureId ? 1 : -1)
}
