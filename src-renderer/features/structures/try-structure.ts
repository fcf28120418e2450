import type { StructureDefinition } from '../../../src-main/contract/schemas/structure.ts'
import type { CompiledStructure, StructureLibrary } from '../../../src-main/protocol/struct/compiled-structure.ts'
import type { DecodedStructure, StructureNode } from '../../../src-main/protocol/struct/decoded-structure.ts'
import { encodeStructure } from '../../../src-main/protocol/struct/encode-structure.ts'
import { valuesOfDecoded } from '../../../src-main/protocol/struct/values-of-decoded.ts'
import type { ParsedBytes } from '../../../src-main/protocol/text/parsed-bytes.ts'

/** Lines of the table of decoded values at most. */
export const maximumTryLines = 1000

/** How far what follows is looked into for counts. */
const maximumFollowerDepth = 8

/** A line of the table: a value, or the name of what the values below it belong to. */
export interface TryLine {
  readonly key: string
  readonly node: StructureNode
  readonly depth: number
  /** Its value can be written: arrays of numbers whole. */
  readonly isEditable: boolean
}

/** The decoded values in order; arrays of numbers in one line. */
export function tryLines({ root }: DecodedStructure): readonly TryLine[] {
  const lines: TryLine[] = []
  const list = (node: StructureNode, depth: number): void => {
    if (lines.length >= maximumTryLines) return
    const whole = isNumberList(node)
    const isEditable = node.path !== '' && (whole || node.kind === 'value')
    lines.push({ key: `${lines.length} ${node.path}`, node, depth, isEditable })
    if (!whole) for (const child of node.children) list(child, depth + 1)
  }
  for (const child of root.children) list(child, 0)
  return lines
}

/** Also arrays of arrays: their values are given as one list. */
function isNumberList({ kind, leaf }: StructureNode): boolean {
  return kind === 'array' && leaf !== null && leaf.kind !== 'text' && leaf.kind !== 'bytes'
}

/** The value of a line as it can be written. */
export function textOfLine({ node }: TryLine): string {
  if (!isNumberList(node)) return node.text ?? ''
  return leaves(node).join(', ')
}

function leaves(node: StructureNode): readonly string[] {
  return node.kind === 'array' ? node.children.flatMap(leaves) : [node.text ?? '']
}

/** The bytes of a structure with another value at one path; what belongs to nothing stays behind them. */
export function withValue(
  decoded: DecodedStructure,
  definition: StructureDefinition,
  library: StructureLibrary,
  change: { readonly path: string; readonly text: string },
): ParsedBytes {
  const kept = Object.entries(valuesOfDecoded(decoded) ?? {}).filter(
    ([path]) => !isPartOf(path, change.path) && !isInOtherField(decoded.root, path, change.path),
  )
  const values = Object.fromEntries(change.text.trim() === '' ? kept : [...kept, [change.path, change.text]])
  const encoded = encodeStructure(definition, library, values)
  const fitting = encoded.ok
    ? encoded
    : encodeStructure(definition, library, withoutCounts(decoded, values, change.path))
  if (!fitting.ok) return encoded
  const leftOver = decoded.bytes.subarray(decoded.usedBytes)
  const bytes = new Uint8Array(fitting.bytes.length + leftOver.length)
  bytes.set(fitting.bytes)
  bytes.set(leftOver, fitting.bytes.length)
  return { ok: true, bytes }
}

function isPartOf(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`)
}

/** Of a union only one field can have a value: true when the path is in another one than the one that changes. */
function isInOtherField(node: StructureNode, path: string, changed: string): boolean {
  const onTheWay = (child: StructureNode): boolean => child.path !== '' && isPartOf(changed, child.path)
  if (node.isUnion && node.children.some(onTheWay)) {
    const others = node.children.filter((child) => !onTheWay(child) && child.name !== 'next' && child.path !== '')
    if (others.some((child) => isPartOf(path, child.path))) return true
  }
  return node.children.some((child) => (onTheWay(child) || child.path === '') && isInOtherField(child, path, changed))
}

/** Counts that are not given count what is given. */
function withoutCounts(
  decoded: DecodedStructure,
  values: Readonly<Record<string, string>>,
  kept: string,
): Record<string, string> {
  const counts = new Set<string>()
  let level: ReadonlySet<CompiledStructure> = new Set([decoded.structure])
  for (let prefix = ''; level.size > 0 && prefix.length < maximumFollowerDepth * 5; prefix += 'next.') {
    for (const structure of level) collectCounts(structure, prefix, counts)
    level = new Set([...level].flatMap(followersOf))
  }
  const isCount = (path: string): boolean => path !== kept && counts.has(path.replaceAll(/\[\d+\]/g, ''))
  return Object.fromEntries(Object.entries(values).filter(([path]) => !isCount(path)))
}

function followersOf({ next }: CompiledStructure): readonly CompiledStructure[] {
  if (next === null) return []
  const followers = next.cases.map(({ structure }) => structure)
  return next.otherwise === null ? followers : [...followers, next.otherwise]
}

function collectCounts(structure: CompiledStructure, prefix: string, counts: Set<string>): void {
  for (const field of structure.fields) {
    for (const count of [field.length, ...field.dimensions]) {
      if (typeof count === 'object' && count !== null) counts.add(prefix + count.path)
    }
    const inside = field.name === '' ? prefix : `${prefix}${field.name}.`
    if (field.structure !== null) collectCounts(field.structure, inside, counts)
  }
}
