/**
 * Templates: JSON in which `{{name}}` stands for a value.
 *
 * * Outside of a string a placeholder is the value itself, every digit of a number included.
 * * Within a string, keys included, it is the text of the value: a string as it is, anything else as compact JSON.
 * * `{{name.field.0}}` goes into the value by members and elements (`-1` is the last one). A value whose whole name has dots
 *   is found before.
 * * What is not there is null. Whoever checks a table tells names that can never be there (`templateNames`).
 * * In a string, `\u007b{` is a brace that begins no placeholder.
 */
import { describeError, type ErrorShape } from '../../contract/errors.ts'
import { formatJson } from '../json/format-json.ts'
import type { JsonMember, JsonNode } from '../json/json-node.ts'
import { parseJsonDocument } from '../json/parse-json.ts'
import { jsonArray, jsonNull, jsonObject, jsonString, newMember } from '../command-rpc/new-json.ts'
import { memberOf } from './json-members.ts'

/** Values by name. */
export type TemplateScope = (name: string) => JsonNode | undefined

type TextPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'name'; readonly name: string }

type TemplateNode =
  | { readonly kind: 'constant'; readonly value: JsonNode }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'text'; readonly parts: readonly TextPart[] }
  | { readonly kind: 'array'; readonly elements: readonly TemplateNode[] }
  | {
      readonly kind: 'object'
      readonly members: readonly { readonly key: string | readonly TextPart[]; readonly value: TemplateNode }[]
    }

/** A template that can be filled any number of times. */
export interface Template {
  readonly root: TemplateNode
  /** The names of its placeholders, each once, in the order of the text. */
  readonly names: readonly string[]
}

export type CompiledTemplate =
  { readonly ok: true; readonly template: Template } | { readonly ok: false; readonly error: ErrorShape }

/** Reads a template. Errors: `template-malformed` with `line`, `column` (from 1) and `reason`. */
export function compileTemplate(text: string): CompiledTemplate {
  const marked = markPlaceholders(text)
  if (!marked.ok) return malformed(text, marked.index, marked.reason)
  const document = parseJsonDocument(marked.text)
  if (!document.ok) {
    const { reason } = document.error.data
    return malformed(text, marked.placeOf(document.index), typeof reason === 'string' ? reason : null)
  }
  return {
    ok: true,
    template: {
      root: templateOf(document.root, marked),
      names: [...new Set(marked.placeholders.map(({ name }) => name))],
    },
  }
}

/** The value of a template. A constant part is the same node every time. */
export function fillTemplate({ root }: Template, scope: TemplateScope): JsonNode {
  return filled(root, scope)
}

interface Placeholder {
  readonly name: string
  /** Outside of a string. */
  readonly standsAlone: boolean
}

/** The text with marks instead of placeholders, which makes it plain JSON. */
interface MarkedText {
  readonly ok: true
  readonly text: string
  /** A character that occurs nowhere else, before and after the number of a placeholder. */
  readonly mark: string
  readonly placeholders: readonly Placeholder[]
  /** Where in the template that index of `text` comes from. */
  readonly placeOf: (index: number) => number
}

const longestName = 1000

function markPlaceholders(
  text: string,
): MarkedText | { readonly ok: false; readonly index: number; readonly reason: string } {
  const mark = unusedCharacter(text)
  const placeholders: Placeholder[] = []
  const shifts: { readonly from: number; readonly by: number }[] = []
  let marked = ''
  let taken = 0
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const unit = text[index]
    if (inString && unit === '\\') index++
    else if (unit === '"') inString = !inString
    else if (unit === '{' && text[index + 1] === '{') {
      const end = text.indexOf('}}', index + 2)
      if (end === -1) return { ok: false, index, reason: 'The placeholder has to end with }}.' }
      const name = text.slice(index + 2, end).trim()
      if (name === '' || name.length > longestName || /[{}"\n\r]/.test(name)) {
        return { ok: false, index, reason: 'Between {{ and }} stands one name.' }
      }
      const inner = `${mark}${placeholders.length}${mark}`
      marked += text.slice(taken, index) + (inString ? inner : `"${inner}"`)
      placeholders.push({ name, standsAlone: !inString })
      taken = end + 2
      index = end + 1
      shifts.push({ from: marked.length, by: taken - marked.length })
    }
  }
  marked += text.slice(taken)
  return {
    ok: true,
    text: marked,
    mark,
    placeholders,
    placeOf: (index) => Math.min(text.length, index + (shifts.findLast(({ from }) => from <= index)?.by ?? 0)),
  }
}

