import type { ErrorShape } from '../../contract/errors.ts'
import type { RunPlan, RunSnapshot } from '../../contract/schemas/sequence.ts'
import { LatenessMeter } from '../../protocol/sequence/lateness-meter.ts'
import { RepeatSchedule } from '../../protocol/sequence/repeat-schedule.ts'
import type { Session } from '../sessions/session.ts'
import { Run, type RunTools } from './run.ts'

/**
 * Sends one message again and again. A sending that is late goes out at once and counts as late; what one that is far too
 * late does to those after it is in `RepeatSchedule`.
 */
export class RepeatRun extends Run {
  readonly #plan: Extract<RunPlan, { kind: 'repeat' }>
  readonly #schedule: RepeatSchedule
  readonly #lateness = new LatenessMeter()
  #state: RunSnapshot['state'] = 'running'
  #sentCount = 0
  #error: ErrorShape | null = null

  constructor(session: Session, title: string, plan: Extract<RunPlan, { kind: 'repeat' }>, tools: RunTools) {
    super(session, title, tools)
    this.#plan = plan
    this.#schedule = new RepeatSchedule(plan, this.nowMs, tools.chance)
  }

  stop(): void {
    this.#end('stopped', null)
  }

  protected begin(): void {
    this.#next()
  }

  protected fail(error: ErrorShape): void {
    this.#end('failed', error)
  }

  protected received(): void {
    // What the peer answers is in the capture; repeating waits for nothing.
  }

  protected peerEnded(): void {
    // It may still read.
  }

  protected facts() {
    return {
      kind: 'repeat' as const,
      state: this.#state,
      sentCount: this.#sentCount,
      plannedCount: this.#plan.count,
      round: 0,
      step: 0,
      stepCount: 1,
      lateness: this.#lateness.summary,
      results: [],
      captured: {},
      file: null,
      echo: null,
      error: this.#error,
    }
  }

  #next(): void {
    const { dueMs } = this.#schedule
    if (dueMs === null) {
      this.#end('done', null)
      return
    }
    const restMs = dueMs - this.nowMs
    if (restMs > 0) {
      this.wakeAfter(restMs, () => this.#next())
      return
    }
    this.send(
      () => Promise.resolve(this.#plan.message),
      () => this.#next(),
      () => {
        const { nowMs } = this
        this.#lateness.add(nowMs - dueMs)
        this.#sentCount++
        this.#schedule.advance(nowMs)
        this.tools.onChanged(this)
      },
    )
  }

  #end(state: RunSnapshot['state'], error: ErrorShape | null): void {
    if (this.isOver) return
    this.#state = state
    this.#error = error
    this.finish()
  }
}
