import { WirebenchError } from '../contract/errors.ts'
import type { ServerDefinition } from '../contract/schemas/server.ts'
import type { BehaviourTools } from './behaviour-tools.ts'
import { chargenBehaviour } from './chargen-server.ts'
import { discardBehaviour } from './discard-server.ts'
import { echoBehaviour } from './echo-server.ts'
import type { ServerBehaviour } from './server-behaviour.ts'

/** The behaviour of each port of a server. */
export interface ServedPorts {
  readonly main: ServerBehaviour
  /** Null for servers with one port. */
  readonly telemetry: ServerBehaviour | null
}

/** What a server does at each of its ports, as its kind, rules and faults have it. */
export function servedPortsOf(definition: ServerDefinition, tools: BehaviourTools): ServedPorts {
  return { main: behaviourOf(definition, tools), telemetry: null }
}

/** What a server does, as its kind has it. */
export function behaviourOf(definition: ServerDefinition, tools: BehaviourTools): ServerBehaviour {
  switch (definition.kind) {
    case 'echo':
      return echoBehaviour
    case 'discard':
      return discardBehaviour
    case 'chargen':
      return chargenBehaviour(definition.chargen.bytesPerSecond, tools.clock)
    case 'command':
    case 'm2':
    case 'jsonrpc':
      throw new WirebenchError('capability-missing', { capability: `the server ${definition.kind}` })
    default:
      return definition.kind satisfies never
  }
}
