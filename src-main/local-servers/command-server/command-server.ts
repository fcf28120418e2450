import type { CommandTable } from '../../contract/schemas/command-table.ts'
import type { ServerDefinition } from '../../contract/schemas/server.ts'
import type { ServerActivity } from '../../contract/schemas/server-kinds.ts'
import {
  TcpyClientMachine,
  type TcpyClientEffect,
  type TcpyClientInput,
} from '../../protocol/command-server/tcpy-client-machine.ts'
import { poolSettings } from '../../protocol/command-server/worker-pool.ts'
import type { BehaviourTools } from '../behaviour-tools.ts'
import type { ScriptCall, ScriptRunner } from '../scripts/script-runner.ts'
import type { ClientService, ServedClient, ServerBehaviour } from '../server-behaviour.ts'
import { LiveTable } from './live-table.ts'
import { WorkerQueue } from './worker-queue.ts'

/**
 * A server that is compatible with tcpy (seed-systems 1): what `TcpyClientMachine` decides, with a clock and workers. The runner
 * of scripts is closed with it.
 */
export function commandBehaviour(
  definition: ServerDefinition,
  tools: BehaviourTools,
  scripts: ScriptRunner,
): ServerBehaviour {
  const server = new CommandServer(definition, tools, scripts)
  return {
    serve: (client) => server.serve(client),
    activity: () => server.activity(),
    redefine: ({ table }) => server.redefine(table),
    close: () => server.close(),
  }
}

class CommandServer {
  readonly #definition: ServerDefinition
  readonly #tools: BehaviourTools
  readonly #table: LiveTable
  readonly #queue: WorkerQueue<CommandClient>
  readonly #scripts: ScriptRunner

  constructor(definition: ServerDefinition, tools: BehaviourTools, scripts: ScriptRunner) {
    this.#definition = definition
    this.#tools = tools
    this.#table = new LiveTable(definition.table)
    this.#scripts = scripts
    this.#queue = new WorkerQueue(
      poolSettings(definition.command),
      tools.clock,
      (client) => client.feed({ kind: 'started' }),
      () => tools.onActivity(),
    )
  }

  serve(client: ServedClient): ClientService {
    const machine = new TcpyClientMachine(client.connection, this.#definition.command, this.#table)
    return new CommandClient(machine, client, {
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

interface CommandClientParts {
  readonly tools: BehaviourTools
  readonly queue: WorkerQueue<CommandClient>
  readonly runScript: (call: ScriptCall) => ReturnType<ScriptRunner['run']>
}

/** One client: feeds its machine and does what that asks for. */
class CommandClient implements ClientService {
  readonly #machine: TcpyClientMachine
  readonly #client: ServedClient
  readonly #parts: CommandClientParts
  #cancelWake: (() => void) | null = null
  readonly #inputs: TcpyClientInput[] = []
  #isFeeding = false
  #isClosed = false
  #hasRoom = true
  #isHeld = false

  constructor(machine: TcpyClientMachine, client: ServedClient, parts: CommandClientParts) {
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
  }

  peerEnded(): void {
    this.feed({ kind: 'peer-ended' })
  }

  closed(): void {
    this.feed({ kind: 'closed' })
    this.#isClosed = true
    this.#wakeAfter(null)
  }

  /** What comes while effects are being carried out waits for its turn: their order counts. */
  feed(input: TcpyClientInput): void {
    if (this.#isClosed) return
    this.#inputs.push(input)
    if (this.#isFeeding) return
    this.#isFeeding = true
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      for (const effect of this.#machine.accept(next)) this.#do(effect)
    }
    this.#isFeeding = false
  }

  #do(effect: TcpyClientEffect): void {
    switch (effect.kind) {
      case 'write':
        if (this.#client.write(effect.bytes)) return
        this.#hasRoom = false
        this.#holdReading()
        return
      case 'end':
        this.#client.end()
        return
      case 'close':
        this.#client.close('fin')
        return
      case 'hold':
        this.#isHeld = effect.isHeld
        this.#holdReading()
        return
      case 'submit':
        this.#parts.queue.submit(this)
        return
      case 'release':
        this.#parts.queue.release(this)
        return
      case 'wake-after':
        this.#wakeAfter(effect.delayMs)
        return
      case 'run-script':
        void this.#runScript(effect)
        return
      case 'problem':
        this.#parts.tools.onProblem(this.#client.connection, effect.error)
    }
  }

  async #runScript(call: ScriptCall): Promise<void> {
    const { outcome, error } = await this.#parts.runScript(call)
    if (error !== null && !this.#isClosed) this.#parts.tools.onProblem(this.#client.connection, error)
    this.feed({ kind: 'script-ended', outcome })
  }

  /** A client that does not read its replies sends no more requests. */
  #holdReading(): void {
    this.#client.holdReading(this.#isHeld || !this.#hasRoom)
  }

  #wakeAfter(delayMs: number | null): void {
    this.#cancelWake?.()
    this.#cancelWake = null
    if (delayMs === null) return
    this.#cancelWake = this.#parts.tools.clock.wakeAfter(delayMs, () => {
      this.#cancelWake = null
      this.feed({ kind: 'timer-fired' })
    })
  }
}
