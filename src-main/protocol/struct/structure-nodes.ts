/** The nodes of a decoded tree. */
import { readUnsigned } from './bits.ts'
import type { CompiledField, CompiledStructure, LeafType } from './compiled-structure.ts'
import type { StructureNode, StructureProblem, StructureValue } from './decoded-structure.ts'
import { readFloat } from './floats.ts'
import {
  formatInteger,
  formatLeaf,
  integerLeafBytes,
  isIntegerLeaf,
  leafInteger,
  withoutPadding,
  type IntegerLeaf,
} from './leaf-text.ts'
import { utf8Text } from '../text/utf8.ts'

interface Part {
  readonly kind: 'array' | 'structure'
  readonly name: string
  readonly path: string
  readonly typeWords: string
  readonly offset: number
  readonly end: number
  readonly children: readonly StructureNode[]
}

type Required = 'kind' | 'name' | 'path' | 'typeWords' | 'offset' | 'size'

const noChildren: readonly StructureNode[] = []

/** A node with everything it is not given left empty. Written out: spreading objects is slow for a large tree. */
function nodeOf(given: Pick<StructureNode, Required> & Partial<StructureNode>): StructureNode {
  return {
    kind: given.kind,
    name: given.name,
    path: given.path,
    typeWords: given.typeWords,
    notes: given.notes ?? '',
    offset: given.offset,
    size: given.size,
    bits: given.bits ?? null,
    value: given.value ?? null,
    text: given.text ?? null,
    isUnion: given.isUnion ?? false,
    children: given.children ?? noChildren,
    count: given.count ?? null,
    leaf: given.leaf ?? null,
    problem: given.problem ?? null,
  }
}

/** An array or a structure. */
export function partNode(
  part: Part,
  structure: CompiledStructure | null,
  more: Partial<Pick<StructureNode, 'notes' | 'count' | 'leaf' | 'problem'>> = {},
): StructureNode {
  return nodeOf({
    kind: part.kind,
    name: part.name,
    path: part.path,
    typeWords: part.typeWords,
    notes: more.notes ?? '',
    offset: part.offset,
    size: Math.max(0, part.end - part.offset),
    isUnion: structure?.isUnion ?? false,
    children: part.children,
    count: more.count ?? null,
    leaf: more.leaf ?? null,
    problem: more.problem ?? null,
  })
}

/** Bytes, or bits, that belong to no field. Bits count from the byte at `start`. */
export function paddingNode(start: number, fromBits: number, toBits: number): StructureNode {
  const offset = Math.floor(fromBits / 8)
  const isWhole = fromBits % 8 === 0 && toBits % 8 === 0
  return nodeOf({
    kind: 'padding',
    name: '',
    path: '',
    typeWords: 'padding',
    offset: start + offset,
    size: Math.ceil(toBits / 8) - offset,
    bits: isWhole ? null : { offset: fromBits % 8, width: toBits - fromBits },
  })
}

/** A bit field; `first` counts bits from the start of the message. */
export function bitNode(
  field: CompiledField,
  read: {
    readonly path: string
    readonly first: number
    readonly width: number
    readonly value: bigint | null
    readonly availableBytes: number
    readonly problem: StructureProblem | null
  },
): StructureNode {
  const { leaf } = field
  const offset = Math.min(Math.floor(read.first / 8), read.availableBytes)
  const end = Math.min(Math.ceil((read.first + read.width) / 8), read.availableBytes)
  const { value } = read
  const isRead = leaf !== null && isIntegerLeaf(leaf) && value !== null
  return nodeOf({
    kind: 'value',
    name: field.name,
    path: read.path,
    typeWords: field.typeWords,
    notes: field.notes,
    offset,
    size: end - offset,
    bits: { offset: read.first % 8, width: read.width },
    value: isRead ? integerValue(leaf, value) : null,
    text: isRead ? formatInteger(leaf, value) : null,
    leaf,
    problem: read.problem,
  })
}

/** A value of whole bytes, up to `end`; with a problem it has none. */
export function leafNode(
  field: CompiledField,
  at: { readonly start: number; readonly path: string; readonly name: string },
  bytes: Uint8Array,
  end: number,
  problem: StructureProblem | null,
): StructureNode {
  const { leaf } = field
  const offset = Math.min(at.start, bytes.length)
  const size = Math.max(0, end - offset)
  const isRead = leaf !== null && problem === null
  return nodeOf({
    kind: 'value',
    name: at.name,
    path: at.path,
    typeWords: field.elementWords,
    notes: field.notes,
    offset,
    size,
    value: isRead ? valueOf(leaf, bytes, offset, size) : null,
    // NUL bytes at the end are padding where the length is known otherwise.
    text: isRead ? formatLeaf(leaf, bytes, offset, size, field.length !== 'rest') : null,
    leaf,
    problem,
  })
}

function valueOf(leaf: LeafType, bytes: Uint8Array, offset: number, size: number): StructureValue {
  switch (leaf.kind) {
    case 'integer':
    case 'enum':
    case 'bool':
      return integerValue(
        leaf,
        leafInteger(leaf, readUnsigned(bytes, offset, size, leaf.byteOrder), integerLeafBytes(leaf) * 8),
      )
    case 'float':
      return { kind: 'float', value: readFloat(bytes, offset, leaf.float, leaf.byteOrder) }
    case 'bytes':
      return { kind: 'bytes', bytes: bytes.subarray(offset, offset + size) }
    case 'text': {
      const text = withoutPadding(bytes.subarray(offset, offset + size))
      return { kind: 'text', text: leaf.encoding === 'utf-8' ? utf8Text(text) : latin1Text(text) }
    }
  }
}

function integerValue(leaf: IntegerLeaf, value: bigint): StructureValue {
  if (leaf.kind === 'bool') return { kind: 'bool', value: value !== 0n }
  if (leaf.kind === 'integer') return { kind: 'integer', value }
  return { kind: 'enum', value, name: leaf.values.nameOfValue.get(value) ?? null }
}

function latin1Text(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let index = 0; index < bytes.length; index += 4096) {
    parts.push(String.fromCharCode(...bytes.subarray(index, index + 4096)))
  }
  return parts.join('')
}
