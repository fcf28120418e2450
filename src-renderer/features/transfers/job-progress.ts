import type { JobSnapshot } from '../../../src-main/contract/schemas/job.ts'
import { jobWords as words } from '../../strings/transfers.ts'

/** How far jobs are together, in whole percent; 100 only when all is done. */
export function percentOf(jobs: readonly Pick<JobSnapshot, 'doneBytes' | 'totalBytes'>[]): number {
  const total = jobs.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
  const done = jobs.reduce((sum, { doneBytes, totalBytes }) => sum + Math.min(doneBytes, totalBytes), 0)
  return total === 0 ? 0 : Math.floor((done / total) * 100)
}

/** What the button of the jobs says. */
export function summarizeJobs(jobs: readonly JobSnapshot[]): string {
  const running = jobs.filter(({ state }) => state === 'running')
  const [only] = running
  if (only === undefined) return words.ended(jobs.length)
  if (running.length > 1) return words.several(running.length, percentOf(running))
  return words.summary(words.running[only.kind], percentOf(running))
}
