import type { ServerDefinition } from '../../contract/schemas/server.ts'
import {
  TcpyClientMachine,
  type TcpyClientEffect,
  type TcpyClientInput,
} from '../../protocol/command-server/tcpy-client-machine.ts'
import { poolSettings } from '../../protocol/command-server/worker-pool.ts'
import type { BehaviourTools } from '../behaviour-tools.ts'
import type { ScriptRunner } from '../scripts/script-runner.ts'
import type { ServerBehaviour } from '../server-behaviour.ts'
import { MachineClient } from './machine-client.ts'
import { tableBehaviour } from './table-server.ts'

/**
 * A server that is compatible with tcpy (seed-systems 1): what `TcpyClientMachine` decides, with a clock and workers. The runner
 * of scripts is closed with it.
 */
export function commandBehaviour(
  definition: ServerDefinition,
  tools: BehaviourTools,
  scripts: ScriptRunner,
): ServerBehaviour {
  return tableBehaviour<CommandClient>(definition, tools, scripts, {
    workers: poolSettings(definition.command),
    begin: (client) => client.feed({ kind: 'started' }),
    serve: (client, desk) =>
      new CommandClient(new TcpyClientMachine(client.connection, definition.command, desk.table), client, desk),
  })
}

class CommandClient extends MachineClient<TcpyClientInput, TcpyClientEffect, CommandClient> {
  #cancelWake: (() => void) | null = null

  override closed(): void {
    super.closed()
    this.#wakeAfter(null)
  }

  protected override carryOut(effect: TcpyClientEffect): void {
    switch (effect.kind) {
      case 'write':
        this.write(effect.bytes)
        return
      case 'end':
        this.client.end()
        return
      case 'close':
        this.client.close('fin')
        return
      case 'hold':
        this.hold(effect.isHeld)
        return
      case 'submit':
        this.desk.queue.submit(this)
        return
      case 'release':
        this.desk.queue.release(this)
        return
      case 'wake-after':
        this.#wakeAfter(effect.delayMs)
        return
      case 'run-script':
        void this.runScript(effect, (outcome) => ({ kind: 'script-ended', outcome }))
        return
      case 'problem':
        this.desk.tools.onProblem(this.client.connection, effect.error)
    }
  }

  #wakeAfter(delayMs: number | null): void {
    this.#cancelWake?.()
    this.#cancelWake = null
    if (delayMs === null) return
    this.#cancelWake = this.desk.tools.clock.wakeAfter(delayMs, () => {
      this.#cancelWake = null
      this.feed({ kind: 'timer-fired' })
    })
  }
}
