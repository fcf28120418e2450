import type { JsonNode } from '../../../src-main/protocol/json/json-node.ts'
import { formatJson, jsonSummary } from '../../../src-main/protocol/json/format-json.ts'
import { jsonPathOf } from '../../../src-main/protocol/json/json-path.ts'
import { once, shownValueLength, type DetailNode, type DetailTone } from './detail-node.ts'

const tones: Readonly<Record<JsonNode['kind'], DetailTone>> = {
  object: 'container',
  array: 'container',
  string: 'text',
  number: 'number',
  special: 'number',
  boolean: 'word',
  null: 'word',
}

/** A JSON document as a tree: keys in their order, duplicates included, numbers to the digit. */
export function jsonDetail(root: JsonNode): DetailNode {
  return nodeOf(root, root, '0', '')
}

function nodeOf(root: JsonNode, node: JsonNode, key: string, name: string): DetailNode {
  const children = once(() => childrenOf(root, node, key))
  return {
    key,
    name,
    // Made for the rows that are seen, not for all of a large document.
    get value() {
      return jsonSummary(node, shownValueLength)
    },
    tone: tones[node.kind],
    type: '',
    note: '',
    start: node.start,
    end: node.end,
    childCount: node.kind === 'object' ? node.members.length : node.kind === 'array' ? node.elements.length : 0,
    children,
    fullText: () => (node.kind === 'string' ? node.value : formatJson(node, 'compact')),
    path: () => jsonPathOf(root, node) ?? '$',
  }
}

function childrenOf(root: JsonNode, node: JsonNode, key: string): readonly DetailNode[] {
  if (node.kind === 'object') {
    return node.members.map((member, index) => nodeOf(root, member.value, `${key}/${index}`, member.key))
  }
  if (node.kind === 'array') {
    return node.elements.map((element, index) => nodeOf(root, element, `${key}/${index}`, `[${index}]`))
  }
  return []
}
