/**
 * JSON on its way into the sandbox and back. JavaScript would round integers beyond 2^53 and has no text for NaN, so strings
 * carry a letter in front: `s` a string, `n` an integer (BigInt there), `f` NaN or an infinity. Keys stay as they are.
 */
import { newMember, jsonArray, jsonNumber, jsonObject, jsonString } from '../../protocol/command-rpc/new-json.ts'
import { formatJson } from '../../protocol/json/format-json.ts'
import type { JsonNode } from '../../protocol/json/json-node.ts'
import { parseJsonDocument } from '../../protocol/json/parse-json.ts'

/** A value as text for the sandbox. */
export function scriptText(value: JsonNode): string {
  return formatJson(withLetters(value), 'compact')
}

/** What the sandbox wrote; null when it is no such text, which a script can bring about. */
export function valueOfScript(text: string): JsonNode | null {
  const document = parseJsonDocument(text)
  return document.ok ? withoutLetters(document.root) : null
}

function withLetters(value: JsonNode): JsonNode {
  switch (value.kind) {
    case 'string':
      return jsonString(`s${value.value}`)
    case 'number':
      return isPlain(value.text) ? value : jsonString(`n${value.text}`)
    case 'special':
      return jsonString(`f${value.text}`)
    case 'array':
      return jsonArray(value.elements.map(withLetters))
    case 'object':
      return jsonObject(value.members.map((member) => newMember(member.key, withLetters(member.value))))
    default:
      return value
  }
}

/** Numbers with a point or exponent are floats there as everywhere. */
function isPlain(text: string): boolean {
  return !/^-?\d+$/.test(text) || Number.isSafeInteger(Number(text))
}

function withoutLetters(value: JsonNode): JsonNode {
  switch (value.kind) {
    case 'string': {
      const rest = value.value.slice(1)
      if (value.value.startsWith('n') && /^-?\d+$/.test(rest)) return jsonNumber(rest)
      if (value.value.startsWith('f') && isSpecial(rest)) return { kind: 'special', text: rest, start: 0, end: 0 }
      return jsonString(rest)
    }
    case 'array':
      return jsonArray(value.elements.map(withoutLetters))
    case 'object':
      return jsonObject(value.members.map((member) => newMember(member.key, withoutLetters(member.value))))
    default:
      return value
  }
}

function isSpecial(text: string): text is 'NaN' | 'Infinity' | '-Infinity' {
  return text === 'NaN' || text === 'Infinity' || text === '-Infinity'
}
