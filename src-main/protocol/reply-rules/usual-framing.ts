import type { ServerDefinition } from '../../contract/schemas/server.ts'
import type { RuleFraming } from './compiled-rules.ts'

const mebibyte = 1024 * 1024

/** How rules cut what clients send unless they say otherwise, as the kind of server reads it. */
export function usualRuleFraming({
  kind,
  command,
  jsonRpc,
}: Pick<ServerDefinition, 'kind' | 'command' | 'jsonRpc'>): RuleFraming {
  switch (kind) {
    case 'echo':
    case 'discard':
    case 'chargen':
      return { kind: 'lf', maximumFrameBytes: mebibyte }
    case 'command':
      return { kind: 'tcpy', maximumFrameBytes: command.maximumRequestBytes }
    case 'm2':
      return { kind: 'm2', maximumFrameBytes: 65_536 }
    case 'jsonrpc':
      return jsonRpcFraming(jsonRpc)
    default:
      return kind satisfies never
  }
}

function jsonRpcFraming({ framing, lengthField, maximumRequestBytes }: ServerDefinition['jsonRpc']): RuleFraming {
  switch (framing) {
    case 'lines':
      return { kind: 'json-lines', maximumFrameBytes: maximumRequestBytes }
    case 'content-length':
      return { kind: 'content-length', maximumFrameBytes: maximumRequestBytes }
    case 'length-prefix':
      return {
        kind: 'length-prefix',
        field: lengthField,
        bytesBeforeField: 0,
        bytesAfterField: 0,
        valueCounts: 'content',
        addedBytes: 0,
        maximumFrameBytes: maximumRequestBytes,
      }
  }
}
