/** How many elements and bytes the values given for a field make: what a count is when it is left empty. */
import type { CompiledField } from './compiled-structure.ts'
import { parseLeaf } from './leaf-text.ts'
import { splitList, type ValueTree } from './value-tree.ts'

/** Elements given in one dimension (0: the outermost). */
export function givenCount(field: CompiledField, tree: ValueTree | undefined, level: number): number {
  if (tree === undefined) return 0
  let trees = [tree]
  for (let depth = 0; depth < level; depth++) trees = trees.flatMap((part) => [...part.elements.values()])
  let count = 0
  for (const part of trees) {
    for (const index of part.elements.keys()) count = Math.max(count, index + 1)
    if (part.text !== null && field.length === null) count = Math.max(count, givenInList(field, part.text, level))
  }
  return count
}

function givenInList(field: CompiledField, text: string, level: number): number {
  let perEntry = 1
  for (const inner of field.dimensions.slice(level + 1)) perEntry *= typeof inner === 'number' ? inner : 1
  return perEntry === 0 ? 0 : Math.ceil(splitList(text).length / perEntry)
}

/**
 * Bytes of the longest text or bytes given for a field; `dimensions` are those between the tree and the values. What
 * cannot be read counts as nothing: the error comes when it is written.
 */
export function givenLength(
  field: CompiledField,
  tree: ValueTree | undefined,
  dimensions: number = field.dimensions.length,
): number {
  if (tree === undefined) return 0
  let trees = [tree]
  for (let depth = 0; depth < dimensions; depth++) trees = trees.flatMap((part) => [...part.elements.values()])
  let longest = 0
  for (const { text } of trees) {
    if (text === null || field.leaf === null) continue
    const parsed = parseLeaf(field.leaf, text)
    if (parsed.ok) longest = Math.max(longest, parsed.bytes.length)
  }
  return longest
}
