import type { StructureDefinition } from '../../../src-main/contract/schemas/structure.ts'
import type { StructureLibrary } from '../../../src-main/protocol/struct/compiled-structure.ts'
import { formatCStruct } from '../../../src-main/protocol/struct/format-c-struct.ts'
import { referencesOf } from '../../state/structures.svelte.ts'

/** A definition as C text, after the structures of the library that it refers to, each once. */
export function cTextOf(definition: StructureDefinition, library: StructureLibrary): string {
  const parts: string[] = []
  const begun = new Set<string>()
  const written = new Set<string>()
  const waiting = [definition]
  for (let top = waiting.at(-1); top !== undefined; top = waiting.at(-1)) {
    if (begun.has(top.name)) {
      if (!written.has(top.name)) parts.push(formatCStruct(top))
      written.add(top.name)
      waiting.pop()
      continue
    }
    begun.add(top.name)
    // What follows may refer back: a structure that was begun is not begun again.
    for (const name of referencesOf(top)) {
      const needed = begun.has(name) ? null : library(name)
      if (needed !== null) waiting.push(needed)
    }
  }
  return parts.join('\n')
}
