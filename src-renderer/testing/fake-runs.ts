import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import type { RunPlan, RunSnapshot } from '../../src-main/contract/schemas/sequence.ts'

/** The runs of the engine in memory: they begin, halt and end as they are told; how far they are is set by the test. */
export class FakeRuns {
  readonly #events: EventHub
  runs: RunSnapshot[] = []
  /** What runs were started with, in their order. */
  readonly plans: RunPlan[] = []
  /** By path; others do not exist. */
  readonly fileSizes = new Map<string, number>()

  constructor(events: EventHub) {
    this.#events = events
  }

  /** Changes the newest run and tells it. */
  change(change: Partial<Omit<RunSnapshot, 'file' | 'echo'>> & FakeProgress): RunSnapshot {
    const run = this.runs.at(-1)
    if (run === undefined) throw new WirebenchError('run-not-found')
    const { file, echo, ...facts } = change
    const changed: RunSnapshot = {
      ...run,
      ...facts,
      elapsedMs: facts.elapsedMs ?? run.elapsedMs + 1,
      file: run.file === null ? null : { ...run.file, ...file },
      echo: run.echo === null ? null : { ...run.echo, ...echo },
    }
    this.runs[this.runs.length - 1] = changed
    this.#events.publish('run.changed', changed)
    return changed
  }

  handlers() {
    return {
      'run.list': () => this.runs.slice(-1),
      'run.start': ({ sessionId, title, plan }) => this.#start(sessionId, title, plan),
      'run.pause': () => this.change({ state: 'paused' }),
      'run.resume': () => this.change({ state: 'running' }),
      'run.stop': () => this.change({ state: 'stopped' }),
      'message.measure-file': ({ path }) => {
        const sizeBytes = this.fileSizes.get(path)
        if (sizeBytes === undefined) throw new WirebenchError('file-not-found', { file: path })
        return { sizeBytes }
      },
    } satisfies Partial<CommandHandlers>
  }

  #start(sessionId: string, title: string, plan: RunPlan): RunSnapshot {
    if (plan.kind === 'file' && !this.fileSizes.has(plan.path)) {
      throw new WirebenchError('file-not-found', { file: plan.path })
    }
    this.plans.push(plan)
    const run: RunSnapshot = {
      runId: `run-${this.plans.length}`,
      sessionId,
      title,
      kind: plan.kind,
      state: 'running',
      sentCount: 0,
      plannedCount: null,
      round: 0,
      step: 0,
      stepCount: 0,
      startedAtUnixUs: 0,
      elapsedMs: 0,
      lateness: null,
      results: [],
      captured: {},
      file: plan.kind === 'file' ? newFile(plan.path, this.fileSizes.get(plan.path) ?? 0) : null,
      echo: plan.kind === 'echo-check' ? { ...newEcho } : null,
      error: null,
    }
    this.runs.push(run)
    return run
  }
}

interface FakeProgress {
  readonly file?: Partial<NonNullable<RunSnapshot['file']>>
  readonly echo?: Partial<NonNullable<RunSnapshot['echo']>>
}

const newFile = (path: string, sizeBytes: number): NonNullable<RunSnapshot['file']> => ({
  path,
  sizeBytes,
  sentBytes: 0,
  sentLines: null,
  sentChunks: 0,
  bytesPerSecond: null,
  timeLeftMs: null,
})

const newEcho: NonNullable<RunSnapshot['echo']> = {
  expectedBytes: 42,
  receivedBytes: 0,
  pieces: [],
  surplusBytes: 0,
  differsAt: null,
  peerClosed: false,
}
