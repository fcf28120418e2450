import type { InnerStructure } from '../../../src-main/contract/schemas/structure.ts'
import type { KnownStructure } from '../../../src-main/protocol/message/composition.ts'
import type { StructureNode } from '../../../src-main/protocol/struct/decoded-structure.ts'

type Values = Readonly<Record<string, string>>

/** True for arrays that have as many elements as are given. */
export function isGrowing(node: StructureNode): boolean {
  return node.kind === 'array' && !/^[^[]*\[\d+\]/.test(node.typeWords)
}

/** The values with another element of an array, its first value zero; null when nothing tells the fields of an element. */
export function withElementAdded(node: StructureNode, known: KnownStructure, values: Values): Values | null {
  return withZero(node, elementsOf(node), known, withoutCount(node, values))
}

/** The values without the last element of an array. */
export function withLastElementRemoved(node: StructureNode, known: KnownStructure, values: Values): Values {
  const last = elementsOf(node) - 1
  const kept = Object.fromEntries(
    Object.entries(withoutCount(node, values)).filter(([path]) => !isWithin(path, `${node.path}[${last}]`)),
  )
  // Elements are counted by what is given, and the one that is last now may be all zero.
  const isCounted = last < 1 || Object.keys(kept).some((path) => isWithin(path, `${node.path}[${last - 1}]`))
  return isCounted ? kept : (withZero(node, last - 1, known, kept) ?? kept)
}

export const elementsOf = (node: StructureNode): number => node.count ?? node.children.length

function withZero(node: StructureNode, index: number, known: KnownStructure, values: Values): Values | null {
  const [model] = node.children
  const first = model === undefined ? null : firstValue(model)
  const inElement = model === undefined ? firstPathOf(node, known) : (first?.path.slice(model.path.length) ?? null)
  if (inElement === null) return null
  const zero = first?.leaf?.kind === 'bytes' ? '00' : '0'
  return { ...values, [`${node.path}[${index}]${inElement}`]: zero }
}

/** A count that was typed would hold the array to it; left empty it counts what is given. */
function withoutCount(node: StructureNode, values: Values): Values {
  const count = /^[^[]*\[([\w.]+)/.exec(node.typeWords)?.[1]
  if (count === undefined) return values
  const { [`${node.path.slice(0, node.path.length - node.name.length)}${count}`]: _typed, ...others } = values
  return others
}

const isWithin = (path: string, element: string): boolean =>
  path === element || path.startsWith(`${element}.`) || path.startsWith(`${element}[`)

function firstValue(node: StructureNode): StructureNode | null {
  if (node.kind === 'value' && node.path !== '') return node
  for (const child of node.children) {
    const found = firstValue(child)
    if (found !== null) return found
  }
  return null
}

/** Where the first plain value of an element stands, when there is no element yet to look at. */
function firstPathOf(node: StructureNode, { definition, library }: KnownStructure): string | null {
  if (node.leaf !== null) return ''
  const name = /^[^[\s]*/.exec(node.typeWords)?.[0] ?? ''
  const element: InnerStructure | null = definition.inner.find((inner) => inner.name === name) ?? library(name)
  const field = element?.fields.find(
    ({ name: own, type, dimensions }) => own !== '' && type.kind !== 'structure' && dimensions.length === 0,
  )
  return field === undefined ? null : `.${field.name}`
}
