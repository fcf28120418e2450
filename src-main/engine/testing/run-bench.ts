import { Pulse } from '../pulse.ts'
import type { CollectionItem } from '../../contract/schemas/collection.ts'
import type { EventPayload } from '../../contract/events.ts'
import { completeConnectionSettings, type ConnectionSettingsInput } from '../../contract/schemas/connection.ts'
import { interpretation, type Interpretation, type InterpretationInput } from '../../contract/schemas/interpretation.ts'
import { messageSource, type MessageSource, type MessageSourceInput } from '../../contract/schemas/message.ts'
import { runPlan, type RunPlanInput, type RunSnapshot } from '../../contract/schemas/sequence.ts'
import * as v from 'valibot'
import type { MessageKnowledge } from '../messages/message-knowledge.ts'
import { MessageService } from '../messages/message-service.ts'
import { RunService } from '../runs/run-service.ts'
import type { Session } from '../sessions/session.ts'
import { PlayedFiles } from './played-files.ts'
import { SessionBench, settings } from './session-bench.ts'

/** Messages and runs on the sessions of a bench. */
export class RunBench {
  readonly bench: SessionBench
  readonly messages: MessageService
  readonly runs: RunService
  readonly files = new PlayedFiles()
  readonly saved = new Map<string, CollectionItem>()
  readonly told: EventPayload<'run.changed'>[] = []
  interpretation: Interpretation = v.parse(interpretation, {})
  structure: MessageKnowledge['structure'] = () => Promise.resolve(null)

  private constructor(bench: SessionBench) {
    this.bench = bench
    const { clock, events, registry: sessions } = bench
    const pulse = new Pulse(clock)
    const knowledge = {
      variable: (name: string) => bench.variables.get(name) ?? null,
      structure: (structureId: string) => this.structure(structureId),
      savedItem: (entryId: string) => Promise.resolve(this.saved.get(entryId) ?? null),
      interpretationOf: () => this.interpretation,
    }
    this.messages = new MessageService({ clock, events, pulse, sessions, knowledge })
    const { messages, files: fileSource } = this
    this.runs = new RunService({ clock, events, pulse, sessions, messages, knowledge, fileSource })
    events.subscribe('run.changed', null, (snapshot) => this.told.push(snapshot))
  }

  static async make(): Promise<RunBench> {
    return new RunBench(await SessionBench.make())
  }

  async opened(): Promise<Session> {
    return this.bench.registry.open({ title: 'Device', profileId: null, settings })
  }

  async connected(rest: Partial<ConnectionSettingsInput> = {}): Promise<Session> {
    const session = await this.opened()
    await session.connect({ settings: completeConnectionSettings({ ...settings, ...rest }) })
    await this.bench.settle()
    this.bench.dialer.last.connect()
    return session
  }

  interpret(input: InterpretationInput): void {
    this.interpretation = v.parse(interpretation, input)
  }

  start(session: Session, input: RunPlanInput): RunSnapshot {
    const plan = v.parse(runPlan, input)
    if (plan.kind === 'file') throw new TypeError('A file is started with startFile')
    return this.runs.start(session.sessionId, 'Run', plan)
  }

  startFile(session: Session, input: Extract<RunPlanInput, { kind: 'file' }>): Promise<RunSnapshot> {
    const plan = v.parse(runPlan, input)
    if (plan.kind !== 'file') throw new TypeError('This is no file')
    return this.runs.startFile(session.sessionId, 'Run', plan)
  }

  /** The only run there is. */
  get run(): RunSnapshot {
    const [run] = this.runs.list()
    if (run === undefined) throw new Error('There is no run')
    return run
  }
}

export function textMessage(text: string, rest: Partial<MessageSourceInput> = {}): MessageSource {
  return v.parse(messageSource, { content: { mode: 'text', text }, ...rest })
}
