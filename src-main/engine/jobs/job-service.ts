import { toErrorShape, WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { JobResult, JobSnapshot } from '../../contract/schemas/job.ts'
import type { Clock } from '../ports.ts'
import type { Pulse } from '../pulse.ts'

/** Jobs that may be at work at the same time. */
export const maximumRunningJobs = 8
/** Ended jobs that are kept until they are dismissed; beyond, the oldest go by themselves. */
const maximumEndedJobs = 64

/** What a job is told and what it tells while it is at work. */
export interface JobContext {
  /** Aborted when the job is cancelled, or the engine closes. */
  readonly signal: AbortSignal
  /** How far it is, in bytes of the source. */
  progress(doneBytes: number, totalBytes: number): void
}

/** A piece of work. It ends early, with any error, once its signal is aborted, and removes then what it made. */
export type JobWork = (context: JobContext) => Promise<JobResult>

export interface JobServiceOptions {
  readonly clock: Clock
  readonly events: EventHub
  readonly pulse: Pulse
}

interface Job {
  snapshot: JobSnapshot
  readonly cancellation: AbortController
  readonly ended: Promise<void>
}

/** The jobs of this engine's life: those at work, and those that ended and were not dismissed. */
export class JobService {
  readonly #options: JobServiceOptions
  readonly #jobs = new Map<string, Job>()
  #lastNumber = 0
  #isClosed = false

  constructor(options: JobServiceOptions) {
    this.#options = options
  }

  list(): JobSnapshot[] {
    return [...this.#jobs.values()].map(({ snapshot }) => snapshot)
  }

  /** Begins work and answers at once. Errors: `too-many-requests`; `cancelled` once it is closed: nobody would wait for the end. */
  begin(facts: Pick<JobSnapshot, 'kind' | 'subject' | 'captureId'>, work: JobWork): JobSnapshot {
    if (this.#isClosed) throw new WirebenchError('cancelled')
    const running = this.list().filter(({ state }) => state === 'running').length
    if (running >= maximumRunningJobs) {
      throw new WirebenchError('too-many-requests', { limit: maximumRunningJobs, what: 'jobs' })
    }
    const jobId = `job-${(this.#lastNumber += 1)}`
    const cancellation = new AbortController()
    const snapshot: JobSnapshot = {
      jobId,
      ...facts,
      state: 'running',
      doneBytes: 0,
      totalBytes: 0,
      startedAtUnixUs: this.#options.clock.unixMicroseconds(),
      error: null,
      result: null,
    }
    const context: JobContext = {
      signal: cancellation.signal,
      progress: (doneBytes, totalBytes) => this.#change(jobId, { doneBytes, totalBytes }),
    }
    // The work begins in a turn of its own, so that whoever asked knows the job before it tells anything.
    const ended = Promise.resolve().then(() => this.#run(jobId, work, context))
    this.#jobs.set(jobId, { snapshot, cancellation, ended })
    return snapshot
  }

  /** Ends a job and waits until it has cleared away what it made. Errors: `job-not-found`. */
  async cancel(jobId: string): Promise<JobSnapshot> {
    const job = this.#find(jobId)
    job.cancellation.abort()
    await job.ended
    return job.snapshot
  }

  /** Forgets a job that has ended. Errors: `job-not-found`, also for one at work. */
  dismiss(jobId: string): void {
    if (this.#find(jobId).snapshot.state === 'running') throw new WirebenchError('job-not-found', { jobId })
    this.#jobs.delete(jobId)
  }

  /** Cancels what is at work and waits for it. Nothing begins any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const job of this.#jobs.values()) job.cancellation.abort()
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended))
  }

  async #run(jobId: string, work: JobWork, context: JobContext): Promise<void> {
    try {
      context.signal.throwIfAborted()
      const result = await work(context)
      this.#end(jobId, { state: 'done', result })
    } catch (thrown) {
      if (context.signal.aborted) this.#end(jobId, { state: 'cancelled' })
      else this.#end(jobId, { state: 'failed', error: toErrorShape(thrown) })
    }
  }

  #end(jobId: string, change: Partial<JobSnapshot>): void {
    this.#change(jobId, change)
    this.#options.pulse.flush(`job ${jobId}`)
    const ended = this.list().filter(({ state }) => state !== 'running')
    for (const { jobId: oldest } of ended.slice(0, Math.max(0, ended.length - maximumEndedJobs))) {
      this.#jobs.delete(oldest)
    }
  }

  #change(jobId: string, change: Partial<JobSnapshot>): void {
    const job = this.#jobs.get(jobId)
    if (job === undefined) return
    job.snapshot = { ...job.snapshot, ...change }
    this.#options.pulse.mark(`job ${jobId}`, () => this.#options.events.publish('job.changed', job.snapshot))
  }

  #find(jobId: string): Job {
    const job = this.#jobs.get(jobId)
    if (job === undefined) throw new WirebenchError('job-not-found', { jobId })
    return job
  }
}
