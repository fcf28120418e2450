import type { StructureNode } from '../../../src-main/protocol/struct/decoded-structure.ts'
import { inspectorWords } from '../../strings/session-view.ts'
import { once, shownValueLength, type DetailNode, type DetailTone } from './detail-node.ts'

/** A decoded structure as a tree of fields with types and places. */
export function structureDetail(node: StructureNode, key = '0'): DetailNode {
  const children = once(() => node.children.map((child, index) => structureDetail(child, `${key}/${index}`)))
  return {
    key,
    name: node.name,
    value: shownValue(node),
    tone: toneOf(node),
    type: node.bits === null ? node.typeWords : `${node.typeWords} @ bit ${node.bits.offset}`,
    note: node.notes,
    start: node.offset,
    end: node.offset + node.size,
    childCount: node.children.length,
    children,
    fullText: () => node.text ?? shownValue(node),
    path: () => node.path,
  }
}

function shownValue(node: StructureNode): string {
  if (node.problem !== null && node.children.length === 0) return node.problem.message
  switch (node.kind) {
    case 'padding':
      return inspectorWords.padding
    case 'array':
      return inspectorWords.elements(String(node.count ?? node.children.length))
    case 'structure':
      return ''
    case 'value': {
      const text = node.text ?? ''
      const named = node.value?.kind === 'enum' && node.value.name !== null ? `${text} (${node.value.value})` : text
      return named.length > shownValueLength ? `${named.slice(0, shownValueLength - 1)}…` : named
    }
  }
}

function toneOf(node: StructureNode): DetailTone {
  if (node.problem !== null && node.children.length === 0) return 'problem'
  if (node.kind !== 'value') return 'container'
  switch (node.value?.kind) {
    case 'text':
      return 'text'
    case 'bytes':
      return 'bytes'
    case 'bool':
    case 'enum':
      return 'word'
    default:
      return 'number'
  }
}
