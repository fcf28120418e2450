import { WirebenchError } from '../../contract/errors.ts'
import type { EventHub } from '../../contract/event-hub.ts'
import type { RunPlan, RunSnapshot } from '../../contract/schemas/sequence.ts'
import type { MessageKnowledge } from '../messages/message-knowledge.ts'
import type { MessageService } from '../messages/message-service.ts'
import type { Clock, FileSource } from '../ports.ts'
import type { Pulse } from '../pulse.ts'
import type { Session } from '../sessions/session.ts'
import type { SessionRegistry } from '../sessions/session-registry.ts'
import { EchoRun } from './echo-run.ts'
import { checkedChunks, FileRun, type FilePlan } from './file-run.ts'
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
  readonly fileSource: FileSource
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
  start(sessionId: string, title: string, plan: Exclude<RunPlan, FilePlan>): RunSnapshot {
    const session = this.#readySession(sessionId)
    switch (plan.kind) {
      case 'repeat':
        return this.#begin(new RepeatRun(session, title, plan, this.#tools))
      case 'sequence':
        return this.#begin(new SequenceRun(session, title, plan, this.#tools))
      case 'echo-check':
        return this.#begin(new EchoRun(session, title, plan, this.#tools))
      default:
        return plan satisfies never
    }
  }

  /**
   * Begins once the file is open. Errors: those of `start`, `rate-malformed`, `file-not-found`, `file-unreadable`;
   * `cancelled` when the caller no longer wants it.
   */
  async startFile(
    sessionId: string,
    title: string,
    plan: FilePlan,
    isWanted = (): boolean => true,
  ): Promise<RunSnapshot> {
    this.#readySession(sessionId)
    checkedChunks(plan)
    const file = await this.#options.fileSource.open(plan.path)
    try {
      if (!isWanted()) throw new WirebenchError('cancelled')
      return this.#begin(new FileRun(this.#readySession(sessionId), title, plan, file, this.#tools))
    } catch (thrown) {
      await file.close()
      throw thrown
    }
  }

  /** Errors: `run-not-found`. */
  stop(runId: string): RunSnapshot {
    const run = this.#get(runId)
    run.stop()
    return run.snapshot()
  }

  /** Errors: `run-not-found`, `run-not-pausable`. */
  pause(runId: string): RunSnapshot {
    const run = this.#getFile(runId)
    run.pause()
    return run.snapshot()
  }

  /** Errors: `run-not-found`, `run-not-pausable`. */
  resume(runId: string): RunSnapshot {
    const run = this.#getFile(runId)
    run.resume()
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

  #readySession(sessionId: string): Session {
    const session = this.#options.sessions.get(sessionId)
    if (this.#runs.get(sessionId)?.isOver === false) throw new WirebenchError('run-active')
    refuseUnlessOpen(session)
    return session
  }

  #begin(run: Run): RunSnapshot {
    this.#runs.set(run.session.sessionId, run)
    run.start()
    this.#tell(run)
    return run.snapshot()
  }

  #get(runId: string): Run {
    const run = [...this.#runs.values()].find((candidate) => candidate.runId === runId)
    if (run === undefined) throw new WirebenchError('run-not-found')
    return run
  }

  #getFile(runId: string): FileRun {
    const run = this.#get(runId)
    if (run instanceof FileRun) return run
    throw new WirebenchError('run-not-pausable')
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
