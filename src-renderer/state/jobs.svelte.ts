import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { CommandInput } from '../../src-main/contract/commands.ts'
import type { Link } from '../../src-main/contract/connect.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { JobSnapshot } from '../../src-main/contract/schemas/job.ts'

/** Told a job that has ended while this window was open. `isOwn`: this window began it. */
export type JobListener = (job: JobSnapshot, isOwn: boolean) => void

/** Exports, imports and checks: those at work, and those that ended and were not dismissed. */
export class JobStore {
  readonly #link: Link
  readonly #jobs = new SvelteMap<string, JobSnapshot>()
  readonly #dismissed = new SvelteSet<string>()
  /** Jobs that this window began. */
  readonly #own = new SvelteSet<string>()
  readonly #listeners = new Set<JobListener>()
  #unsubscribe: (() => void) | null = null

  constructor(link: Link) {
    this.#link = link
  }

  /** Newest first. */
  get list(): readonly JobSnapshot[] {
    return [...this.#jobs.values()].sort((one, other) => other.startedAtUnixUs - one.startedAtUnixUs)
  }

  get running(): readonly JobSnapshot[] {
    return this.list.filter(({ state }) => state === 'running')
  }

  find(jobId: string): JobSnapshot | null {
    return this.#jobs.get(jobId) ?? null
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#link.subscribe('job.changed', null, (job) => this.#take(job))
    for (const job of await this.#link.call('job.list', {})) {
      // What an event told meanwhile is newer.
      if (!this.#jobs.has(job.jobId)) this.#take(job)
    }
  }

  /** Is told every job that ends, until the answered function is called. */
  onEnded(listener: JobListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Begins an export. Errors: those of `capture.export`. */
  async export(request: CommandInput<'capture.export'>): Promise<JobSnapshot> {
    return this.#begin(await this.#link.call('capture.export', request))
  }

  /** Begins an import. Errors: those of `capture.import`. */
  async import(request: CommandInput<'capture.import'>): Promise<JobSnapshot> {
    return this.#begin(await this.#link.call('capture.import', request))
  }

  /** Begins a check of a whole capture. Errors: those of `capture.check`. */
  async check(captureId: string): Promise<JobSnapshot> {
    return this.#begin(await this.#link.call('capture.check', { captureId }))
  }

  /** Ends a job; what it made so far is removed. */
  async cancel(jobId: string): Promise<void> {
    this.#take(await this.#link.call('job.cancel', { jobId }))
  }

  /** Takes an ended job out of sight. */
  async dismiss(jobId: string): Promise<void> {
    try {
      await this.#link.call('job.dismiss', { jobId })
    } catch (thrown) {
      // Another window may have been faster.
      if (!(thrown instanceof WirebenchError && thrown.code === 'job-not-found')) throw thrown
    }
    this.#dismissed.add(jobId)
    this.#jobs.delete(jobId)
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
    this.#listeners.clear()
  }

  #begin(job: JobSnapshot): JobSnapshot {
    this.#own.add(job.jobId)
    const known = this.#jobs.get(job.jobId)
    // A short job may be told to have ended before the answer is here.
    if (known === undefined) this.#take(job)
    else if (known.state !== 'running') this.#tell(known)
    return job
  }

  #take(job: JobSnapshot): void {
    const known = this.#jobs.get(job.jobId)
    const isOlder = known !== undefined && known.state !== 'running' && job.state === 'running'
    if (isOlder || this.#dismissed.has(job.jobId)) return
    this.#jobs.set(job.jobId, job)
    if (known?.state === 'running' && job.state !== 'running') this.#tell(job)
  }

  #tell(job: JobSnapshot): void {
    for (const listener of this.#listeners) listener(job, this.#own.has(job.jobId))
  }
}
