import type { CommandTable } from '../../contract/schemas/command-table.ts'
import type { ServerDefinition } from '../../contract/schemas/server.ts'
import type { ServerActivity } from '../../contract/schemas/server-kinds.ts'
import {
  JsonRpcClientMachine,
  type JsonRpcClientEffect,
  type JsonRpcClientInput,
  type JsonRpcJob,
} from '../../protocol/command-server/json-rpc-client-machine.ts'
import type { BehaviourTools } from '../behaviour-tools.ts'
import { LiveTable } from '../command-server/live-table.ts'
import { WorkerQueue } from '../command-server/worker-queue.ts'
import type { ScriptCall, ScriptRunner } from '../scripts/script-runner.ts'
import type { ClientService, ServedClient, ServerBehaviour } from '../server-behaviour.ts'

/**
 * A server of JSON-RPC 2.0: what `JsonRpcClientMachine` decides, with a clock and workers. The runner of scripts is closed with it.
 */
export function jsonRpcBehaviour(
  definition: ServerDefinition,
  tools: BehaviourTools,
  scripts: ScriptRunner,
): ServerBehaviour {
  const server = new JsonRpcServer(definition, tools, scripts)
  return {
    serve: (client) => server.serve(client),
    activity: () => server.activity(),
    redefine: ({ table }) => server.redefine(table),
    close: () => server.close(),
  }
}

class JsonRpcServer {
  readonly #definition: ServerDefinition
  readonly #tools: BehaviourTools
  readonly #table: LiveTable
  readonly #queue: WorkerQueue<QueuedJob>
  readonly #scripts: ScriptRunner

  constructor(definition: ServerDefinition, tools: BehaviourTools, scripts: ScriptRunner) {
    this.#definition = definition
    this.#tools = tools
    this.#table = new LiveTable(definition.table)
    this.#scripts = scripts
    this.#queue = new WorkerQueue(
      { workers: definition.jsonRpc.workers, pollIntervalMs: 0 },
      tools.clock,
      ({ client, job }) => client.feed({ kind: 'started', job }),
      () => tools.onActivity(),
    )
  }

  serve(client: ServedClient): ClientService {
    const machine = new JsonRpcClientMachine(client.connection, this.#definition.jsonRpc, this.#table)
    return new JsonRpcClient(machine, client, {
      tools: this.#tools,
      queue: this.#queue,
      runScript: (call) => this.#scripts.run(call, this.#table.scriptLimits),
    })
  }

  activity(): ServerActivity {
    return this.#queue.activity()
  }

  redefine(table: CommandTable): void {
    this.#table.redefine(table)
  }

  close(): void {
    this.#queue.close()
    void this.#scripts.close()
  }
}

/** A job as the workers know it. */
interface QueuedJob {
  readonly client: JsonRpcClient
  readonly job: JsonRpcJob
  cancelWake: (() => void) | null
}

interface JsonRpcClientParts {
  readonly tools: BehaviourTools
  readonly queue: WorkerQueue<QueuedJob>
  readonly runScript: (call: ScriptCall) => ReturnType<ScriptRunner['run']>
}

/** One client: feeds its machine and does what that asks for. */
class JsonRpcClient implements ClientService {
  readonly #machine: JsonRpcClientMachine
  readonly #client: ServedClient
  readonly #parts: JsonRpcClientParts
  readonly #jobs = new Map<JsonRpcJob, QueuedJob>()
  readonly #inputs: JsonRpcClientInput[] = []
  #isFeeding = false
  #isClosed = false
  #hasRoom = true
  #isHeld = false
  /** It wants to read on, and waits until the client takes what was written. */
  #readsOnWithRoom = false

  constructor(machine: JsonRpcClientMachine, client: ServedClient, parts: JsonRpcClientParts) {
    this.#machine = machine
    this.#client = client
    this.#parts = parts
  }

  received(bytes: Uint8Array): void {
    this.feed({ kind: 'received', bytes })
  }

  drained(): void {
    this.#hasRoom = true
    this.#holdReading()
    if (!this.#readsOnWithRoom) return
    this.#readsOnWithRoom = false
    this.feed({ kind: 'read-on' })
  }

  peerEnded(): void {
    this.feed({ kind: 'peer-ended' })
  }

  closed(): void {
    this.feed({ kind: 'closed' })
    this.#isClosed = true
  }

  /** What comes while effects are being carried out waits for its turn: their order counts. */
  feed(input: JsonRpcClientInput): void {
    if (this.#isClosed) return
    this.#inputs.push(input)
    if (this.#isFeeding) return
    this.#isFeeding = true
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      for (const effect of this.#machine.accept(next)) this.#do(effect)
    }
    this.#isFeeding = false
  }

  #do(effect: JsonRpcClientEffect): void {
    switch (effect.kind) {
      case 'write':
        if (this.#client.write(effect.bytes)) return
        this.#hasRoom = false
        this.#holdReading()
        return
      case 'end':
        this.#client.end()
        return
      case 'hold':
        this.#isHeld = effect.isHeld
        this.#holdReading()
        return
      case 'submit': {
        const queued: QueuedJob = { client: this, job: effect.job, cancelWake: null }
        this.#jobs.set(effect.job, queued)
        this.#parts.queue.submit(queued)
        return
      }
      case 'release':
        this.#release(effect.job)
        return
      case 'wake-after':
        this.#wakeAfter(effect.job, effect.delayMs)
        return
      case 'run-script':
        void this.#runScript(effect.job, effect)
        return
      case 'read-on':
        if (!this.#hasRoom) this.#readsOnWithRoom = true
        else if (effect.isNextTurn) setImmediate(() => this.feed({ kind: 'read-on' }))
        else this.#inputs.push({ kind: 'read-on' })
        return
      case 'problem':
        this.#parts.tools.onProblem(this.#client.connection, effect.error)
    }
  }

  #release(job: JsonRpcJob): void {
    const queued = this.#jobs.get(job)
    if (queued === undefined) return
    this.#jobs.delete(job)
    queued.cancelWake?.()
    this.#parts.queue.release(queued)
  }

  async #runScript(job: JsonRpcJob, call: ScriptCall): Promise<void> {
    const { outcome, error } = await this.#parts.runScript(call)
    if (error !== null && !this.#isClosed) this.#parts.tools.onProblem(this.#client.connection, error)
    this.feed({ kind: 'script-ended', job, outcome })
  }

  /** A client that does not read its responses sends no more requests. */
  #holdReading(): void {
    this.#client.holdReading(this.#isHeld || !this.#hasRoom)
  }

  #wakeAfter(job: JsonRpcJob, delayMs: number | null): void {
    const queued = this.#jobs.get(job)
    if (queued === undefined) return
    queued.cancelWake?.()
    queued.cancelWake = null
    if (delayMs === null) return
    queued.cancelWake = this.#parts.tools.clock.wakeAfter(delayMs, () => {
      queued.cancelWake = null
      this.feed({ kind: 'timer-fired', job })
    })
  }
}
