/** Definitions for tests, from C text. */
import * as v from 'valibot'
import {
  structureDefinition,
  type StructureDefinition,
  type StructureDefinitionInput,
} from '../../../contract/schemas/structure.ts'
import type { StructureLibrary } from '../compiled-structure.ts'
import { parseCStructs, type CParseOptions } from '../parse-c-structs.ts'

/** The last structure of a C text, and a library with all of them. Throws when the text is not understood. */
export function fromC(
  text: string,
  options: CParseOptions = {},
): { definition: StructureDefinition; library: StructureLibrary } {
  const parsed = parseCStructs(text, options)
  if (!parsed.ok) throw new Error(parsed.error.message)
  const definition = parsed.definitions.at(-1)
  if (definition === undefined) throw new Error('no structure')
  return { definition, library: libraryOf(parsed.definitions) }
}

export function libraryOf(definitions: readonly StructureDefinition[]): StructureLibrary {
  return (name) => definitions.find((definition) => definition.name === name) ?? null
}

/** A definition with its defaults, checked by the schema. */
export function define(input: StructureDefinitionInput): StructureDefinition {
  return v.parse(structureDefinition, input)
}

export const noLibrary: StructureLibrary = () => null
