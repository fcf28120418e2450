import type { ServerDefinition } from '../../contract/schemas/server.ts'
import type { WorkerPoolSettings } from '../../protocol/command-server/worker-pool.ts'
import type { BehaviourTools } from '../behaviour-tools.ts'
import type { ScriptCall, ScriptResult, ScriptRunner } from '../scripts/script-runner.ts'
import type { ClientService, ServedClient, ServerBehaviour } from '../server-behaviour.ts'
import { LiveTable } from './live-table.ts'
import { WorkerQueue } from './worker-queue.ts'

/** What the clients of a server with a command table work with. */
export interface TableDesk<Job> {
  readonly tools: BehaviourTools
  readonly table: LiveTable
  readonly queue: WorkerQueue<Job>
  /** Runs a script within the limits of the table of now. */
  runScript(call: ScriptCall): Promise<ScriptResult>
}

/** How a kind of server works with its table. */
export interface TableServing<Job> {
  readonly workers: WorkerPoolSettings
  /** A worker takes up a job. */
  readonly begin: (job: Job) => void
  readonly serve: (client: ServedClient, desk: TableDesk<Job>) => ClientService
}

/** A server with a command table, workers and scripts. The runner of scripts is closed with it. */
export function tableBehaviour<Job>(
  definition: ServerDefinition,
  tools: BehaviourTools,
  scripts: ScriptRunner,
  { workers, begin, serve }: TableServing<Job>,
): ServerBehaviour {
  const table = new LiveTable(definition.table)
  const queue = new WorkerQueue<Job>(workers, tools.clock, begin, () => tools.onActivity())
  const desk: TableDesk<Job> = { tools, table, queue, runScript: (call) => scripts.run(call, table.scriptLimits) }
  return {
    serve: (client) => serve(client, desk),
    activity: () => queue.activity(),
    redefine: (redefined) => table.redefine(redefined.table),
    close: () => {
      queue.close()
      void scripts.close()
    },
  }
}
