import { WirebenchError } from '../contract/errors.ts'
import type { ServerDefinition } from '../contract/schemas/server.ts'
import { echoBehaviour } from './echo-server.ts'
import type { ServerBehaviour } from './server-behaviour.ts'

/** What a server does, as its kind has it. */
export function behaviourOf({ kind }: ServerDefinition): ServerBehaviour {
  switch (kind) {
    case 'echo':
      return echoBehaviour
    case 'discard':
    case 'chargen':
    case 'command':
    case 'm2':
    case 'jsonrpc':
      throw new WirebenchError('capability-missing', { capability: `the server ${kind}` })
    default:
      return kind satisfies never
  }
}
