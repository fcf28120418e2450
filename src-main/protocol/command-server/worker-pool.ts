/**
 * Which request is worked on when.
 *
 * Rules: so many workers; each takes the oldest request and is busy until it is released. A worker that has finished looks
 * at the queue at once; idle ones look every `pollIntervalMs`, all at the same moments (multiples of the interval). With an
 * interval of 0 they look at once. Nothing happens by itself: `take` answers what begins now, `wakeAtMs` when to ask again.
 */
import type { CommandServerSettings, ServerActivity } from '../../contract/schemas/server-kinds.ts'

export interface WorkerPoolSettings {
  readonly workers: number
  /** Milliseconds. */
  readonly pollIntervalMs: number
}

/** tcpy 0.0.10 has one request at a time and no interval (seed-systems 1.3, 1.4). */
export function poolSettings({ workers, serving, pollIntervalMs }: CommandServerSettings): WorkerPoolSettings {
  return serving === 'pool' ? { workers, pollIntervalMs } : { workers: 1, pollIntervalMs: 0 }
}

export class WorkerPool<Job> {
  readonly #settings: WorkerPoolSettings
  /** In the order in which they came. */
  readonly #queue = new Set<Job>()
  readonly #busy = new Set<Job>()
  #served = 0
  /** Workers that have just finished and look now. */
  #awake = 0
  #lookAtMs: number | null = null

  constructor(settings: WorkerPoolSettings) {
    this.#settings = settings
  }

  /** When to call `take` again, besides after `submit` and `release`; null for no need. */
  get wakeAtMs(): number | null {
    return this.#queue.size > 0 && this.#busy.size < this.#settings.workers ? this.#lookAtMs : null
  }

  submit(job: Job, nowMs: number): void {
    const { pollIntervalMs } = this.#settings
    this.#queue.add(job)
    this.#lookAtMs ??= pollIntervalMs === 0 ? nowMs : (Math.floor(nowMs / pollIntervalMs) + 1) * pollIntervalMs
  }

  /** The job is over, or not wanted any more: it leaves the queue, or its worker is free. */
  release(job: Job): void {
    this.#queue.delete(job)
    if (!this.#busy.delete(job)) return
    this.#awake++
    this.#served++
  }

  /** Jobs that a worker begins now. */
  take(nowMs: number): Job[] {
    const begun: Job[] = []
    const isLooking = this.#lookAtMs !== null && nowMs >= this.#lookAtMs
    for (const job of this.#queue) {
      if (this.#busy.size >= this.#settings.workers || (this.#awake === 0 && !isLooking)) break
      if (this.#awake > 0) this.#awake--
      this.#queue.delete(job)
      this.#busy.add(job)
      begun.push(job)
    }
    this.#awake = 0
    if (this.#queue.size === 0) this.#lookAtMs = null
    return begun
  }

  activity(): ServerActivity {
    return {
      workers: this.#settings.workers,
      busyWorkers: this.#busy.size,
      queuedRequests: this.#queue.size,
      servedRequests: this.#served,
    }
  }
}
