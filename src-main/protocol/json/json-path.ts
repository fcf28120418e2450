/**
 * Paths into a document, a part of RFC 9535: `$`, `.name`, `['name']`, `[n]` (from the end when negative), `[*]`, `.*`
 * and `..name`. No filters and no slices: nothing is computed, so a path costs at most one walk for each step.
 */
import { describeError } from '../../contract/errors.ts'
import { nameCharacter } from '../text/parsed-bytes.ts'
import { hexDigit } from './json-letters.ts'
import type { JsonFault, JsonNode, JsonPath, JsonPathStep, ParsedJsonPath } from './json-node.ts'

const maximumSteps = 64
const maximumMatches = 10_000

/** What stands in a name without quotes when a path is read; written are only the names that RFC 9535 allows. */
const nameCharacters = /[\w$@:\-\u0080-\uffff]+/y
const shorthandName = /^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*$/
const indexDigits = /-?\d{1,15}/y

/**
 * Reads a path. The `$` and its point may be left out (`.id`, `id`, `[0].id`). Errors: `json-path-malformed` with the
 * `position` (from 1), what was `found`, and as `reason` what to write.
 */
export function parseJsonPath(text: string): ParsedJsonPath {
  return new PathReader(text).read()
}

/** A path as text, like `$.a[0]['odd key']`. */
export function formatJsonPath(path: JsonPath): string {
  return `$${path.map(formatStep).join('')}`
}

/**
 * The path of a node of the tree, null when it is not part of it. A key that stands twice in its object is named like
 * the other: the path then selects both.
 */
export function jsonPathOf(root: JsonNode, node: JsonNode): string | null {
  const found = descend(root, node.start, node)
  return found.node === node ? formatJsonPath(found.path) : null
}

/** The path of the innermost value, or key, at an index of the document; `$` outside of all. */
export function jsonPathAt(root: JsonNode, index: number): string {
  return formatJsonPath(descend(root, index, null).path)
}

/** The nodes that a path selects, each once, in the order of the document, at most `maximum` (default 10,000). */
export function selectJsonPath(root: JsonNode, path: JsonPath, maximum = maximumMatches): readonly JsonNode[] {
  let selected: readonly JsonNode[] = [root]
  for (const step of path) {
    if (selected.length === 0) return selected
    selected = selectStep(selected, step)
  }
  return selected.length > maximum ? selected.slice(0, maximum) : selected
}

