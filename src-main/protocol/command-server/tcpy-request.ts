/** What a tcpy server makes of the payload of a frame, with the texts of its errors (seed-systems 1.2). */
import { formatJson } from '../json/format-json.ts'
import type { JsonMember, JsonNode } from '../json/json-node.ts'
import { datetimeTextKey, describeDatetime } from '../msgpack/datetime.ts'
import { decodeMessagePack, decodeMessagePackPrefix } from '../msgpack/decode.ts'
import type { MessagePackEntry, MessagePackNode } from '../msgpack/message-pack-node.ts'
import { jsonOfMessagePack } from '../msgpack/to-json.ts'
import { newMember } from '../command-rpc/new-json.ts'
import { mergedMembers } from './json-members.ts'

export type TcpyRequest =
  | {
      readonly kind: 'call'
      /** As Python writes it: "None" where there is no `cmd`, or an empty one. */
      readonly command: string
      /** All keys but `cmd`. */
      readonly parameters: readonly JsonMember[]
    }
  /** `message` is what the error frame says, also when it is empty; `reason` says it to a person. */
  | { readonly kind: 'invalid'; readonly message: string; readonly reason: string }

export type TcpyMessage =
  | { readonly kind: 'value'; readonly value: JsonNode; readonly node: MessagePackNode }
  | { readonly kind: 'invalid'; readonly message: string; readonly reason: string }

/** A request of a client has at most so many values. */
const maximumValues = 1_000_000

/** Any frame of a client, such as a turn of a conversation. */
export function readTcpyMessage(payload: Uint8Array): TcpyMessage {
  const decoded = decodeMessagePack(payload, 0, { maximumValues })
  if (decoded.ok) {
    if (decoded.end === payload.length) {
      const dateProblem = brokenDate(decoded.node)
      if (dateProblem !== null) return { kind: 'invalid', message: dateProblem, reason: 'A date in it is none.' }
      return { kind: 'value', value: jsonOfMessagePack(decoded.node, 'tcpy'), node: decoded.node }
    }
    const reason = `${payload.length - decoded.end} bytes follow the value.`
    return { kind: 'invalid', message: '', reason }
  }
  const { offset, reason } = decoded.error.data
  const invalid = (message: string): TcpyMessage => ({ kind: 'invalid', message, reason: String(reason) })
  if (decodeMessagePackPrefix(payload, 0, { maximumValues }).truncated) {
    return invalid('Unpack failed: incomplete input')
  }
  return invalid(typeof offset === 'number' && payload[offset] === 0xc1 ? 'Unknown header: 0xc1' : String(reason))
}

/**
 * The text of the exception for the first map that says it is a date and is none (seed-systems 1.1); null where there is none. The
 * texts are those of Python's `strptime` and of a missing key.
 */
function brokenDate(node: MessagePackNode): string | null {
  if (node.kind !== 'array' && node.kind !== 'map') return null
  const parts = node.kind === 'array' ? node.items : node.entries.flatMap(({ key, value }) => [key, value])
  for (const part of parts) {
    const problem = brokenDate(part)
    if (problem !== null) return problem
  }
  if (node.kind !== 'map' || (describeDatetime(node)?.ok ?? true)) return null
  const written = node.entries.findLast(({ key }) => key.kind === 'string' && key.text === datetimeTextKey)?.value
  if (written === undefined) return datetimeTextKey
  if (written.kind !== 'string') return `strptime() argument 1 must be string, not ${pythonTypeName(written)}`
  return `time data '${written.text}' does not match format '%Y-%m-%dT%H:%M:%S.%f'`
}

/** The first frame of a conversation: a map with `cmd` and the parameters. */
export function readTcpyRequest(payload: Uint8Array): TcpyRequest {
  const message = readTcpyMessage(payload)
  if (message.kind === 'invalid') return message
  const { node, value } = message
  if (node.kind !== 'map') {
    const text = `make_handler() argument after ** must be a mapping, not ${pythonTypeName(node)}`
    return { kind: 'invalid', message: text, reason: `It is no map but ${nodeNames[node.kind]}.` }
  }
  const members = membersOf(node.entries, value)
  if (members === null) {
    return { kind: 'invalid', message: 'make_handler() keywords must be strings', reason: 'A key is no string.' }
  }
  const command = members.find(({ key }) => key === commandKey)?.value
  return {
    kind: 'call',
    command: commandName(command),
    parameters: members.filter(({ key }) => key !== commandKey),
  }
}

const commandKey = 'cmd'

/** `%s` of Python for the value of `cmd`. */
function commandName(value: JsonNode | undefined): string {
  if (value === undefined || value.kind === 'null') return 'None'
  if (value.kind === 'boolean') return value.value ? 'True' : 'False'
  if (value.kind === 'string') return value.value === '' ? 'None' : value.value
  return formatJson(value, 'python')
}

/** The entries of a map by their keys; of a key that is there twice the last. Null when a key is no string. */
function membersOf(entries: readonly MessagePackEntry[], value: JsonNode): JsonMember[] | null {
  if (value.kind === 'object' && value.members.length === entries.length) {
    const isPlain = entries.every(({ key }, index) => key.kind === 'string' && value.members[index]?.key === key.text)
    if (isPlain) return mergedMembers(value.members)
  }
  // Maps that JSON writes in another way: dates, keys that are no text.
  const members: JsonMember[] = []
  for (const entry of entries) {
    const name = keyText(entry.key)
    if (name === null) return null
    members.push(newMember(name, jsonOfMessagePack(entry.value, 'tcpy')))
  }
  return mergedMembers(members)
}

/** A key as text; bytes that are no UTF-8 as Python shows them. */
function keyText(key: MessagePackNode): string | null {
  if (key.kind === 'string') return key.text
  if (key.kind !== 'raw' && key.kind !== 'binary') return null
  return Array.from(key.bytes, (byte) =>
    byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte),
  ).join('')
}

const nodeNames: Readonly<Record<MessagePackNode['kind'], string>> = {
  nil: 'nil',
  boolean: 'a boolean',
  integer: 'an integer',
  float: 'a float',
  string: 'a string',
  raw: 'a string',
  binary: 'binary data',
  array: 'an array',
  map: 'a map',
  extension: 'an extension',
  missing: 'nothing',
}

/** The type that Python 2 has for it: raw data is `str`, integers over 64 bits signed are `long`. */
function pythonTypeName(node: MessagePackNode): string {
  switch (node.kind) {
    case 'nil':
    case 'missing':
      return 'NoneType'
    case 'boolean':
      return 'bool'
    case 'integer':
      return node.value > 0x7fff_ffff_ffff_ffffn ? 'long' : 'int'
    case 'float':
      return 'float'
    case 'string':
    case 'raw':
    case 'binary':
      return 'str'
    case 'array':
      return 'list'
    case 'map':
      return 'dict'
    case 'extension':
      return 'ExtType'
  }
}
