import type { KnownStructure } from '../../../src-main/protocol/message/composition.ts'
import { decodeStructure } from '../../../src-main/protocol/struct/decode-structure.ts'
import type { StructureNode } from '../../../src-main/protocol/struct/decoded-structure.ts'
import { encodeStructure } from '../../../src-main/protocol/struct/encode-structure.ts'

/** A line of the form: a group of fields (structure or array), or a field with a value. */
export interface FormLine {
  readonly kind: 'group' | 'value'
  readonly node: StructureNode
  /** Groups around it. */
  readonly depth: number
  /** The name, with its groups for what is not nested to the eye. */
  readonly name: string
}

/** Lines of a form at most: an array of thousands is given as one list of numbers instead. */
const maximumLines = 2000
/** Values that cannot be read are taken out one by one. */
const maximumMended = 40

/**
 * The lines of the form of a structure with these values. Values with placeholders and what cannot be read count as zero
 * here, so that their fields stay. Null where the values do not fit all the same; the lines of before then stay.
 */
export function structureForm(
  { definition, library }: KnownStructure,
  values: Readonly<Record<string, string>>,
): readonly FormLine[] | null {
  const plain = new Map(Object.entries(values).map(([path, text]) => [path, text.includes('{{') ? '0' : text]))
  const encode = () => encodeStructure(definition, library, Object.fromEntries(plain))
  let encoded = encode()
  for (let mended = 0; !encoded.ok && mended < maximumMended; mended++) {
    const { path } = encoded.error.data
    const text = typeof path === 'string' ? plain.get(path) : undefined
    if (typeof path !== 'string' || text === undefined) return null
    if (text === '0') plain.delete(path)
    else plain.set(path, '0')
    encoded = encode()
  }
  if (!encoded.ok) return null
  const result = decodeStructure(definition, library, encoded.bytes)
  if (!result.ok) return null
  const lines: FormLine[] = []
  for (const child of result.decoded.root.children) listNode(child, 0, lines)
  return lines
}

function listNode(node: StructureNode, depth: number, lines: FormLine[]): void {
  if (lines.length >= maximumLines || node.kind === 'padding') return
  // Fields without a name are reached as if they stood one level higher.
  if (node.path === '' && node.kind === 'value') return
  if (isField(node)) {
    lines.push({ kind: 'value', node, depth, name: node.name })
    return
  }
  if (node.name !== '') lines.push({ kind: 'group', node, depth, name: node.name })
  for (const child of node.children) listNode(child, node.name === '' ? depth : depth + 1, lines)
}

/** Arrays of numbers are given whole, as a list. */
export function isNumberList(node: StructureNode): boolean {
  return node.kind === 'array' && node.leaf !== null && node.leaf.kind !== 'text' && node.leaf.kind !== 'bytes'
}

function isField(node: StructureNode): boolean {
  const nested = node.children.some(({ kind }) => kind === 'array')
  return node.kind === 'value' || (isNumberList(node) && !nested)
}

/** What stands in a field that nothing was typed in. */
export function defaultText(node: StructureNode): string {
  if (!isNumberList(node)) return node.text ?? ''
  const shown = node.children.slice(0, 16).map(({ text }) => text ?? '')
  return node.children.length > shown.length ? `${shown.join(', ')}, ...` : shown.join(', ')
}
