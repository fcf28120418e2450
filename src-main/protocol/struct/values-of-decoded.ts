/** A decoded message as values of a form, so that it can be edited and sent again. */
import { readBits, writeBits } from './bits.ts'
import { decodeCompiled } from './decode-structure.ts'
import type { DecodedStructure, StructureNode } from './decoded-structure.ts'
import { formatLeaf, integerLeafBytes, isIntegerLeaf } from './leaf-text.ts'
import type { LeafType } from './compiled-structure.ts'

/** Elements and nodes of a message that is to be edited. */
const editingLimits = { elements: 100_000, nodes: 100_000 }

/**
 * The values of a decoded structure, by path, as `encodeStructure` takes them: for data with zeros as padding it gives the
 * same bytes. Arrays of numbers are given whole. Of a union, one field that has all its bytes is given where there is
 * one, else all. Null for a message of more than 100,000 values: part of them would be lost.
 */
export function valuesOfDecoded(decoded: DecodedStructure): Record<string, string> | null {
  const whole = decoded.isCut ? decodeCompiled(decoded.structure, decoded.bytes, editingLimits) : decoded
  if (whole.isCut) return null
  const values: [string, string][] = []
  collect(whole.root, whole.bytes, values)
  return Object.fromEntries(values)
}

function collect(node: StructureNode, bytes: Uint8Array, values: [string, string][]): void {
  if (node.kind === 'padding') return
  if (node.kind === 'value') {
    if (node.text !== null) values.push([node.path, node.text])
    return
  }
  const size = node.kind === 'array' && node.leaf !== null ? numberBytes(node.leaf) : null
  if (size !== null && node.leaf !== null) {
    const texts: string[] = []
    for (let offset = node.offset; offset + size <= node.offset + node.size; offset += size) {
      texts.push(formatLeaf(node.leaf, bytes, offset, size, true))
    }
    if (texts.length > 0) values.push([node.path, texts.join(', ')])
    return
  }
  const follower = node.children.at(-1)?.name === 'next' ? node.children.at(-1) : undefined
  const chosen = node.isUnion ? wholeField(node, bytes, follower) : undefined
  for (const child of chosen === undefined ? node.children : [chosen]) collect(child, bytes, values)
  if (chosen !== undefined && follower !== undefined) collect(follower, bytes, values)
}

/** Bytes of a number; null for text, bytes and structures. */
function numberBytes(leaf: LeafType): number | null {
  if (isIntegerLeaf(leaf)) return integerLeafBytes(leaf)
  return leaf.kind === 'float' ? (leaf.float === 'f32' ? 4 : 8) : null
}

/** The first field of a union whose values alone make all its bytes. */
function wholeField(
  union: StructureNode,
  bytes: Uint8Array,
  follower: StructureNode | undefined,
): StructureNode | undefined {
  const end = union.offset + union.size
  return union.children.find((child) => {
    if (child === follower || child.kind === 'padding') return false
    const copy = new Uint8Array(end)
    copyValues(child, bytes, copy)
    for (let index = union.offset; index < end; index++) if (copy[index] !== bytes[index]) return false
    return true
  })
}

function copyValues(node: StructureNode, from: Uint8Array, to: Uint8Array): void {
  if (node.kind === 'padding') return
  if (node.kind === 'value' && node.bits !== null && node.leaf !== null && isIntegerLeaf(node.leaf)) {
    const first = node.offset * 8 + node.bits.offset
    const { byteOrder } = node.leaf
    writeBits(to, first, node.bits.width, readBits(from, first, node.bits.width, byteOrder), byteOrder)
  } else if (node.kind === 'value' || (node.kind === 'array' && node.leaf !== null)) {
    to.set(from.subarray(node.offset, node.offset + node.size), node.offset)
  } else {
    for (const child of node.children) copyValues(child, from, to)
  }
}
