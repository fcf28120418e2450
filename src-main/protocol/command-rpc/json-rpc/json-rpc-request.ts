import { WirebenchError } from '../../../contract/errors.ts'
import type { CallAnswer } from '../../../contract/schemas/call.ts'
import { formatJson } from '../../json/format-json.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'
import type { CallDraft } from '../call-inputs.ts'

/**
 * A request object (JSON-RPC 2.0, section 4) on one line; `id` is JSON, null for a notification. Throws `call-kind-impossible`,
 * `command-required`, and `call-parameters-malformed` for parameters that are neither an object nor an array.
 */
export function jsonRpcRequestText({ kind, command, parameters }: CallDraft, id: string | null): string {
  if (kind !== 'call' && kind !== 'notification') {
    throw new WirebenchError('call-kind-impossible', { protocol: 'JSON-RPC', kind })
  }
  if (command === null || command.trim() === '') throw new WirebenchError('command-required')
  if (parameters !== null && parameters.kind !== 'object' && parameters.kind !== 'array') {
    throw new WirebenchError('call-parameters-malformed', { reason: 'Parameters are one JSON object or array.' })
  }
  const method = `{"jsonrpc":"2.0","method":${JSON.stringify(command)}`
  const params = parameters === null ? '' : `,"params":${formatJson(parameters, 'compact')}`
  return id === null ? `${method}${params}}` : `${method}${params},"id":${id}}`
}

/**
 * A response object (section 5) to a call of the peer; `id` is its identifier as JSON. An empty result is null. Throws `json-malformed`
 * for a result, data or identifier that is no JSON.
 */
export function jsonRpcResponseText(id: string, answer: CallAnswer): string {
  const head = '{"jsonrpc":"2.0"'
  const tail = `"id":${jsonOf(id)}}`
  if (answer.kind === 'result')
    return `${head},"result":${answer.text.trim() === '' ? 'null' : jsonOf(answer.text)},${tail}`
  const data = answer.dataText.trim() === '' ? '' : `,"data":${jsonOf(answer.dataText)}`
  return `${head},"error":{"code":${answer.code},"message":${JSON.stringify(answer.message)}${data}},${tail}`
}

/** What is answered to calls of the peer that nobody may answer (section 5.1). */
export const methodNotFound: CallAnswer = { kind: 'error', code: -32601, message: 'Method not found', dataText: '' }

function jsonOf(text: string): string {
  const document = parseJsonDocument(text)
  if (!document.ok)
    throw new WirebenchError(
      document.error.code === 'json-malformed' ? 'json-malformed' : 'internal',
      document.error.data,
    )
  return formatJson(document.root, 'compact')
}
