/**
 * What a JSON Schema names at a place of a document, for completion. It reads what can be read without deciding: every
 * branch of `allOf`, `anyOf`, `oneOf`, `then` and `else` counts, because the document is still being written. Patterns of
 * keys are not followed, they could be costly to match; references are followed inside the schema only.
 */
import { formatJson } from './format-json.ts'
import type {
  JsonKeySuggestion,
  JsonNode,
  JsonObjectNode,
  JsonPath,
  JsonPathStep,
  JsonSchemaSuggestions,
  JsonValueSuggestion,
} from './json-node.ts'

/** Most schemas looked at for one answer: a hostile schema refers to itself in circles and in every branch. */
const maximumSchemas = 2000
const maximumKeys = 500
const maximumValues = 200
/** Longer values are no help in a list. */
const maximumValueLength = 500

/** Keywords whose schemas hold at the same place as the schema they stand in. */
const sameplaceLists = ['allOf', 'anyOf', 'oneOf']
const sameplaceSchemas = ['then', 'else']

/** Keys and values that the schema names for the value at `path`, as the schema orders them, each once. */
export function jsonSchemaSuggestions(schemaRoot: JsonNode, path: JsonPath): JsonSchemaSuggestions {
  const anchors = anchorsOf(schemaRoot)
  let schemas = withSameplace([schemaRoot], schemaRoot, anchors)
  for (const step of path) {
    schemas = withSameplace(
      schemas.flatMap((schema) => schemasBehind(schema, step)),
      schemaRoot,
      anchors,
    )
  }
  return { keys: keysOf(schemas, schemaRoot, anchors), values: valuesOf(schemas) }
}

type Anchors = ReadonlyMap<string, JsonNode>

/** The objects among the schemas and all that hold beside them. */
function withSameplace(schemas: readonly JsonNode[], root: JsonNode, anchors: Anchors): readonly JsonObjectNode[] {
  const found = new Set<JsonObjectNode>()
  const waiting = [...schemas].reverse()
  while (waiting.length > 0 && found.size < maximumSchemas) {
    const schema = waiting.pop()
    if (schema?.kind !== 'object' || found.has(schema)) continue
    found.add(schema)
    const beside: JsonNode[] = []
    for (const keyword of ['$ref', '$dynamicRef']) {
      const target = resolveReference(member(schema, keyword), root, anchors)
      if (target !== null) beside.push(target)
    }
    for (const keyword of sameplaceLists) beside.push(...elementsOf(member(schema, keyword)))
    for (const keyword of sameplaceSchemas) {
      const branch = member(schema, keyword)
      if (branch !== null) beside.push(branch)
    }
    waiting.push(...beside.reverse())
  }
  return [...found]
}

/** Schemas that hold one step below a schema. */
function schemasBehind(schema: JsonObjectNode, step: JsonPathStep): readonly JsonNode[] {
  if (step.kind === 'descendant') return []
  if (step.kind === 'member') return present(propertySchema(schema, step.name))
  const items = member(schema, 'items')
  const tuple = elementsOf(member(schema, 'prefixItems')).concat(elementsOf(items))
  const rest = items?.kind === 'array' ? member(schema, 'additionalItems') : items
  const contains = member(schema, 'contains')
  if (step.kind === 'all') return [...tuple, ...present(rest), ...present(contains)]
  return [...present(tuple[step.index] ?? rest), ...present(contains)]
}

function propertySchema(schema: JsonObjectNode, name: string): JsonNode | null {
  const properties = member(schema, 'properties')
  const property = properties?.kind === 'object' ? member(properties, name) : null
  return property ?? member(schema, 'additionalProperties')
}

function keysOf(schemas: readonly JsonObjectNode[], root: JsonNode, anchors: Anchors): readonly JsonKeySuggestion[] {
  const required = new Set<string>()
  for (const schema of schemas) {
    for (const name of elementsOf(member(schema, 'required'))) if (name.kind === 'string') required.add(name.value)
  }
  const keys = new Map<string, JsonKeySuggestion>()
  const add = (name: string, description: string): void => {
    const known = keys.get(name)
    if (known === undefined ? keys.size >= maximumKeys : known.description !== '') return
    keys.set(name, { name, description, required: required.has(name) })
  }
  for (const schema of schemas) {
    const properties = member(schema, 'properties')
    if (properties?.kind !== 'object') continue
    for (const { key, value } of properties.members) {
      // A property that is `false` is one that may not be there.
      if (value.kind !== 'boolean' || value.value) add(key, describe(value, root, anchors))
    }
  }
  for (const name of required) add(name, '')
  return [...keys.values()]
}

