import { SvelteMap } from 'svelte/reactivity'
import type { CommandInput } from '../../src-main/contract/commands.ts'
import type { Link } from '../../src-main/contract/connect.ts'
import type { RunSnapshot } from '../../src-main/contract/schemas/sequence.ts'

/** The run has not ended: it is at work, or halted. */
export function isAtWork(run: RunSnapshot): boolean {
  return run.state === 'running' || run.state === 'paused'
}

/** The runs of repeated and ordered sending: of every session the one at work, or the last one that ended. */
export class RunStore {
  readonly #link: Link
  readonly #runs = new SvelteMap<string, RunSnapshot>()
  /** By run, what this window started it with. */
  readonly #requests = new SvelteMap<string, CommandInput<'run.start'>>()
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
    const run = await this.#link.call('run.start', request)
    this.#requests.set(run.runId, request)
    return this.#take(run)
  }

  /** What this window started a run with, to start it once more; null when another one did, or before a reload. */
  requestOf(run: RunSnapshot): CommandInput<'run.start'> | null {
    return this.#requests.get(run.runId) ?? null
  }

  /** Halts the sending of a file. */
  async pauseRun(runId: string): Promise<void> {
    this.#take(await this.#link.call('run.pause', { runId }))
  }

  async resumeRun(runId: string): Promise<void> {
    this.#take(await this.#link.call('run.resume', { runId }))
  }

  async stopRun(runId: string): Promise<void> {
    this.#take(await this.#link.call('run.stop', { runId }))
  }

  /** Takes an ended run out of sight. */
  forget(run: RunSnapshot): void {
    this.#requests.delete(run.runId)
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
      known?.runId === run.runId && (known.elapsedMs > run.elapsedMs || (!isAtWork(known) && isAtWork(run)))
    if (isOlder) return run
    if (known !== undefined && known.runId !== run.runId) this.#requests.delete(known.runId)
    this.#runs.set(run.sessionId, run)
    return run
  }
}
