import type { ServerDefinition } from '../../contract/schemas/server.ts'
import {
  JsonRpcClientMachine,
  type JsonRpcClientEffect,
  type JsonRpcClientInput,
  type JsonRpcJob,
} from '../../protocol/command-server/json-rpc-client-machine.ts'
import type { BehaviourTools } from '../behaviour-tools.ts'
import { MachineClient } from '../command-server/machine-client.ts'
import { tableBehaviour } from '../command-server/table-server.ts'
import type { ScriptRunner } from '../scripts/script-runner.ts'
import type { ServerBehaviour } from '../server-behaviour.ts'

/**
 * A server of JSON-RPC 2.0: what `JsonRpcClientMachine` decides, with a clock and workers. The runner of scripts is closed with it.
 */
export function jsonRpcBehaviour(
  definition: ServerDefinition,
  tools: BehaviourTools,
  scripts: ScriptRunner,
): ServerBehaviour {
  return tableBehaviour<QueuedJob>(definition, tools, scripts, {
    workers: { workers: definition.jsonRpc.workers, pollIntervalMs: 0 },
    begin: ({ client, job }) => client.feed({ kind: 'started', job }),
    serve: (client, desk) =>
      new JsonRpcClient(new JsonRpcClientMachine(client.connection, definition.jsonRpc, desk.table), client, desk),
  })
}

/** A job as the workers know it. */
interface QueuedJob {
  readonly client: JsonRpcClient
  readonly job: JsonRpcJob
  cancelWake: (() => void) | null
}

class JsonRpcClient extends MachineClient<JsonRpcClientInput, JsonRpcClientEffect, QueuedJob> {
  readonly #jobs = new Map<JsonRpcJob, QueuedJob>()
  /** It wants to read on, and waits until the client takes what was written. */
  #readsOnWithRoom = false

  override drained(): void {
    super.drained()
    if (!this.#readsOnWithRoom) return
    this.#readsOnWithRoom = false
    this.feed({ kind: 'read-on' })
  }

  protected override carryOut(effect: JsonRpcClientEffect): void {
    switch (effect.kind) {
      case 'write':
        this.write(effect.bytes)
        return
      case 'end':
        this.client.end()
        return
      case 'hold':
        this.hold(effect.isHeld)
        return
      case 'submit': {
        const queued: QueuedJob = { client: this, job: effect.job, cancelWake: null }
        this.#jobs.set(effect.job, queued)
        this.desk.queue.submit(queued)
        return
      }
      case 'release':
        this.#release(effect.job)
        return
      case 'wake-after':
        this.#wakeAfter(effect.job, effect.delayMs)
        return
      case 'run-script':
        void this.runScript(effect, (outcome) => ({ kind: 'script-ended', job: effect.job, outcome }))
        return
      case 'read-on':
        if (!this.hasRoom) this.#readsOnWithRoom = true
        else if (effect.isNextTurn) setImmediate(() => this.feed({ kind: 'read-on' }))
        else this.feed({ kind: 'read-on' })
        return
      case 'problem':
        this.desk.tools.onProblem(this.client.connection, effect.error)
    }
  }

  #release(job: JsonRpcJob): void {
    const queued = this.#jobs.get(job)
    if (queued === undefined) return
    this.#jobs.delete(job)
    queued.cancelWake?.()
    this.desk.queue.release(queued)
  }

  #wakeAfter(job: JsonRpcJob, delayMs: number | null): void {
    const queued = this.#jobs.get(job)
    if (queued === undefined) return
    queued.cancelWake?.()
    queued.cancelWake = null
    if (delayMs === null) return
    queued.cancelWake = this.desk.tools.clock.wakeAfter(delayMs, () => {
      queued.cancelWake = null
      this.feed({ kind: 'timer-fired', job })
    })
  }
}
