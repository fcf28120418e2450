import { SvelteMap } from 'svelte/reactivity'
import type { CommandInput } from '../../src-main/contract/commands.ts'
import type { Link } from '../../src-main/contract/connect.ts'
import type { RunSnapshot } from '../../src-main/contract/schemas/sequence.ts'

/** The runs of repeated and ordered sending: of every session the one at work, or the last one that ended. */
export class RunStore {
  readonly #link: Link
  readonly #runs = new SvelteMap<string, RunSnapshot>()
  #unsubscribe: (() => void) | null = null

  constructor(link: Link) {
    this.#link = link
  }

  ofSession(sessionId: string): RunSnapshot | null {
    return this.#runs.get(sessionId) ?? null
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#link.subscribe('run.changed', null, (run) => this.#take(run))
    for (const run of await this.#link.call('run.list', {})) {
      // What an event told meanwhile is newer.
      if (!this.#runs.has(run.sessionId)) this.#take(run)
    }
  }

  /** Starts a run. Errors: `run-active`, `not-connected`, and those of composing its messages. */
  async startRun(request: CommandInput<'run.start'>): Promise<RunSnapshot> {
    return this.#take(await this.#link.call('run.start', request))
  }

  async stopRun(runId: string): Promise<void> {
    this.#take(await this.#link.call('run.stop', { runId }))
  }

  /** Takes an ended run out of sight. */
  forget(run: RunSnapshot): void {
    if (this.#runs.get(run.sessionId)?.runId === run.runId) this.#runs.delete(run.sessionId)
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
  }

  #take(run: RunSnapshot): RunSnapshot {
    const known = this.#runs.get(run.sessionId)
    // An answer may come after the events that followed it.
    const isOlder =
      known?.runId === run.runId &&
      (known.elapsedMs > run.elapsedMs || (known.state !== 'running' && run.state === 'running'))
    if (!isOlder) this.#runs.set(run.sessionId, run)
    return run
  }
}
