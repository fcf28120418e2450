import type { JobSnapshot } from '../../../src-main/contract/schemas/job.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'

/** The newest check of a capture, whatever came of it; null when there is none. `jobs` with the newest first. */
export function lastCheckOf(jobs: readonly JobSnapshot[], captureId: string): JobSnapshot | null {
  return jobs.find((job) => job.kind === 'check' && job.captureId === captureId) ?? null
}

/** Begins to check a whole capture, in place of a check that ended before. What comes of it is told with the jobs. */
export async function checkCapture(workbench: Workbench, captureId: string): Promise<void> {
  const { jobs } = workbench
  await workbench.attempt(async () => {
    const before = lastCheckOf(jobs.list, captureId)
    if (before?.state === 'running') return
    if (before !== null) await jobs.dismiss(before.jobId)
    await jobs.check(captureId)
  })
}
