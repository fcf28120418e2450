import { WirebenchError } from '../../contract/errors.ts'
import { notYet } from '../not-yet.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { RunPlan, RunSnapshot } from '../../contract/schemas/sequence.ts'
import type { MessageKnowledge } from '../messages/message-knowledge.ts'
import type { MessageService } from '../messages/message-service.ts'
import type { Clock } from '../ports.ts'
import type { Pulse } from '../pulse.ts'
import type { SessionRegistry } from '../sessions/session-registry.ts'
import { RepeatRun } from './repeat-run.ts'
import { refuseUnlessOpen, type Run, type RunTools } from './run.ts'
import { SequenceRun } from './sequence-run.ts'

export interface RunServiceOptions {
  readonly clock: Clock
  readonly events: EventHub
  readonly pulse: Pulse
  readonly sessions: SessionRegistry
  readonly messages: MessageService
  readonly knowledge: MessageKnowledge
}

/** The newest run of every session: the one at work, or the one that ended last. */
export class RunService {
  readonly #options: RunServiceOptions
  readonly #tools: RunTools
  readonly #runs = new Map<string, Run>()
  readonly #unsubscribe: () => void

  constructor(options: RunServiceOptions) {
    this.#options = options
    const { clock, messages, knowledge } = options
    this.#tools = {
      clock,
      messages,
      knowledge,
      chance: () => 2 * Math.random() - 1,
      onChanged: (run) => this.#tell(run),
    }
    this.#unsubscribe = options.events.subscribe('session.closed', null, ({ sessionId }) => this.#forget(sessionId))
  }

  /** Errors: `session-not-found`, `run-active`, `not-connected`, `sending-ended`, and those of the waits' patterns. */
  start(sessionId: string, title: string, plan: RunPlan): RunSnapshot {
    const session = this.#options.sessions.get(sessionId)
    if (this.#runs.get(sessionId)?.isOver === false) throw new WirebenchError('run-active')
    refuseUnlessOpen(session)
    if (plan.kind === 'file' || plan.kind === 'echo-check') throw notYet('run')
    const run =
      plan.kind === 'repeat'
        ? new RepeatRun(session, title, plan, this.#tools)
        : new SequenceRun(session, title, plan, this.#tools)
    this.#runs.set(sessionId, run)
    run.start()
    this.#tell(run)
    return run.snapshot()
  }

  /** Errors: `run-not-found`. */
  stop(runId: string): RunSnapshot {
    const run = [...this.#runs.values()].find((candidate) => candidate.runId === runId)
    if (run === undefined) throw new WirebenchError('run-not-found')
    run.stop()
    return run.snapshot()
  }

  list(): RunSnapshot[] {
    return [...this.#runs.values()].map((run) => run.snapshot())
  }

  close(): void {
    this.#unsubscribe()
    for (const run of this.#runs.values()) run.stop()
    this.#runs.clear()
  }

  #forget(sessionId: string): void {
    this.#runs.get(sessionId)?.stop()
    this.#runs.delete(sessionId)
  }

  /** The end is told at once, what happens before it at most about 30 times a second. */
  #tell(run: Run): void {
    const { events, pulse } = this.#options
    const subject = `run ${run.runId}`
    pulse.mark(subject, () => events.publish('run.changed', run.snapshot()))
    if (run.isOver) pulse.flush(subject)
  }
}
