/** A decoded structure in one line. */
import type { DecodedStructure, StructureNode } from './decoded-structure.ts'

/** Elements of an array that a summary names. */
const namedElements = 4

/**
 * One line with the values, `id=3 temperature=21.5 name="abc" samples=[1, 2, 3, 4, …]`, at most `maximumLength` UTF-16
 * units; what is left out is an ellipsis, and missing bytes are said at the end.
 */
export function structureSummary(decoded: DecodedStructure, maximumLength = 200): string {
  const parts: string[] = []
  let length = 0
  const add = (part: string): boolean => {
    parts.push(part)
    length += part.length + 1
    return length <= maximumLength
  }
  if (describe(decoded.root, add) && decoded.problem !== null) add(`(${decoded.problem.message})`)
  const line = parts.join(' ')
  if (line.length <= maximumLength) return line
  return `${line.slice(0, Math.max(0, maximumLength - 1)).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Adds the values of a node; false once there is no room. */
function describe(node: StructureNode, add: (part: string) => boolean): boolean {
  if (node.kind === 'padding') return true
  if (node.kind === 'value') return node.text === null || add(`${node.path}=${valueWords(node)}`)
  if (node.kind === 'array' && node.leaf !== null) {
    return add(`${node.path}=${arrayWords(node)}`)
  }
  if (node.name === 'next' && !add(node.typeWords)) return false
  return node.children.every((child) => describe(child, add))
}

function valueWords(node: StructureNode): string {
  return node.leaf?.kind === 'text' ? `"${(node.text ?? '').replaceAll('"', '\\"')}"` : (node.text ?? '')
}

function arrayWords(node: StructureNode): string {
  const shown = node.children
    .slice(0, namedElements)
    .map((child) => (child.kind === 'array' ? arrayWords(child) : valueWords(child)))
  if (shown.length < (node.count ?? 0)) shown.push('…')
  return `[${shown.join(', ')}]`
}
