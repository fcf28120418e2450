import { formatJson } from '../../json/format-json.ts'
import type { JsonNode } from '../../json/json-node.ts'
import { numberKey } from '../number-key.ts'

/** An identifier. `text` is its JSON; `key` is the same for identifiers of the same value, null for null. */
export interface JsonRpcId {
  readonly text: string
  readonly key: string | null
}

/** What one object from the peer is. */
export type JsonRpcReading =
  | { readonly kind: 'call'; readonly method: string; readonly id: JsonRpcId }
  | { readonly kind: 'notification'; readonly method: string }
  /** `code` as it was written and `message` of an error, null where it has none of that type. */
  | { readonly kind: 'result'; readonly id: JsonRpcId; readonly text: string }
  | {
      readonly kind: 'error'
      readonly id: JsonRpcId
      readonly text: string
      readonly code: string | null
      readonly message: string | null
    }
  /** `id` is set when it is the answer to it all the same. */
  | { readonly kind: 'invalid'; readonly reason: string; readonly id: JsonRpcId | null }

/**
 * Reads an object of JSON-RPC 2.0 (sections 4 and 5). The member `jsonrpc` may be absent, and of `result` and `error` the one that is not
 * null counts, as older peers write both. Of a member that comes twice the last one counts.
 */
export function readJsonRpc(node: JsonNode): JsonRpcReading {
  if (node.kind !== 'object') return invalid('It is no JSON object.', null)
  let [idNode, method, result, error] = [absent, absent, absent, absent]
  for (const { key, value } of node.members) {
    if (key === 'id') idNode = value
    else if (key === 'method') method = value
    else if (key === 'result') result = value
    else if (key === 'error') error = value
  }
  if (method !== undefined) {
    if (method.kind !== 'string') return invalid('Its method is no text.', null)
    if (idNode === undefined) return { kind: 'notification', method: method.value }
    return { kind: 'call', method: method.value, id: identifierOf(idNode) }
  }
  const id = idNode === undefined ? null : identifierOf(idNode)
  const hasError = error !== undefined && error.kind !== 'null'
  if (error === undefined && result === undefined)
    return invalid('It has neither a method, nor a result, nor an error.', id)
  if (id === null) return invalid('It is a response without an id.', null)
  if (hasError && result !== undefined && result.kind !== 'null') return invalid('It has a result and an error.', id)
  if (error !== undefined && hasError) return readError(error, id)
  return { kind: 'result', id, text: result === undefined ? 'null' : formatJson(result, 'compact') }
}

const absent: JsonNode | undefined = undefined

function readError(node: JsonNode, id: JsonRpcId): JsonRpcReading {
  const members = node.kind === 'object' ? node.members : []
  const code = members.findLast(({ key }) => key === 'code')?.value
  const message = members.findLast(({ key }) => key === 'message')?.value
  return {
    kind: 'error',
    id,
    text: formatJson(node, 'compact'),
    code: code === undefined ? null : formatJson(code, 'compact'),
    message: message?.kind === 'string' ? message.value : null,
  }
}

/** Identifiers are numbers, texts or null; whatever else a peer writes is kept and matches nothing. */
function identifierOf(node: JsonNode): JsonRpcId {
  if (node.kind === 'number') return { text: node.text, key: numberKey(node.text) }
  const text = formatJson(node, 'compact')
  return { text, key: node.kind === 'null' ? null : text }
}

function invalid(reason: string, id: JsonRpcId | null): JsonRpcReading {
  return { kind: 'invalid', reason, id }
}
