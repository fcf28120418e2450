import { describeError, WirebenchError } from '../../../contract/errors.ts'
import { formatJson } from '../../json/format-json.ts'
import type { JsonMember, JsonNode } from '../../json/json-node.ts'
import { messagePackOfJson } from '../../msgpack/of-json.ts'
import type { CallDraft } from '../call-inputs.ts'
import { jsonObject, jsonString, newMember } from '../new-json.ts'

/** The key under which the command travels beside the parameters (seed-systems 1.2). */
const commandKey = 'cmd'
const prefixBytes = 4

export interface EncodedRequest {
  /** The whole frame: length and content, to go out in one write. */
  readonly bytes: Uint8Array
  /** The content as JSON. */
  readonly text: string
}

/**
 * A request of tcpy: a 32-bit big-endian length and one MessagePack map, which holds the parameters in their order and then `cmd`; with a
 * command of null it holds the parameters alone. Throws `command-required`, and `call-parameter-malformed` with the `name` of the
 * parameter that has no MessagePack (an integer beyond 64 bits, half a character, a date that does not exist), or that is called `cmd`.
 */
export function encodeTcpyRequest(draft: CallDraft): EncodedRequest {
  const { command, parameters } = draft
  if (command === '') throw new WirebenchError('command-required')
  if (parameters !== null && parameters.kind !== 'object') {
    throw new WirebenchError('call-parameters-malformed', { reason: 'Parameters of tcpy are one JSON object.' })
  }
  const members = parameters?.members ?? []
  if (command !== null && members.some(({ key }) => key === commandKey)) {
    const reason = 'The command itself is sent under this name. Rename it, or leave the command away.'
    throw new WirebenchError('call-parameter-malformed', { name: commandKey, reason })
  }
  const root =
    command === null
      ? (parameters ?? jsonObject([]))
      : jsonObject([...members, newMember(commandKey, jsonString(command))])
  const encoded = messagePackOfJson(root, 'tcpy')
  if (!encoded.ok) throw refusal(members, encoded.error.data.reason ?? null)
  return { bytes: frameOf(encoded.bytes), text: formatJson(root, 'compact') }
}

function frameOf(content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(prefixBytes + content.length)
  new DataView(frame.buffer).setUint32(0, content.length)
  frame.set(content, prefixBytes)
  return frame
}

/** Names the parameter that cannot be sent: the first whose key or value has no MessagePack of its own. */
function refusal(members: readonly JsonMember[], otherReason: string | number | boolean | null): WirebenchError {
  for (const { key, value } of members) {
    const reason = reasonOf(jsonString(key)) ?? reasonOf(value)
    if (reason !== null) return new WirebenchError('call-parameter-malformed', { name: key, reason })
  }
  return new WirebenchError('call-parameter-malformed', { name: commandKey, reason: otherReason })
}

function reasonOf(node: JsonNode): string | null {
  const encoded = messagePackOfJson(node, 'tcpy')
  if (encoded.ok) return null
  const { found, reason } = describeError(encoded.error.code, encoded.error.data).data
  return `MessagePack has no form for ${String(found)}. ${String(reason)}`
}
