import type { CommandHandlers } from '../../contract/command-handlers.ts'
import type { JobService } from '../jobs/job-service.ts'

/** Answers `job.*`. */
export function jobCommands(jobs: JobService) {
  return {
    'job.list': () => jobs.list(),
    'job.cancel': ({ jobId }) => jobs.cancel(jobId),
    'job.dismiss': ({ jobId }) => {
      jobs.dismiss(jobId)
      return {}
    },
  } satisfies Partial<CommandHandlers>
}
