import { WirebenchError } from '../../../contract/errors.ts'
import type { CallProtocol, ParameterType } from '../../../contract/schemas/call-settings.ts'
import { parseHex } from '../../hex/parse-hex.ts'
import type { JsonNode } from '../../json/json-node.ts'
import { parseJsonDocument } from '../../json/parse-json.ts'
import { normalizeDatetime } from '../../msgpack/datetime.ts'
import type { JsonMarker } from '../../msgpack/json-markers.ts'
import { jsonArray, jsonBoolean, jsonNull, jsonNumber, jsonObject, jsonString, newMember } from '../new-json.ts'
import { givenTwice } from './json-parameters.ts'

export interface FormParameter {
  readonly name: string
  readonly type: ParameterType
  readonly value: string
}

type Reading = { readonly node: JsonNode } | { readonly reason: string }

/** Longest text of an integer in hex; decimal ones may have any length. */
const longestHexInteger = 1024

/**
 * Parameters of a form, in their order. `positional` makes an array of them in JSON-RPC; elsewhere parameters have names. Errors:
 * `call-parameter-malformed` with `name`, `index` (among these parameters) and `reason`.
 */
export function readFormParameters(
  parameters: readonly FormParameter[],
  positional: boolean,
  protocol: CallProtocol,
): JsonNode | null {
  const names = new Set<string>()
  const members = parameters.map(({ name, type, value }, index) => {
    if (names.has(name)) throw givenTwice(name, { index })
    names.add(name)
    const reading = readTypedValue(type, value, protocol)
    if ('reason' in reading) {
      throw new WirebenchError('call-parameter-malformed', { name, index, reason: reading.reason })
    }
    return newMember(name, reading.node)
  })
  if (members.length === 0) return null
  return positional && protocol === 'jsonrpc' ? jsonArray(members.map(({ value }) => value)) : jsonObject(members)
}

/**
 * The value of a typed text. `integer`: any size, decimal or `0x…`, sent in decimal. `number`: JSON, sent exactly as written. `datetime`
 * and `bytes` become the markers of `json-markers.ts`, which tcpy alone knows.
 */
function readTypedValue(type: ParameterType, value: string, protocol: CallProtocol): Reading {
  switch (type) {
    case 'text':
      return { node: jsonString(value) }
    case 'integer':
      return readInteger(value.trim())
    case 'number':
      return readNumber(value.trim())
    case 'boolean': {
      const word = value.trim().toLowerCase()
      return word === 'true' || word === 'false'
        ? { node: jsonBoolean(word === 'true') }
        : { reason: 'Write true or false.' }
    }
    case 'null':
      return { node: jsonNull }
    case 'json': {
      const document = parseJsonDocument(value)
      return document.ok ? { node: document.root } : { reason: document.error.message }
    }
    case 'datetime': {
      if (protocol !== 'tcpy') return { reason: 'Only tcpy has dates: send a text or a number.' }
      const text = normalizeDatetime(value.trim().replace(' ', 'T'), 0)
      const form = 'Write a date and a time without a zone, such as 2014-05-06T07:08:09.00001.'
      return text === null ? { reason: form } : { node: marked('$datetime', text) }
    }
    case 'bytes': {
      if (protocol !== 'tcpy') return { reason: 'Only tcpy has bytes: send them as a text.' }
      const parsed = parseHex(value)
      if (!parsed.ok) return { reason: parsed.error.message }
      const hex = Array.from(parsed.bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
      return { node: marked('$hex', hex) }
    }
  }
}

function readInteger(text: string): Reading {
  const digits = /^\+?(-?)0*(\d+)$/.exec(text)
  if (digits !== null && !text.startsWith('+-')) {
    const [, sign = '', number = ''] = digits
    return { node: jsonNumber(number === '0' ? '0' : sign + number) }
  }
  const hex = /^([+-]?)(0x[0-9a-f]+)$/i.exec(text)
  if (hex !== null && text.length <= longestHexInteger) {
    const value = BigInt(hex[2] ?? '0')
    return { node: jsonNumber(String(hex[1] === '-' ? -value : value)) }
  }
  return { reason: 'Write a whole number, such as 42, -7 or 0xff.' }
}

function readNumber(text: string): Reading {
  const document = parseJsonDocument(text)
  if (document.ok && (document.root.kind === 'number' || document.root.kind === 'special')) {
    return { node: document.root }
  }
  return { reason: 'Write a number, such as 1.5, -3 or 2e6.' }
}

function marked(marker: JsonMarker, text: string): JsonNode {
  return jsonObject([newMember(marker, jsonString(text))])
}
