import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import type { JobSnapshot } from '../../src-main/contract/schemas/job.ts'

/** Jobs that are as far as a test says. */
export class FakeJobs {
  jobs: JobSnapshot[] = []
  /** What the exports were asked for with. */
  readonly exports: unknown[] = []
  readonly #events: EventHub
  #lastNumber = 0

  constructor(events: EventHub) {
    this.#events = events
  }

  /** A job that has just begun. */
  begin(changed: Partial<JobSnapshot> = {}): JobSnapshot {
    this.#lastNumber += 1
    const job: JobSnapshot = {
      jobId: `job-${this.#lastNumber}`,
      kind: 'export',
      subject: 'A capture',
      captureId: 'capture-1',
      state: 'running',
      doneBytes: 0,
      totalBytes: 1000,
      startedAtUnixUs: this.#lastNumber,
      error: null,
      result: null,
      ...changed,
    }
    this.jobs.push(job)
    this.#events.publish('job.changed', job)
    return job
  }

  change(jobId: string, changed: Partial<JobSnapshot>): JobSnapshot {
    const job = { ...this.#find(jobId), ...changed }
    this.jobs = this.jobs.map((other) => (other.jobId === jobId ? job : other))
    this.#events.publish('job.changed', job)
    return job
  }

  handlers() {
    return {
      'job.list': () => [...this.jobs],
      'job.cancel': ({ jobId }) => this.change(jobId, { state: 'cancelled' }),
      'job.dismiss': ({ jobId }) => {
        this.#find(jobId)
        this.jobs = this.jobs.filter((job) => job.jobId !== jobId)
        return {}
      },
      'capture.export': (request) => {
        this.exports.push(request)
        return this.begin({ captureId: request.captureId })
      },
      'capture.check': ({ captureId }) => this.begin({ kind: 'check', captureId }),
    } satisfies Partial<CommandHandlers>
  }

  #find(jobId: string): JobSnapshot {
    const job = this.jobs.find((other) => other.jobId === jobId)
    if (job === undefined) throw new WirebenchError('job-not-found', { jobId })
    return job
  }
}
