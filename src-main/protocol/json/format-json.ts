/** JSON written from its tree. */
import type { JsonMember, JsonNode, JsonObjectNode, JsonStyle } from './json-node.ts'
import { pythonNumber } from './python-number.ts'

interface StyleRules {
  readonly comma: string
  readonly colon: string
  /** Put before members and elements, once a level, each on its line; null for one line. */
  readonly indent: string | null
  readonly number: (text: string) => string
  readonly string: (value: string) => string
  readonly members: (node: JsonObjectNode) => readonly JsonMember[]
}

const verbatim = (text: string): string => text
const everyMember = (node: JsonObjectNode): readonly JsonMember[] => node.members

const compact: StyleRules = {
  comma: ',',
  colon: ':',
  indent: null,
  number: verbatim,
  string: (value) => JSON.stringify(value),
  members: everyMember,
}

const styles: Readonly<Record<JsonStyle, StyleRules>> = {
  compact,
  pretty: { ...compact, colon: ': ', indent: '  ' },
  python: {
    comma: ', ',
    colon: ': ',
    indent: null,
    number: pythonNumber,
    string: asciiString,
    members: lastMembers,
  },
}

/**
 * A tree as text. `compact` and `pretty` keep numbers to the digit and duplicate keys where they are; lone surrogates
 * become escapes, so that the text can always be encoded. `python` is byte for byte what `json.dumps(json.loads(text))`
 * writes (seed-systems 3.3): ", " and ": ", ASCII only, floats by `repr`, of duplicate keys the last value in the first
 * place. Specials stay bare words in every style.
 */
export function formatJson(root: JsonNode, style: JsonStyle): string {
  const writer = new JsonWriter(styles[style], Infinity)
  writer.write(root)
  return writer.text()
}

/**
 * A tree in one line of at most `maximumLength` UTF-16 units, cut with an ellipsis where it is longer. Only what fits is
 * rendered. Characters that are invisible or turn the direction of text are written as escapes.
 */
export function jsonSummary(root: JsonNode, maximumLength: number): string {
  const limit = Math.max(1, maximumLength)
  const string = (value: string): string => visibleString(value.length > limit ? value.slice(0, limit) : value)
  const writer = new JsonWriter({ ...compact, comma: ', ', colon: ': ', string }, limit)
  writer.write(root)
  const text = writer.text()
  if (text.length <= limit) return text
  const end = limit - 1
  const splitsPair = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`
}

class JsonWriter {
  readonly #rules: StyleRules
  readonly #limit: number
  readonly #parts: string[] = []
  #length = 0

  constructor(rules: StyleRules, limit: number) {
    this.#rules = rules
    this.#limit = limit
  }

  text(): string {
    return this.#parts.join('')
  }

  /** Depth is that of the tree, which its reader has limited. Stops behind the limit. */
  write(node: JsonNode, level = 0): void {
    switch (node.kind) {
      case 'object':
        this.#list('{', this.#rules.members(node), '}', level, (member) => {
          this.#push(this.#rules.string(member.key) + this.#rules.colon)
          this.write(member.value, level + 1)
        })
        return
      case 'array':
        this.#list('[', node.elements, ']', level, (element) => this.write(element, level + 1))
        return
      case 'string':
        this.#push(this.#rules.string(node.value))
        return
      case 'number':
        this.#push(this.#rules.number(node.text))
        return
      case 'special':
        this.#push(node.text)
        return
      case 'boolean':
        this.#push(String(node.value))
        return
      case 'null':
        this.#push('null')
    }
  }

  #list<Item>(open: string, items: readonly Item[], close: string, level: number, write: (item: Item) => void): void {
    const { comma, indent } = this.#rules
    this.#push(open)
    let first = true
    for (const item of items) {
      if (this.#length > this.#limit) return
      if (!first) this.#push(comma)
      if (indent !== null) this.#push(`\n${indent.repeat(level + 1)}`)
      write(item)
      first = false
    }
    this.#push(indent === null || first ? close : `\n${indent.repeat(level)}${close}`)
  }

  #push(text: string): void {
    this.#parts.push(text)
    this.#length += text.length
  }
}

/** Python's dictionaries: a key that comes again changes the value and keeps its place. */
function lastMembers(node: JsonObjectNode): readonly JsonMember[] {
  return [...new Map(node.members.map((member) => [member.key, member])).values()]
}

function asciiString(value: string): string {
  return JSON.stringify(value).replace(/[^ -~]/g, unitEscape)
}

function visibleString(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    unitEscape,
  )
}

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
