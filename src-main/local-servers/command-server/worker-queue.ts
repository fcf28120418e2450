import type { Clock } from '../../engine/ports.ts'
import type { ServerActivity } from '../../contract/schemas/server-kinds.ts'
import { WorkerPool, type WorkerPoolSettings } from '../../protocol/command-server/worker-pool.ts'

/** A pool of workers on a clock. `begin` is called when a worker takes a job, never within `submit` or `release`' caller's turn. */
export class WorkerQueue<Job> {
  readonly #pool: WorkerPool<Job>
  readonly #clock: Clock
  readonly #begin: (job: Job) => void
  readonly #onActivity: () => void
  #cancelWake: (() => void) | null = null
  #isTaking = false
  #isClosed = false

  constructor(settings: WorkerPoolSettings, clock: Clock, begin: (job: Job) => void, onActivity: () => void) {
    this.#pool = new WorkerPool(settings)
    this.#clock = clock
    this.#begin = begin
    this.#onActivity = onActivity
  }

  submit(job: Job): void {
    this.#pool.submit(job, this.#nowMs())
    this.#take()
    this.#onActivity()
  }

  release(job: Job): void {
    this.#pool.release(job)
    this.#take()
    this.#onActivity()
  }

  activity(): ServerActivity {
    return this.#pool.activity()
  }

  close(): void {
    this.#isClosed = true
    this.#cancelWake?.()
    this.#cancelWake = null
  }

  /** A job may end, and with it release its worker, while it begins: that is taken up by the loop, not by going deeper. */
  #take(): void {
    if (this.#isTaking || this.#isClosed) return
    this.#isTaking = true
    let begun: Job[]
    do {
      begun = this.#pool.take(this.#nowMs())
      for (const job of begun) this.#begin(job)
    } while (begun.length > 0)
    this.#isTaking = false
    this.#wake()
  }

  #wake(): void {
    this.#cancelWake?.()
    this.#cancelWake = null
    const { wakeAtMs } = this.#pool
    if (wakeAtMs === null) return
    this.#cancelWake = this.#clock.wakeAfter(Math.max(0, wakeAtMs - this.#nowMs()), () => {
      this.#cancelWake = null
      this.#take()
      this.#onActivity()
    })
  }

  #nowMs(): number {
    return this.#clock.monotonicNs() / 1e6
  }
}
