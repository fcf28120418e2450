import { CancelSource } from '../../contract/cancel-source.ts'
import { describeError, toErrorShape, type ErrorShape } from '../../contract/errors.ts'
import type { ReadOutcome, SessionReading } from '../../contract/schemas/reading.ts'
import type { RunPlan, RunSnapshot } from '../../contract/schemas/sequence.ts'
import type { ReadPlan } from '../../protocol/reading/read-plan.ts'
import type { Session } from '../sessions/session.ts'
import { Run, type RunTools } from './run.ts'

type EchoPlan = Extract<RunPlan, { kind: 'echo-check' }>

/** Sizes of so many pieces are told. */
const mostToldPieces = 1000

/**
 * The echo check of seed-systems 5: sends a message and reads by hand until as many bytes have come back. What comes is
 * compared as well; where it differs is told and stops nothing. The session reads afterwards as it did before.
 */
export class EchoRun extends Run {
  readonly #plan: EchoPlan
  readonly #read: ReadPlan
  readonly #cancel = new CancelSource()
  #formerReading: SessionReading = { mode: 'automatic' }
  #state: RunSnapshot['state'] = 'running'
  #error: ErrorShape | null = null
  /** What was sent; null before. */
  #expected: Uint8Array | null = null
  #receivedBytes = 0
  readonly #pieces: number[] = []
  #differsAt: number | null = null
  #peerClosed = false

  constructor(session: Session, title: string, plan: EchoPlan, tools: RunTools) {
    super(session, title, tools)
    this.#plan = plan
    const take = { kind: 'up-to' as const, byteCount: plan.readSizeBytes, isPoll: false }
    this.#read = { take, readAs: { kind: 'bytes' } }
  }

  stop(): void {
    this.#end('stopped', null)
  }

  protected begin(): void {
    this.#formerReading = this.session.snapshot().reading
    // Before anything is sent: what comes back belongs to the check.
    this.session.setReading({ mode: 'manual', readSizeBytes: this.#plan.readSizeBytes, serviceIntervalMs: null })
    this.#check().then(
      () => this.#end('done', null),
      (thrown: unknown) => this.fail(toErrorShape(thrown)),
    )
  }

  protected fail(error: ErrorShape): void {
    if (error.code !== 'closed-early') {
      this.#end('failed', error)
      return
    }
    this.#peerClosed = true
    this.#end('failed', this.#incomplete())
  }

  protected received(): void {
    // The reads of the check tell it.
  }

  protected peerEnded(): void {
    // So do they with the end.
  }

  protected facts() {
    const expectedBytes = this.#expected?.length ?? 0
    return {
      kind: 'echo-check' as const,
      state: this.#state,
      sentCount: this.#expected === null ? 0 : 1,
      plannedCount: 1,
      round: 0,
      step: 0,
      stepCount: 1,
      lateness: null,
      results: [],
      captured: {},
      file: null,
      echo: {
        expectedBytes,
        receivedBytes: this.#receivedBytes,
        pieces: [...this.#pieces],
        surplusBytes: this.#expected === null ? 0 : Math.max(0, this.#receivedBytes - expectedBytes),
        differsAt: this.#differsAt,
        peerClosed: this.#peerClosed,
      },
      error: this.#error,
    }
  }

  async #check(): Promise<void> {
    const { message, timeoutMs } = this.#plan
    const isWanted = (): boolean => !this.isOver
    const expected = await this.tools.messages.sendAndKnow(this.session.sessionId, message, isWanted)
    this.#expected = expected
    const deadlineMs = timeoutMs === null ? null : this.nowMs + timeoutMs
    this.tools.onChanged(this)
    while (!this.isOver && this.#receivedBytes < expected.length) {
      const restMs = deadlineMs === null ? null : Math.max(0, deadlineMs - this.nowMs)
      const options = { timeoutMs: restMs, signal: this.#cancel.signal }
      this.#take(await this.session.read(this.#read, options), expected)
    }
  }

  #take(outcome: ReadOutcome, expected: Uint8Array): void {
    if (this.isOver) return
    if (outcome.kind === 'failed') {
      const isLate = outcome.error.code === 'wait-timeout'
      this.fail(isLate ? this.#late() : outcome.error)
    } else if (outcome.kind === 'read' && outcome.bytes.length === 0) {
      this.fail(describeError('closed-early'))
    } else if (outcome.kind === 'read') {
      this.#compare(outcome.bytes, expected)
      if (this.#pieces.length < mostToldPieces) this.#pieces.push(outcome.bytes.length)
      this.#receivedBytes += outcome.bytes.length
      this.tools.onChanged(this)
    }
  }

  #compare(bytes: Uint8Array, expected: Uint8Array): void {
    if (this.#differsAt !== null) return
    const rest = expected.subarray(this.#receivedBytes)
    const at = bytes.findIndex((byte, index) => index < rest.length && byte !== rest[index])
    if (at >= 0) this.#differsAt = this.#receivedBytes + at
  }

  #incomplete(): ErrorShape {
    const expectedBytes = this.#expected?.length ?? null
    return describeError('read-incomplete', { receivedBytes: this.#receivedBytes, expectedBytes })
  }

  #late(): ErrorShape {
    const progress = `${this.#receivedBytes} of ${this.#expected?.length ?? 0} bytes came back`
    return describeError('wait-timeout', { timeoutMs: this.#plan.timeoutMs, progress })
  }

  #end(state: RunSnapshot['state'], error: ErrorShape | null): void {
    if (this.isOver) return
    this.#state = state
    this.#error = error
    this.finish()
    this.#cancel.cancel()
    this.#readAsBefore()
  }

  /** Unless a person has chosen otherwise meanwhile. */
  #readAsBefore(): void {
    if (this.session.snapshot().reading.mode === 'automatic') return
    const former = this.#formerReading
    if (former.mode === 'automatic') this.session.setReading({ mode: 'automatic' })
    else {
      const { readSizeBytes, serviceIntervalMs } = former
      this.session.setReading({ mode: 'manual', readSizeBytes, serviceIntervalMs })
    }
  }
}
