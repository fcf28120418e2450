/** JSON trees that stand in no text. */
import type {
  JsonArrayNode,
  JsonMember,
  JsonNode,
  JsonNumberNode,
  JsonObjectNode,
  JsonStringNode,
} from '../json/json-node.ts'

const nowhere = { start: 0, end: 0 } as const

export const jsonNull: JsonNode = { kind: 'null', ...nowhere }
export const jsonString = (value: string): JsonStringNode => ({ kind: 'string', value, ...nowhere })
/** `text` is a JSON number. */
export const jsonNumber = (text: string): JsonNumberNode => ({ kind: 'number', text, ...nowhere })
export const jsonBoolean = (value: boolean): JsonNode => ({ kind: 'boolean', value, ...nowhere })
export const jsonArray = (elements: readonly JsonNode[]): JsonArrayNode => ({ kind: 'array', elements, ...nowhere })
export const jsonObject = (members: readonly JsonMember[]): JsonObjectNode => ({ kind: 'object', members, ...nowhere })
export const newMember = (key: string, value: JsonNode): JsonMember => ({ key, keyStart: 0, keyEnd: 0, value })