class PathReader {
  readonly #text: string
  #index = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): ParsedJsonPath {
    const text = this.#text
    const steps: JsonPathStep[] = []
    if (text === '') return this.#fail(0, 'Write a path like $.name[0].')
    if (text.startsWith('$') && (text.length === 1 || /[.[]/.test(text[1] ?? ''))) this.#index = 1
    else if (!/^[.[]/.test(text)) {
      const first = this.#name({ descendant: false })
      if ('ok' in first) return first
      steps.push(first)
    }
    while (this.#index < text.length) {
      if (steps.length === maximumSteps) return this.#fail(this.#index, `A path has at most ${maximumSteps} steps.`)
      const step = this.#step()
      if ('ok' in step) return step
      steps.push(step)
    }
    return { ok: true, path: steps }
  }

  #step(): JsonPathStep | JsonFault {
    const text = this.#text
    if (text[this.#index] === '[') return this.#bracket()
    if (text[this.#index] !== '.') return this.#fail(this.#index, 'Another step begins with a point or a bracket.')
    const descendant = text[this.#index + 1] === '.'
    this.#index += descendant ? 2 : 1
    if (text[this.#index] === '*' && !descendant) {
      this.#index++
      return { kind: 'all' }
    }
    return this.#name({ descendant })
  }

  #name({ descendant }: { descendant: boolean }): JsonPathStep | JsonFault {
    if (descendant && this.#text[this.#index] === '[') {
      const step = this.#bracket()
      if ('ok' in step || step.kind === 'member') return 'ok' in step ? step : { kind: 'descendant', name: step.name }
      return this.#fail(this.#index - 1, "After .. stands a name, like ..name or ..['odd name'].")
    }
    const name = this.#match(nameCharacters)
    if (name === null) return this.#fail(this.#index, "Write a name, or ['odd name'] for one with other characters.")
    return descendant ? { kind: 'descendant', name } : { kind: 'member', name }
  }

  #bracket(): JsonPathStep | JsonFault {
    this.#index++
    const content = this.#bracketContent()
    if ('ok' in content) return content
    if (this.#text[this.#index] !== ']') return this.#fail(this.#index, 'The bracket has to be closed with ].')
    this.#index++
    return content
  }

  #bracketContent(): JsonPathStep | JsonFault {
    const next = this.#text[this.#index]
    if (next === '*') {
      this.#index++
      return { kind: 'all' }
    }
    if (next === "'" || next === '"') return this.#quoted(next)
    const digits = this.#match(indexDigits)
    // The sum makes 0 of -0.
    if (digits !== null) return { kind: 'element', index: Number(digits) + 0 }
    return this.#fail(this.#index, 'In brackets stands a whole number, a name in quotes, or *.')
  }

  #quoted(mark: string): JsonPathStep | JsonFault {
    const text = this.#text
    let name = ''
    for (this.#index++; this.#index < text.length; this.#index++) {
      const character = text[this.#index] ?? ''
      if (character === mark) {
        this.#index++
        return { kind: 'member', name }
      }
      if (character !== '\\') name += character
      else {
        const escaped = this.#escaped()
        if (typeof escaped !== 'string') return escaped
        name += escaped
      }
    }
    return this.#fail(this.#index, `The name has to end with ${mark}.`)
  }

  /** What the escape at the index means; leaves the index at its last character. */
  #escaped(): string | JsonFault {
    const letter = this.#text[++this.#index] ?? ''
    if (letter !== 'u') {
      const meaning = escapes.get(letter)
      return meaning ?? this.#fail(this.#index, String.raw`After a backslash stands one of ' " \ / b f n r t u.`)
    }
    let code = 0
    for (let count = 0; count < 4; count++) {
      const value = hexDigit(this.#text.charCodeAt(++this.#index))
      if (value < 0) return this.#fail(this.#index, String.raw`After \u stand four hex digits.`)
      code = code * 16 + value
    }
    return String.fromCharCode(code)
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#index
    const found = pattern.exec(this.#text)?.[0] ?? null
    this.#index += found?.length ?? 0
    return found
  }

  #fail(index: number, reason: string): JsonFault {
    const found = nameCharacter(this.#text, index)
    return { ok: false, index, error: describeError('json-path-malformed', { position: index + 1, found, reason }) }
  }
}

const escapes = new Map([
  ["'", "'"],
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function formatStep(step: JsonPathStep): string {
  switch (step.kind) {
    case 'member':
      return shorthandName.test(step.name) ? `.${step.name}` : `[${quoteName(step.name)}]`
    case 'descendant':
      return shorthandName.test(step.name) ? `..${step.name}` : `..[${quoteName(step.name)}]`
    case 'element':
      return `[${step.index}]`
    case 'all':
      return '[*]'
  }
}

/** In single quotes, as RFC 9535 normalises names: what JSON escapes is escaped, but the quote is the other one. */
function quoteName(name: string): string {
  const escaped = JSON.stringify(name)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)
  return `'${escaped}'`
}

/** Goes down to the innermost node at an index, or to `goal` when it is met before. */
function descend(root: JsonNode, index: number, goal: JsonNode | null): { node: JsonNode; path: JsonPath } {
  const path: JsonPathStep[] = []
  let node = root
  while (node !== goal) {
    if (node.kind === 'array') {
      const at = lastAtOrBefore(node.elements, index, (element) => element.start)
      const element = node.elements[at]
      if (element === undefined || index > element.end) break
      path.push({ kind: 'element', index: at })
      node = element
    } else if (node.kind === 'object') {
      const member = node.members[lastAtOrBefore(node.members, index, (each) => each.keyStart)]
      if (member === undefined || index > member.value.end) break
      path.push({ kind: 'member', name: member.key })
      node = member.value
    } else break
  }
  return { node, path }
}

/** Position of the last item that starts at or before an index, -1 when none does. */
function lastAtOrBefore<Item>(items: readonly Item[], index: number, startOf: (item: Item) => number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item !== undefined && startOf(item) <= index) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** `nodes` are distinct and in the order of the document; so is what comes out. */
function selectStep(nodes: readonly JsonNode[], step: JsonPathStep): readonly JsonNode[] {
  const selected = new Set<JsonNode>()
  if (step.kind === 'descendant') {
    const walked = new Set<JsonNode>()
    for (const node of nodes) collectDescendants(node, step.name, walked, selected)
  } else {
    for (const node of nodes) for (const child of childrenOf(node, step)) selected.add(child)
  }
  return [...selected].sort((first, second) => first.start - second.start)
}

function childrenOf(node: JsonNode, step: Exclude<JsonPathStep, { kind: 'descendant' }>): readonly JsonNode[] {
  if (node.kind === 'object') {
    if (step.kind === 'all') return node.members.map((member) => member.value)
    if (step.kind === 'element') return []
    return node.members.filter((member) => member.key === step.name).map((member) => member.value)
  }
  if (node.kind !== 'array' || step.kind === 'member') return []
  if (step.kind === 'all') return node.elements
  const element = node.elements.at(step.index)
  return element === undefined ? [] : [element]
}

/** What was walked already was so with everything in it. */
function collectDescendants(node: JsonNode, name: string, walked: Set<JsonNode>, selected: Set<JsonNode>): void {
  if (walked.has(node) || (node.kind !== 'object' && node.kind !== 'array')) return
  walked.add(node)
  if (node.kind === 'array') {
    for (const element of node.elements) collectDescendants(element, name, walked, selected)
    return
  }
  for (const member of node.members) {
    if (member.key === name) selected.add(member.value)
    collectDescendants(member.value, name, walked, selected)
  }
}
