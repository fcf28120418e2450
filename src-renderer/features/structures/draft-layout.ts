import type { StructureDefinition } from '../../../src-main/contract/schemas/structure.ts'
import type { StructureLibrary } from '../../../src-main/protocol/struct/compiled-structure.ts'
import {
  layoutStructure,
  type LayoutEntry,
  type StructureLayout,
} from '../../../src-main/protocol/struct/layout-structure.ts'
import type { FieldError } from '../../ui/field-error.ts'
import { reasonOf } from './check-draft.ts'

/** A line of the table of fields: a field by its index, with the lines nested in it, or padding. */
export type LayoutLine =
  | {
      readonly kind: 'field'
      readonly index: number
      readonly entry: LayoutEntry
      readonly nested: readonly LayoutEntry[]
    }
  | { readonly kind: 'padding'; readonly entry: LayoutEntry; readonly beforeIndex: number }

export interface BodyLayout {
  /** Null when nothing can be laid out. Up to the first field that is wrong where one is. */
  readonly layout: StructureLayout | null
  readonly isWhole: boolean
  readonly lines: readonly LayoutLine[]
  /** The first field that has no place, with the reason. */
  readonly fieldProblem: { readonly index: number; readonly error: FieldError } | null
  /** What follows cannot be chosen as given. */
  readonly nextProblem: FieldError | null
  readonly bodyProblem: FieldError | null
}

/** One of the structures of a definition, 0 for the structure itself, able to stand alone. */
export function definitionOfBody(definition: StructureDefinition, bodyIndex: number): StructureDefinition {
  const inner = definition.inner[bodyIndex - 1]
  if (inner === undefined) return definition
  return { ...inner, inner: definition.inner, enums: [...inner.enums, ...definition.enums] }
}

/**
 * Lays out a structure as far as it goes and finds the field at which it stops. `readable`: how many fields, from the
 * first, can be understood as typed.
 */
export function layoutBody(definition: StructureDefinition, library: StructureLibrary, readable: number): BodyLayout {
  const { fields } = definition
  if (readable < fields.length) {
    const part = layoutBody({ ...firstFields(definition, readable), next: null }, library, readable)
    return { ...part, isWhole: false, lines: withoutEnd(part.lines) }
  }
  const alone = { ...definition, next: null }
  const whole = layoutStructure(alone, library)
  const nothing = { fieldProblem: null, nextProblem: null, bodyProblem: null }
  if (whole.ok) {
    const withNext = layoutStructure(definition, library)
    const nextProblem = withNext.ok ? null : reasonOf(withNext.error)
    return { ...nothing, layout: whole.layout, isWhole: true, lines: linesOf(whole.layout), nextProblem }
  }
  const bare = layoutStructure(firstFields(alone, 0), library)
  if (!bare.ok) {
    return { ...nothing, layout: null, isWhole: false, lines: [], bodyProblem: reasonOf(bare.error) }
  }
  // The shortest beginning that has no layout ends with the field to blame.
  let good = 0
  let bad = alone.fields.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (layoutStructure(firstFields(alone, middle), library).ok) good = middle
    else bad = middle
  }
  const failing = layoutStructure(firstFields(alone, bad), library)
  const part = layoutStructure(firstFields(alone, good), library)
  return {
    ...nothing,
    layout: part.ok ? part.layout : null,
    isWhole: false,
    lines: part.ok ? withoutEnd(linesOf(part.layout)) : [],
    fieldProblem: { index: good, error: reasonOf(failing.ok ? whole.error : failing.error) },
  }
}

function firstFields(definition: StructureDefinition, count: number): StructureDefinition {
  return { ...definition, fields: definition.fields.slice(0, count) }
}

/** Where fields are missing, padding after the last one says nothing. */
function withoutEnd(lines: readonly LayoutLine[]): readonly LayoutLine[] {
  return lines.at(-1)?.kind === 'padding' ? lines.slice(0, -1) : lines
}

function linesOf(layout: StructureLayout): readonly LayoutLine[] {
  const lines: LayoutLine[] = []
  let index = -1
  let nested: LayoutEntry[] = []
  for (const entry of layout.entries) {
    if (entry.depth > 0) {
      nested.push(entry)
    } else if (entry.kind === 'field') {
      nested = []
      lines.push({ kind: 'field', index: (index += 1), entry, nested })
    } else {
      lines.push({ kind: 'padding', entry, beforeIndex: index + 1 })
    }
  }
  return lines
}
