import { WirebenchError } from '../../../contract/errors.ts'
import type { FramingSettings } from '../../../contract/schemas/framing.ts'
import type { ExchangeReport } from './exchange-report.ts'
import type { ReceiveGoal } from './receive-goal.ts'
import { ReceivedFrames, type ReceivedFrame } from './received-frames.ts'

/**
 * Prints what is received and holds it against the goal.
 *
 * Rules: what comes after the goal was reached is counted and not printed. A stream that ends in the middle of a message
 * is a failure, whatever is waited for.
 */
export class Receiver {
  readonly #goal: ReceiveGoal
  readonly #report: ExchangeReport
  readonly #frames: ReceivedFrames | null
  readonly #idleGapMs: number | null
  #lastTimeNs = 0
  #lastAtMs = 0
  #waiting = false
  #muted = false
  receivedBytes = 0

  constructor(goal: ReceiveGoal, report: ExchangeReport, framing: FramingSettings | null) {
    this.#goal = goal
    this.#report = report
    this.#frames = framing === null ? null : new ReceivedFrames(framing)
    this.#idleGapMs = framing?.kind === 'idle-gap' ? framing.idleGapMs : null
  }

  async accept(bytes: Uint8Array, timeNs: number, at: string): Promise<void> {
    this.receivedBytes += bytes.length
    if (this.#goal.satisfied || this.#muted) return
    this.#lastTimeNs = timeNs
    this.#lastAtMs = performance.now()
    this.#waiting = true
    this.#goal.acceptBytes(bytes)
    await this.#report.received(bytes, at)
    await this.#tell(this.#frames?.acceptChunk(bytes, timeNs) ?? [], at)
  }

  /** The exchange has failed: what still comes is only counted, so that output that nobody takes delays nothing. */
  mute(): void {
    this.#muted = true
  }

  /** When a message ends because nothing comes, on the clock of `performance.now()`; null when none can. */
  get frameDeadlineMs(): number | null {
    return this.#idleGapMs === null || !this.#waiting ? null : this.#lastAtMs + this.#idleGapMs
  }

  /** Tells the framing that the deadline has passed. */
  async acceptSilence(at: string): Promise<void> {
    this.#waiting = false
    const timeNs = this.#lastTimeNs + (performance.now() - this.#lastAtMs) * 1e6
    await this.#tell(this.#frames?.acceptChunk(new Uint8Array(0), timeNs) ?? [], at)
  }

  /** The peer sends no more. Answers what is wrong about that; null when nothing is. */
  async acceptEnd(at: string): Promise<WirebenchError | null> {
    if (this.#goal.satisfied) return null
    const rest = this.#frames?.end() ?? []
    await this.#tell(rest, at)
    const incomplete = rest.find(({ problem }) => problem?.code === 'incomplete')?.problem
    if (incomplete) return new WirebenchError('closed-mid-message', { reason: incomplete.sentence })
    return this.#goal.acceptEnd() ? null : new WirebenchError('closed-early', { progress: this.#goal.progress() })
  }

  async #tell(frames: readonly ReceivedFrame[], at: string): Promise<void> {
    for (const frame of frames) {
      if (this.#goal.satisfied && this.#goal.settings.kind === 'frames') return
      await this.#report.frame(frame, at)
      if (frame.problem === null) this.#goal.acceptFrame()
    }
  }
}
