import type { ChunkPlan } from './chunk-plan.ts'

/**
 * When the chunks of a plan are due. The first is due at the start, every later one by its number from the start, so that
 * nothing drifts and late chunks follow back to back. After a halt the plan is shifted: what was missed meanwhile is not
 * made up for.
 */
export class SendingSchedule {
  readonly #plan: ChunkPlan
  /** When chunk 0 would have been due. */
  #originMs: number
  #chunk = 0

  constructor(plan: ChunkPlan, startMs: number) {
    this.#plan = plan
    this.#originMs = startMs
  }

  /** When the next chunk is due. */
  get dueMs(): number {
    return this.#originMs + this.#chunk * this.#plan.intervalMs
  }

  /** Items of the next chunk, at least 1. */
  get itemCount(): number {
    const before = this.#plan.itemsOfFirst(this.#chunk)
    return Math.max(1, this.#plan.itemsOfFirst(this.#chunk + 1) - before)
  }

  /** The chunk that was due is done. */
  advance(): void {
    this.#chunk++
  }

  /** Nothing could go out until now, because of a person or the peer: what was due meanwhile is due now. */
  goOnAt(nowMs: number): void {
    this.#originMs += Math.max(0, nowMs - this.dueMs)
  }
}
