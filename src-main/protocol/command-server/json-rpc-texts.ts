/** What a server of JSON-RPC 2.0 reads and writes, as text. Source: the specification, sections 4 to 6. */
import { newMember, jsonArray, jsonNull, jsonObject } from '../command-rpc/new-json.ts'
import { formatJson } from '../json/format-json.ts'
import type { JsonMember, JsonNode, JsonObjectNode } from '../json/json-node.ts'
import { utf8Text } from '../text/utf8.ts'
import type { CommandOutcome } from './command-outcome.ts'
import type { CompiledCommand } from './compiled-table.ts'
import { namesProblem } from './signature.ts'

/** One message of a client. `id` is its JSON exactly as the client wrote it, null for a notification. */
export type JsonRpcInput =
  | {
      readonly kind: 'request'
      readonly id: string | null
      readonly method: string
      /** An object, an array, or nothing. */
      readonly parameters: JsonNode | null
    }
  /** An answer to something that this side sent. */
  | { readonly kind: 'response' }
  | { readonly kind: 'invalid'; readonly id: string | null; readonly reason: string }

/** Reads a value of a document that was read from these bytes. */
export function readJsonRpcInput(node: JsonNode, bytes: Uint8Array): JsonRpcInput {
  if (node.kind !== 'object') return invalid(null, 'A request is an object.')
  let [version, method, parameters, id, hasAnswer]: [
    JsonNode | null,
    JsonNode | null,
    JsonNode | null,
    JsonNode | null,
    boolean,
  ] = [null, null, null, null, false]
  for (const { key, value } of node.members) {
    if (key === 'jsonrpc') version = value
    else if (key === 'method') method = value
    else if (key === 'params') parameters = value
    else if (key === 'id') id = value
    else if (key === 'result' || key === 'error') hasAnswer = true
  }
  if (method === null && hasAnswer) return { kind: 'response' }
  if (id !== null && id.kind !== 'string' && id.kind !== 'number' && id.kind !== 'null') {
    return invalid(null, 'An id is a string, a number or null.')
  }
  const idText = id === null ? null : (utf8Text(bytes.subarray(id.start, id.end)) ?? 'null')
  if (version?.kind !== 'string' || version.value !== '2.0') return invalid(idText, '"jsonrpc" has to be "2.0".')
  if (method?.kind !== 'string') return invalid(idText, 'The method is a string.')
  if (parameters !== null && parameters.kind !== 'object' && parameters.kind !== 'array') {
    return invalid(idText, 'Parameters are an object or an array.')
  }
  return { kind: 'request', id: idText, method: method.value, parameters }
}

function invalid(id: string | null, reason: string): JsonRpcInput {
  return { kind: 'invalid', id, reason }
}

export type NamedParameters =
  | { readonly ok: true; readonly named: JsonObjectNode; readonly request: JsonNode }
  | { readonly ok: false; readonly reason: string }

/** Parameters by name: those of an array get the names of the command's parameters, in their order. */
export function namedParameters(command: CompiledCommand, given: JsonNode | null): NamedParameters {
  const members = given?.kind === 'object' ? given.members : membersOf(command, given)
  if (members === null) return { ok: false, reason: `At most ${command.parameters.length} parameters are taken.` }
  const reason = namesProblem(command, new Set(members.map(({ key }) => key)))
  if (reason !== null) return { ok: false, reason }
  return { ok: true, named: jsonObject(members), request: given ?? jsonObject([]) }
}

/** Null when there are more than names. */
function membersOf({ parameters, acceptsOthers }: CompiledCommand, given: JsonNode | null): JsonMember[] | null {
  if (given?.kind !== 'array') return []
  if (given.elements.length > parameters.length && !acceptsOthers) return null
  return given.elements
    .slice(0, parameters.length)
    .map((value, index) => newMember(parameters[index]?.name ?? '', value))
}

/** The codes of the specification, section 5.1. */
export const jsonRpcErrors = {
  parseError: { code: -32_700, message: 'Parse error' },
  invalidRequest: { code: -32_600, message: 'Invalid Request' },
  methodNotFound: { code: -32_601, message: 'Method not found' },
  invalidParameters: { code: -32_602, message: 'Invalid params' },
} as const

/** Of errors of commands that name none; the first of those that servers may use for their own. */
const generalErrorCode = -32_000

/** An error object of the specification with a sentence as its data. */
export function jsonRpcError(
  { code, message }: { code: number; message: string },
  reason: string,
  id: string | null,
): string {
  const error = `{"code":${code},"message":${JSON.stringify(message)},"data":${JSON.stringify(reason)}}`
  return `{"jsonrpc":"2.0","error":${error},"id":${id ?? 'null'}}`
}

/**
 * The response with what a command came to. Nothing is null. Details of an error are its `data`; where the command names no code, an
 * integer `code` among them is taken for it.
 */
export function jsonRpcResponse(outcome: Exclude<CommandOutcome, { kind: 'finished' }>, id: string): string {
  switch (outcome.kind) {
    case 'result':
      return `{"jsonrpc":"2.0","result":${strictJson(outcome.value)},"id":${id}}`
    case 'nothing':
      return `{"jsonrpc":"2.0","result":null,"id":${id}}`
    case 'error': {
      const { code, data } = codeAndData(outcome.code, outcome.extra)
      const details = data === null ? '' : `,"data":${strictJson(data)}`
      const error = `{"code":${code},"message":${JSON.stringify(outcome.message)}${details}}`
      return `{"jsonrpc":"2.0","error":${error},"id":${id}}`
    }
  }
}

/** The same, but an error for a reply that no string can hold. */
export function responseOf(outcome: Exclude<CommandOutcome, { kind: 'finished' }>, id: string): string {
  try {
    return jsonRpcResponse(outcome, id)
  } catch (thrown) {
    // There is no string of that length.
    if (!(thrown instanceof RangeError)) throw thrown
    return jsonRpcResponse({ kind: 'error', message: 'The reply is too large.', code: null, extra: null }, id)
  }
}

function codeAndData(code: number | null, extra: JsonObjectNode | null): { code: string; data: JsonObjectNode | null } {
  if (code !== null || extra === null) return { code: String(code ?? generalErrorCode), data: extra }
  const given = extra.members.findLast(({ key }) => key === 'code')?.value
  if (given?.kind !== 'number' || !/^-?\d{1,15}$/.test(given.text))
    return { code: String(generalErrorCode), data: extra }
  const others = extra.members.filter(({ key }) => key !== 'code')
  return { code: given.text, data: others.length === 0 ? null : jsonObject(others) }
}

/** Compact JSON of RFC 8259, which has no NaN and no infinities: they are null, as JavaScript writes them. */
export function strictJson(value: JsonNode): string {
  return formatJson(hasSpecial(value) ? withoutSpecials(value) : value, 'compact')
}

function hasSpecial(value: JsonNode): boolean {
  if (value.kind === 'special') return true
  if (value.kind === 'array') return value.elements.some(hasSpecial)
  return value.kind === 'object' && value.members.some((member) => hasSpecial(member.value))
}

function withoutSpecials(value: JsonNode): JsonNode {
  if (value.kind === 'special') return jsonNull
  if (value.kind === 'array') return jsonArray(value.elements.map(withoutSpecials))
  if (value.kind !== 'object') return value
  return jsonObject(value.members.map((member) => newMember(member.key, withoutSpecials(member.value))))
}
