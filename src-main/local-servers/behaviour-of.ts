import type { ServerDefinition } from '../contract/schemas/server.ts'
import type { ServerKind } from '../contract/schemas/server-kinds.ts'
import type { BehaviourTools } from './behaviour-tools.ts'
import { chargenBehaviour } from './chargen-server.ts'
import { commandBehaviour } from './command-server/command-server.ts'
import { discardBehaviour } from './discard-server.ts'
import { echoBehaviour } from './echo-server.ts'
import { jsonRpcBehaviour } from './json-rpc-server/json-rpc-server.ts'
import { m2Behaviours } from './m2-server/m2-behaviours.ts'
import { ScriptThread } from './scripts/script-thread.ts'
import type { ServerBehaviour } from './server-behaviour.ts'

/** The behaviour of each port of a server. */
export interface ServedPorts {
  readonly main: ServerBehaviour
  /** Null for servers with one port. */
  readonly telemetry: ServerBehaviour | null
}

/** What a server does at each of its ports, as its kind, rules and faults have it. */
export function servedPortsOf(definition: ServerDefinition, tools: BehaviourTools): ServedPorts {
  if (definition.kind === 'm2') return m2Behaviours(definition, tools)
  return { main: behaviourOf(definition, definition.kind, tools), telemetry: null }
}

/** What a server with one port does, as its kind has it. */
function behaviourOf(
  definition: ServerDefinition,
  kind: Exclude<ServerKind, 'm2'>,
  tools: BehaviourTools,
): ServerBehaviour {
  switch (kind) {
    case 'echo':
      return echoBehaviour
    case 'discard':
      return discardBehaviour
    case 'chargen':
      return chargenBehaviour(definition.chargen.bytesPerSecond, tools.clock)
    case 'command':
      return commandBehaviour(definition, tools, new ScriptThread(tools.clock))
    case 'jsonrpc':
      return jsonRpcBehaviour(definition, tools, new ScriptThread(tools.clock))
    default:
      return kind satisfies never
  }
}
