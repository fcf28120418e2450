import { WirebenchError } from '../../../contract/errors.ts'
import type { JobResult, JobSnapshot } from '../../../contract/schemas/job.ts'
import { interrupted } from '../interrupted.ts'
import type { CaptureActionContext } from './capture-action.ts'

/** Time between two notes on how far it is. */
const noteIntervalMs = 2000

/**
 * Begins a job, waits for its end and gives its result; how far it is goes to stderr from time to time. The wish to end the
 * program cancels it. Errors: why it failed; `cancelled`.
 */
export async function runJob(
  { link, report, io }: CaptureActionContext,
  begin: () => Promise<JobSnapshot>,
): Promise<JobResult> {
  const told = new Map<string, JobSnapshot>()
  let wake: () => void = () => undefined
  const unsubscribe = link.subscribe('job.changed', null, (job) => {
    told.set(job.jobId, job)
    wake()
  })
  const interruption = interrupted(io)
  try {
    const begun = await begin()
    const cancelling = interruption.wait().then(() => link.call('job.cancel', { jobId: begun.jobId }))
    cancelling.catch(() => undefined)
    let notedAtMs = performance.now()
    for (;;) {
      const job = told.get(begun.jobId) ?? begun
      if (job.state === 'done' && job.result !== null) return job.result
      if (job.state === 'failed' && job.error !== null) throw WirebenchError.fromShape(job.error)
      if (job.state !== 'running') throw new WirebenchError('cancelled')
      if (performance.now() - notedAtMs >= noteIntervalMs && job.totalBytes > 0) {
        notedAtMs = performance.now()
        await report.note(`${Math.floor((job.doneBytes / job.totalBytes) * 100)} %`)
      }
      if (told.get(begun.jobId) !== job && told.has(begun.jobId)) continue
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    interruption.forget()
    unsubscribe()
  }
}
