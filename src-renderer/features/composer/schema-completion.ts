import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { syntaxTree } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'
import type { JsonNode, JsonPath, JsonPathStep } from '../../../src-main/protocol/json/json-node.ts'
import { parseJsonDocument } from '../../../src-main/protocol/json/parse-json.ts'
import { jsonSchemaSuggestions } from '../../../src-main/protocol/json/schema-suggestions.ts'
import { jsonWords } from '../../strings/composer.ts'

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>

/** A schema as completion needs it; null when there is none or it is no JSON. */
export function readSchema(schemaText: string): JsonNode | null {
  if (schemaText.trim() === '') return null
  const parsed = parseJsonDocument(schemaText)
  return parsed.ok ? parsed.root : null
}

/** Keys where a key stands and values where a value stands, as the schema names them for that place. */
export function completeFromSchema(context: CompletionContext, schema: JsonNode | null): CompletionResult | null {
  if (schema === null) return null
  const place = placeInDocument(context.state, context.pos)
  if (place === null) return null
  const typed = context.matchBefore(/"?[\w$.+-]*$/)
  if (typed === null || (typed.from === typed.to && !context.explicit)) return null
  const { keys, values } = jsonSchemaSuggestions(schema, place.path)
  const options =
    place.kind === 'key' ? keys.filter(({ name }) => !place.present.has(name)).map(keyOption) : values.map(valueOption)
  const closes = context.state.sliceDoc(context.pos, context.pos + 1) === '"'
  return options.length === 0
    ? null
    : {
        from: typed.from,
        to: closes ? context.pos + 1 : context.pos,
        options: options.map(withColon(context, place.kind, closes)),
        filter: true,
      }
}

function keyOption({
  name,
  description,
  required,
}: {
  name: string
  description: string
  required: boolean
}): Completion {
  const detail = [required ? jsonWords.required : '', description].filter(Boolean).join(', ')
  return { label: JSON.stringify(name), detail: detail.slice(0, 80), boost: required ? 1 : 0 }
}

function valueOption({ text, description }: { text: string; description: string }): Completion {
  return { label: text, detail: description.slice(0, 80) }
}

/** A key is followed by its colon, unless that stands there already. */
function withColon(
  context: CompletionContext,
  kind: 'key' | 'value',
  closes: boolean,
): (option: Completion) => Completion {
  const rest = context.state.sliceDoc(context.pos + (closes ? 1 : 0), context.pos + 20)
  const needsColon = kind === 'key' && !/^\s*:/.test(rest)
  return (option) => (needsColon ? { ...option, apply: `${option.label}: ` } : option)
}

interface DocumentPlace {
  readonly kind: 'key' | 'value'
  /** Of the object for keys, of the value itself for values. */
  readonly path: JsonPath
  /** Keys that the object has already. */
  readonly present: ReadonlySet<string>
}

function placeInDocument(state: EditorState, position: number): DocumentPlace | null {
  let node: SyntaxNode | null = syntaxTree(state).resolveInner(position, -1)
  while (node !== null && !['Property', 'Object', 'Array', 'JsonText'].includes(node.name)) {
    if (node.name === 'PropertyName') return keyPlace(state, node.parent?.parent ?? null, node)
    node = node.parent
  }
  if (node === null) return null
  if (node.name === 'JsonText') return { kind: 'value', path: [], present: new Set() }
  if (node.name === 'Property') return { kind: 'value', path: pathTo(state, node), present: new Set() }
  if (node.name === 'Array') {
    return { kind: 'value', path: [...pathTo(state, node), { kind: 'element', index: 0 }], present: new Set() }
  }
  const before = state
    .sliceDoc(node.from, position)
    .replace(/"?[\w$.+-]*$/, '')
    .trimEnd()
  if (before.endsWith(':')) return valueAfterColon(state, node, position)
  return keyPlace(state, node, null)
}

/** A value that was not begun yet: the key stands before the cursor. */
function valueAfterColon(state: EditorState, object: SyntaxNode, position: number): DocumentPlace | null {
  const properties = object.getChildren('Property').filter(({ from }) => from < position)
  const last = properties.at(-1)
  return last === undefined ? null : { kind: 'value', path: pathTo(state, last), present: new Set() }
}

function keyPlace(state: EditorState, object: SyntaxNode | null, own: SyntaxNode | null): DocumentPlace | null {
  if (object === null) return null
  const names = object
    .getChildren('Property')
    .map((property) => property.getChild('PropertyName'))
    .filter((name) => name !== null && name.from !== own?.from)
    .map((name) => (name === null ? '' : textOf(state, name)))
  return { kind: 'key', path: pathTo(state, object), present: new Set(names) }
}

function pathTo(state: EditorState, start: SyntaxNode): JsonPath {
  const steps: JsonPathStep[] = []
  for (let node: SyntaxNode | null = start; node !== null; node = node.parent) {
    if (node.name === 'Property') {
      const name = node.getChild('PropertyName')
      if (name !== null) steps.unshift({ kind: 'member', name: textOf(state, name) })
    } else if (node.parent?.name === 'Array') {
      steps.unshift({ kind: 'element', index: 0 })
    }
  }
  return steps
}

function textOf(state: EditorState, node: SyntaxNode): string {
  const text = state.sliceDoc(node.from, node.to)
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : text
  } catch {
    return text.replaceAll('"', '')
  }
}
