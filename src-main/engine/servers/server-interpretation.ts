import * as v from 'valibot'
import { framingSettings, type FramingSettings } from '../../contract/schemas/framing.ts'
import { interpretation, type DecoderSettings, type Interpretation } from '../../contract/schemas/interpretation.ts'
import type { ServerDefinition } from '../../contract/schemas/server.ts'

/** How the traffic of a server is cut into messages and read, in both directions: as its rules say, or else its kind. */
export function serverInterpretation(definition: ServerDefinition): Interpretation {
  const direction = { framing: serverFraming(definition), decoder: decoderOf(definition) }
  return v.parse(interpretation, { sent: direction, received: direction })
}

/** What goes around messages to the clients of a server. */
export function serverFraming({ kind, rules, jsonRpc }: ServerDefinition): FramingSettings {
  if (rules.framing !== null) return rules.framing
  switch (kind) {
    case 'command':
      return v.parse(framingSettings, { kind: 'tcpy' })
    case 'm2':
      return v.parse(framingSettings, { kind: 'm2' })
    case 'jsonrpc':
      if (jsonRpc.framing === 'lines') return v.parse(framingSettings, { kind: 'json-lines' })
      if (jsonRpc.framing === 'content-length') return { kind: 'raw' }
      return v.parse(framingSettings, { kind: 'length-prefix', field: jsonRpc.lengthField })
    case 'echo':
    case 'discard':
    case 'chargen':
      return { kind: 'raw' }
    default:
      return kind satisfies never
  }
}

function decoderOf({ kind }: ServerDefinition): DecoderSettings {
  switch (kind) {
    case 'command':
      return { kind: 'tcpy' }
    case 'm2':
      return { kind: 'm2' }
    case 'jsonrpc':
      return { kind: 'json' }
    case 'echo':
    case 'discard':
    case 'chargen':
      return { kind: 'automatic' }
    default:
      return kind satisfies never
  }
}