/** A character from the private use area on that stands neither in the text nor, as an escape, in its strings. */
function unusedCharacter(text: string): string {
  const used = new Set<number>()
  for (let index = 0; index < text.length; index++) used.add(text.charCodeAt(index))
  for (const [, digits = ''] of text.matchAll(/\\u([0-9a-f]{4})/gi)) used.add(parseInt(digits, 16))
  let code = 0xe000
  while (used.has(code)) code++
  return String.fromCharCode(code)
}

function templateOf(node: JsonNode, marked: MarkedText): TemplateNode {
  switch (node.kind) {
    case 'string': {
      const parts = partsOf(node.value, marked)
      if (parts === null) return { kind: 'constant', value: node }
      const [only] = parts
      const standsAlone = parts.length === 1 && only?.kind === 'name' && aloneIndex(node.value, marked)
      return standsAlone ? { kind: 'value', name: only.name } : { kind: 'text', parts }
    }
    case 'array': {
      const elements = node.elements.map((element) => templateOf(element, marked))
      const isConstant = elements.every(({ kind }) => kind === 'constant')
      return isConstant ? { kind: 'constant', value: node } : { kind: 'array', elements }
    }
    case 'object': {
      const members = node.members.map(({ key, value }) => ({
        key: partsOf(key, marked) ?? key,
        value: templateOf(value, marked),
      }))
      const isConstant = members.every(({ key, value }) => typeof key === 'string' && value.kind === 'constant')
      return isConstant ? { kind: 'constant', value: node } : { kind: 'object', members }
    }
    default:
      return { kind: 'constant', value: node }
  }
}

/** True when the one placeholder that a string holds stood outside of any string. */
function aloneIndex(value: string, { placeholders }: MarkedText): boolean {
  return placeholders[Number(value.slice(1, -1))]?.standsAlone ?? false
}

/** Texts and names of a string in turns; null when it has no placeholder. */
function partsOf(value: string, { mark, placeholders }: MarkedText): TextPart[] | null {
  const pieces = value.split(mark)
  if (pieces.length === 1) return null
  return pieces.flatMap((piece, index): TextPart[] => {
    if (index % 2 === 1) return [{ kind: 'name', name: placeholders[Number(piece)]?.name ?? '' }]
    return piece === '' ? [] : [{ kind: 'text', text: piece }]
  })
}

function filled(node: TemplateNode, scope: TemplateScope): JsonNode {
  switch (node.kind) {
    case 'constant':
      return node.value
    case 'value':
      return lookUp(node.name, scope)
    case 'text':
      return jsonString(textOf(node.parts, scope))
    case 'array':
      return jsonArray(node.elements.map((element) => filled(element, scope)))
    case 'object':
      return jsonObject(
        node.members.map(({ key, value }): JsonMember =>
          newMember(typeof key === 'string' ? key : textOf(key, scope), filled(value, scope)),
        ),
      )
  }
}

function textOf(parts: readonly TextPart[], scope: TemplateScope): string {
  let text = ''
  for (const part of parts) text += part.kind === 'text' ? part.text : textOfValue(lookUp(part.name, scope))
  return text
}

/** A string as it is, anything else as compact JSON. */
export function textOfValue(value: JsonNode): string {
  return value.kind === 'string' ? value.value : formatJson(value, 'compact')
}

/** The value of a name, or of a path that begins with one; null where there is none. */
function lookUp(name: string, scope: TemplateScope): JsonNode {
  const whole = scope(name)
  if (whole !== undefined) return whole
  const [first = '', ...steps] = name.split('.')
  let value = steps.length === 0 ? undefined : scope(first)
  for (const step of steps) {
    if (value?.kind === 'object') value = memberOf(value.members, step)
    else if (value?.kind === 'array' && /^-?\d{1,9}$/.test(step)) value = value.elements.at(Number(step))
    else return jsonNull
  }
  return value ?? jsonNull
}

function malformed(text: string, index: number, reason: string | null): CompiledTemplate {
  const before = text.slice(0, index).split(/\r\n|\r|\n/)
  const column = (before.at(-1)?.length ?? 0) + 1
  return { ok: false, error: describeError('template-malformed', { line: before.length, column, reason }) }
}
