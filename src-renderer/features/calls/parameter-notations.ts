/** Parameters from one notation to another. The JSON text is what they all come to: the engine reads the others into it. */
import type { ErrorShape } from '../../../src-main/contract/errors.ts'
import type { CallProtocol, ParameterType } from '../../../src-main/contract/schemas/call-settings.ts'
import { formatJson } from '../../../src-main/protocol/json/format-json.ts'
import type { JsonMember, JsonNode } from '../../../src-main/protocol/json/json-node.ts'
import { parseJsonDocument } from '../../../src-main/protocol/json/parse-json.ts'
import { newParameter, type ParameterDraft } from './call-draft.ts'

/** The same parameters in another notation, or why they have none there. */
export type Rewritten<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: 'malformed'; readonly error: ErrorShape; readonly index: number }
  | { readonly ok: false; readonly reason: 'not-named' }

export interface FormParameters {
  readonly parameters: ParameterDraft[]
  readonly positional: boolean
}

/**
 * The rows of a form for a JSON text. Rows there already keep their notes; those that the text does not have are left out
 * of the call and stay in the form. An array fills the rows in their order.
 */
export function formOfJson(
  text: string,
  before: readonly ParameterDraft[],
  protocol: CallProtocol,
): Rewritten<FormParameters> {
  const root = rootOf(text)
  if (!root.ok) return root
  const node = root.value
  if (node === null) return { ok: true, value: { parameters: leftOut(before), positional: false } }
  if (node.kind === 'array' && protocol === 'jsonrpc') {
    const named = node.elements.map((element, index): ParameterDraft => {
      const row = before[index] ?? newParameter(String(index + 1))
      return { ...row, ...typedValue(element, protocol, row.type), isIncluded: true }
    })
    return { ok: true, value: { parameters: [...named, ...leftOut(before.slice(named.length))], positional: true } }
  }
  if (node.kind !== 'object') return { ok: false, reason: 'not-named' }
  const members = new Map(node.members.map(({ key, value }) => [key, value]))
  const kept = before.map((row): ParameterDraft => {
    const value = members.get(row.name)
    if (value === undefined) return { ...row, isIncluded: false }
    members.delete(row.name)
    return { ...row, ...typedValue(value, protocol, row.type), isIncluded: true }
  })
  const added = [...members].map(([name, value]): ParameterDraft => ({
    ...newParameter(name),
    ...typedValue(value, protocol),
  }))
  return { ok: true, value: { parameters: [...kept, ...added], positional: false } }
}

/** A JSON text as pairs, one a line: `name=text` where that says the same, else `name:=json`. */
export function pairsOfJson(text: string): Rewritten<string> {
  const root = rootOf(text)
  if (!root.ok) return root
  if (root.value === null) return { ok: true, value: '' }
  if (root.value.kind !== 'object') return { ok: false, reason: 'not-named' }
  return { ok: true, value: pairsOf(root.value.members).join('\n') }
}

/** One parameter in each text. Names and texts with white space, quotes or an equals sign stand in quotes. */
function pairsOf(members: readonly JsonMember[]): readonly string[] {
  return members.map(({ key, value }) => {
    const name = /^[^\s"'=:]+$/u.test(key) ? key : quoted(key)
    if (value.kind !== 'string') return `${name}:=${formatJson(value, 'compact')}`
    return `${name}=${/^([^\s"']\S*)?$/u.test(value.value) ? value.value : quoted(value.value)}`
  })
}

const otherEscapes: ReadonlyMap<string, string> = new Map([
  [String.raw`\b`, String.raw`\u0008`],
  [String.raw`\f`, String.raw`\u000c`],
])

/** In double quotes, with the escapes that pairs know. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/\\[\\bf]/g, (escape) => otherEscapes.get(escape) ?? escape)
}

/** The tree of a JSON text; null when there is none to read. */
export function rootOf(text: string): Rewritten<JsonNode | null> {
  if (text.trim() === '') return { ok: true, value: null }
  const parsed = parseJsonDocument(text)
  return parsed.ok
    ? { ok: true, value: parsed.root }
    : { ok: false, reason: 'malformed', error: parsed.error, index: parsed.index }
}

function leftOut(rows: readonly ParameterDraft[]): ParameterDraft[] {
  return rows.map((row) => ({ ...row, isIncluded: false }))
}

/** How a JSON value is typed in a form; `usual` stays where it says the same. */
function typedValue(
  node: JsonNode,
  protocol: CallProtocol,
  usual?: ParameterType,
): Pick<ParameterDraft, 'type' | 'value'> {
  switch (node.kind) {
    case 'string':
      return { type: 'text', value: node.value }
    case 'number':
      if (usual === 'number') return { type: 'number', value: node.text }
      return { type: /^-?\d+$/.test(node.text) ? 'integer' : 'number', value: node.text }
    case 'boolean':
      return { type: 'boolean', value: String(node.value) }
    case 'null':
      return { type: 'null', value: '' }
    default: {
      const special = protocol === 'tcpy' ? specialValue(node) : null
      return special ?? { type: 'json', value: formatJson(node, 'compact') }
    }
  }
}

/** tcpy: what JSON has no value for stands as an object with one key. */
function specialValue(node: JsonNode): Pick<ParameterDraft, 'type' | 'value'> | null {
  if (node.kind !== 'object' || node.members.length !== 1) return null
  const [member] = node.members
  if (member?.value.kind !== 'string') return null
  if (member.key === '$datetime') return { type: 'datetime', value: member.value.value }
  if (member.key === '$hex') return { type: 'bytes', value: member.value.value }
  return null
}
