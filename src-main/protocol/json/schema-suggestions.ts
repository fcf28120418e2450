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
/** Schemas looked at for the descriptions of keys, all together: one key may refer to very many. */
const maximumDescribingSchemas = 5000
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
  return [...sameplace(schemas, root, anchors)]
}

/** The same one by one, at most `maximumSchemas`. */
function* sameplace(schemas: readonly JsonNode[], root: JsonNode, anchors: Anchors): Generator<JsonObjectNode> {
  const found = new Set<JsonObjectNode>()
  const waiting = schemas.slice(0, maximumSchemas).reverse()
  while (waiting.length > 0 && found.size < maximumSchemas) {
    const schema = waiting.pop()
    if (schema?.kind !== 'object' || found.has(schema)) continue
    found.add(schema)
    yield schema
    for (const next of schemasBeside(schema, root, anchors).reverse()) waiting.push(next)
  }
}

/** Schemas that hold at the same place as one, in their order. */
function schemasBeside(schema: JsonObjectNode, root: JsonNode, anchors: Anchors): JsonNode[] {
  const references = ['$ref', '$dynamicRef'].map((name) => resolveReference(member(schema, name), root, anchors))
  const lists = sameplaceLists.flatMap((name) => elementsOf(member(schema, name)).slice(0, maximumSchemas))
  const branches = sameplaceSchemas.map((name) => member(schema, name))
  return [...references.flatMap(present), ...lists, ...branches.flatMap(present)]
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
  let describing = maximumDescribingSchemas
  /** The description of a schema, or of what it refers to. */
  const describe = (schema: JsonNode): string => {
    for (const described of sameplace([schema], root, anchors)) {
      const description = --describing < 0 ? '' : ownDescription(described)
      if (description !== '' || describing < 0) return description
    }
    return ''
  }
  const add = (name: string, schema: JsonNode | null): void => {
    const known = keys.get(name)
    if (known === undefined ? keys.size >= maximumKeys : known.description !== '') return
    keys.set(name, { name, description: schema === null ? '' : describe(schema), required: required.has(name) })
  }
  for (const schema of schemas) {
    const properties = member(schema, 'properties')
    if (properties?.kind !== 'object') continue
    for (const { key, value } of properties.members) {
      // A property that is `false` is one that may not be there.
      if (value.kind !== 'boolean' || value.value) add(key, value)
    }
  }
  for (const name of required) add(name, null)
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
