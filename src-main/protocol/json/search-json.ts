import type { JsonMatch, JsonNode } from './json-node.ts'

export interface JsonSearchOptions {
  /** Default false: upper and lower case are the same. */
  readonly matchCase?: boolean
  /** Most matches, default 1000. */
  readonly maximum?: number
}

const defaultMaximum = 1000

/**
 * Where a text stands in keys, strings, numbers and words of a document, in its order. Strings are searched as they
 * read, with escapes resolved. An empty text is found nowhere.
 */
export function searchJson(root: JsonNode, needle: string, options: JsonSearchOptions = {}): readonly JsonMatch[] {
  const { matchCase = false, maximum = defaultMaximum } = options
  const matches: JsonMatch[] = []
  if (needle === '') return matches
  const fold = (text: string): string => (matchCase ? text : text.toLowerCase())
  const folded = fold(needle)
  const add = (match: JsonMatch): void => {
    if (matches.length < maximum) matches.push(match)
  }
  const visit = (node: JsonNode): void => {
    if (matches.length >= maximum) return
    if (node.kind === 'array') node.elements.forEach(visit)
    else if (node.kind === 'object') {
      for (const { key, keyStart, keyEnd, value } of node.members) {
        if (fold(key).includes(folded)) add({ where: 'key', node: value, start: keyStart, end: keyEnd })
        visit(value)
      }
    } else if (fold(scalarText(node)).includes(folded)) {
      add({ where: 'value', node, start: node.start, end: node.end })
    }
  }
  visit(root)
  return matches
}

function scalarText(node: Exclude<JsonNode, { kind: 'object' | 'array' }>): string {
  switch (node.kind) {
    case 'string':
      return node.value
    case 'number':
    case 'special':
      return node.text
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
  }
}
