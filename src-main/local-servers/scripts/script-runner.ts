import type { JsonNode } from '../../protocol/json/json-node.ts'
import type { CommandOutcome } from '../../protocol/command-server/command-outcome.ts'
import type { ErrorShape } from '../../contract/errors.ts'
import type { ScriptLimits } from '../../contract/schemas/command-table.ts'

/** One run of a script. */
export interface ScriptCall {
  readonly source: string
  readonly parameters: JsonNode
  readonly count: number
}

/** How a run ended. `error` is set when the script could not be run to its end; the outcome then says so to the client. */
export interface ScriptResult {
  readonly outcome: CommandOutcome
  readonly error: ErrorShape | null
}

/** Runs the scripts of one server, in the order in which they are asked for. */
export interface ScriptRunner {
  run(call: ScriptCall, limits: ScriptLimits): Promise<ScriptResult>
  /** `script-malformed`, or null when it can be read. */
  check(source: string): Promise<ErrorShape | null>
  /** What waits is given up. */
  close(): Promise<void>
}