function valuesOf(schemas: readonly JsonObjectNode[]): readonly JsonValueSuggestion[] {
  const values = new Map<string, JsonValueSuggestion>()
  const add = (value: JsonNode, description: string): void => {
    if (value.end - value.start > maximumValueLength || values.size >= maximumValues) return
    addText(formatJson(value, 'compact'), description)
  }
  const addText = (text: string, description: string): void => {
    if (!values.has(text)) values.set(text, { text, description })
  }
  for (const schema of schemas) {
    const constant = member(schema, 'const')
    if (constant !== null) add(constant, ownDescription(schema))
    for (const value of elementsOf(member(schema, 'enum'))) add(value, '')
  }
  // A list of values is complete; what follows only helps to begin.
  if (values.size > 0) return [...values.values()]
  for (const schema of schemas) {
    const standard = member(schema, 'default')
    if (standard !== null) add(standard, 'default')
    for (const value of elementsOf(member(schema, 'examples'))) add(value, 'example')
    for (const type of typesOf(schema)) for (const text of typeValues.get(type) ?? []) addText(text, '')
  }
  return [...values.values()]
}

/** Types with so few values that they can be listed. */
const typeValues = new Map([
  ['boolean', ['true', 'false']],
  ['null', ['null']],
])

function typesOf(schema: JsonObjectNode): readonly string[] {
  const type = member(schema, 'type')
  const types = type?.kind === 'string' ? [type] : elementsOf(type)
  return types.flatMap((name) => (name.kind === 'string' ? [name.value] : []))
}

/** The description of a schema, or of what it refers to. */
function describe(schema: JsonNode, root: JsonNode, anchors: Anchors): string {
  for (const described of withSameplace([schema], root, anchors)) {
    const description = ownDescription(described)
    if (description !== '') return description
  }
  return ''
}

function ownDescription(schema: JsonObjectNode): string {
  for (const keyword of ['description', 'title']) {
    const text = member(schema, keyword)
    if (text?.kind === 'string' && text.value !== '') return text.value
  }
  return ''
}

/** What a reference inside the schema points at, null for any other. */
function resolveReference(reference: JsonNode | null, root: JsonNode, anchors: Anchors): JsonNode | null {
  if (reference?.kind !== 'string' || !reference.value.startsWith('#')) return null
  const fragment = decodeFragment(reference.value.slice(1))
  if (fragment === '') return root
  if (!fragment.startsWith('/')) return anchors.get(fragment) ?? null
  let node: JsonNode | null = root
  for (const token of fragment.slice(1).split('/')) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (node?.kind === 'object') node = member(node, name)
    else if (node?.kind === 'array') node = /^\d{1,9}$/.test(name) ? (node.elements[Number(name)] ?? null) : null
    else return null
  }
  return node
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    // Not percent-encoded, as people write it.
    return fragment
  }
}

/** Every `$anchor` and `$dynamicAnchor`; the first of a name counts. */
function anchorsOf(root: JsonNode): Anchors {
  const anchors = new Map<string, JsonNode>()
  const visit = (node: JsonNode): void => {
    if (node.kind === 'array') node.elements.forEach(visit)
    if (node.kind !== 'object') return
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = member(node, keyword)
      if (anchor?.kind === 'string' && !anchors.has(anchor.value)) anchors.set(anchor.value, node)
    }
    for (const { value } of node.members) visit(value)
  }
  visit(root)
  return anchors
}

/** The value of a key, the last one where it stands twice. */
function member(node: JsonObjectNode, key: string): JsonNode | null {
  return node.members.findLast((each) => each.key === key)?.value ?? null
}

function elementsOf(node: JsonNode | null): readonly JsonNode[] {
  return node?.kind === 'array' ? node.elements : []
}

function present(node: JsonNode | null | undefined): readonly JsonNode[] {
  return node === null || node === undefined ? [] : [node]
}
