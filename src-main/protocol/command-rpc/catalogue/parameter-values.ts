/** Values of parameters as the typed texts of a form. */
import type { CallProtocol, ParameterType } from '../../../contract/schemas/call-settings.ts'
import { formatJson } from '../../json/format-json.ts'
import type { JsonNode } from '../../json/json-node.ts'
import { isJsonMarker } from '../../msgpack/json-markers.ts'

export interface TypedText {
  readonly type: ParameterType
  readonly text: string
}

const markedTypes: ReadonlyMap<string, ParameterType> = new Map([
  ['$datetime', 'datetime'],
  ['$hex', 'bytes'],
  ['$raw', 'bytes'],
])

const isInteger = (text: string): boolean => /^-?\d+$/.test(text)

/** The narrowest type that says a value, and its text in it. The markers of dates and bytes count in tcpy alone. */
export function typeAndText(node: JsonNode, protocol: CallProtocol): TypedText {
  switch (node.kind) {
    case 'string':
      return { type: 'text', text: node.value }
    case 'number':
      return { type: isInteger(node.text) ? 'integer' : 'number', text: node.text }
    case 'special':
      return { type: 'number', text: node.text }
    case 'boolean':
      return { type: 'boolean', text: String(node.value) }
    case 'null':
      return { type: 'null', text: '' }
    case 'array':
      return { type: 'json', text: formatJson(node, 'compact') }
    case 'object': {
      const marked = protocol === 'tcpy' ? markedText(node) : null
      return marked ?? { type: 'json', text: formatJson(node, 'compact') }
    }
  }
}

/** A value in a type that was chosen for it, or null when the type cannot say it. */
export function textAs(type: ParameterType, node: JsonNode): string | null {
  switch (type) {
    case 'json':
      return formatJson(node, 'compact')
    case 'text':
      return node.kind === 'string' ? node.value : null
    case 'integer':
      return node.kind === 'number' && isInteger(node.text) ? node.text : null
    case 'number':
      return node.kind === 'number' || node.kind === 'special' ? node.text : null
    case 'boolean':
      return node.kind === 'boolean' ? String(node.value) : null
    case 'null':
      return node.kind === 'null' ? '' : null
    case 'datetime':
    case 'bytes': {
      const marked = node.kind === 'object' ? markedText(node) : null
      return marked?.type === type ? marked.text : null
    }
  }
}

function markedText({ members }: Extract<JsonNode, { readonly kind: 'object' }>): TypedText | null {
  const [only] = members
  if (only === undefined || members.length > 1 || !isJsonMarker(only.key) || only.value.kind !== 'string') return null
  const type = markedTypes.get(only.key)
  return type === undefined ? null : { type, text: only.value.value }
}
