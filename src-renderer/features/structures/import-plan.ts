import * as v from 'valibot'
import {
  structureIdentifier,
  type InnerStructure,
  type StructureDefinition,
  type StructureEntry,
} from '../../../src-main/contract/schemas/structure.ts'
import { referencesOf } from '../../state/structures.svelte.ts'

export type ClashChoice = 'replace' | 'rename' | 'skip'

/** What a person said about a structure that was found in C text, by its name there. */
export interface ImportWish {
  readonly included: boolean
  readonly choice: ClashChoice
  readonly newName: string
}

/** A structure that was found, and what becomes of it. */
export interface PlannedImport {
  readonly found: StructureDefinition
  readonly wish: ImportWish
  /** The structure of the library with the same name. */
  readonly existing: StructureEntry | null
  /** The one in the library is just the same. */
  readonly isSame: boolean
  readonly newNameProblem: 'malformed' | 'taken' | null
  /** Names it refers to that are neither imported nor in the library. */
  readonly missing: readonly string[]
  /** What is written: under its final name, referring to the others by theirs. Null when it is left out. */
  readonly definition: StructureDefinition | null
}

/** What to begin with: everything that is new, and nothing that is there already. */
export function firstWish(
  found: StructureDefinition,
  existing: StructureEntry | null,
  taken: ReadonlySet<string>,
): ImportWish {
  const isSame = existing !== null && sameDefinition(found, existing.definition)
  return { included: true, choice: isSame ? 'skip' : 'replace', newName: freeNameOf(found.name, taken) }
}

/** Decides for every structure found, in their order: dependencies come first. */
export function planImports(
  found: readonly StructureDefinition[],
  library: readonly StructureEntry[],
  wishes: ReadonlyMap<string, ImportWish>,
): readonly PlannedImport[] {
  const byName = new Map(library.map((entry) => [entry.definition.name, entry]))
  const taken = new Set([...byName.keys(), ...found.map(({ name }) => name)])
  const settled = found.map((definition) => {
    const existing = byName.get(definition.name) ?? null
    const wish = wishes.get(definition.name) ?? firstWish(definition, existing, taken)
    const isWritten = wish.included && (existing === null || wish.choice !== 'skip')
    const finalName = existing !== null && wish.choice === 'rename' ? wish.newName : definition.name
    return { definition, existing, wish, isWritten, finalName }
  })
  const renamed = new Map(settled.flatMap((each) => (each.isWritten ? [[each.definition.name, each.finalName]] : [])))
  return settled.map(({ definition, existing, wish, isWritten, finalName }) => {
    const others = settled.filter((other) => other.isWritten && other.definition !== definition)
    const isTaken = byName.has(finalName) || others.some((other) => other.finalName === finalName)
    const isRenamed = isWritten && finalName !== definition.name
    const malformed = isRenamed && !v.is(structureIdentifier, finalName)
    const references = [...referencesOf(definition)]
    return {
      found: definition,
      wish,
      existing,
      isSame: existing !== null && sameDefinition(definition, existing.definition),
      newNameProblem: malformed ? 'malformed' : isRenamed && isTaken ? 'taken' : null,
      missing: isWritten ? references.filter((name) => !renamed.has(name) && !byName.has(name)) : [],
      definition: isWritten ? withNames(definition, finalName, renamed) : null,
    }
  })
}

/** Under another name, and with other names of what it refers to; its inner structures keep theirs. */
function withNames(
  definition: StructureDefinition,
  name: string,
  renamed: ReadonlyMap<string, string>,
): StructureDefinition {
  const inner = new Set(definition.inner.map((body) => body.name))
  const nameOf = (reference: string): string =>
    inner.has(reference) ? reference : (renamed.get(reference) ?? reference)
  const withReferences = <Body extends InnerStructure>(body: Body): Body => ({
    ...body,
    fields: body.fields.map((field) =>
      field.type.kind === 'structure'
        ? { ...field, type: { ...field.type, structure: nameOf(field.type.structure) } }
        : field,
    ),
  })
  return { ...withReferences(definition), name, inner: definition.inner.map(withReferences) }
}

/** Notes do not matter: C text has none to compare. */
function sameDefinition(one: StructureDefinition, other: StructureDefinition): boolean {
  return fingerprint(one) === fingerprint(other)
}

function fingerprint(definition: StructureDefinition): string {
  return JSON.stringify(definition, (key, value: unknown) => {
    if (key === 'notes') return undefined
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([one], [another]) => (one < another ? -1 : 1)))
  })
}

function freeNameOf(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const candidate = `${name.slice(0, 110)}_${number}`
    if (!taken.has(candidate)) return candidate
  }
}
