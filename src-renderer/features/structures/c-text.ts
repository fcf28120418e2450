import type { StructureDefinition } from '../../../src-main/contract/schemas/structure.ts'
import type { StructureLibrary } from '../../../src-main/protocol/struct/compiled-structure.ts'
import { formatCStruct } from '../../../src-main/protocol/struct/format-c-struct.ts'
import { referencesOf } from '../../state/structures.svelte.ts'

/** A definition as C text, after the structures of the library that it refers to, each once. */
export function cTextOf(definition: StructureDefinition, library: StructureLibrary): string {
  const parts: string[] = []
  const seen = new Set([definition.name])
  const waiting: { readonly definition: StructureDefinition; listed: boolean }[] = [{ definition, listed: false }]
  for (let top = waiting.at(-1); top !== undefined; top = waiting.at(-1)) {
    if (top.listed) {
      parts.push(formatCStruct(top.definition))
      waiting.pop()
      continue
    }
    top.listed = true
    for (const name of referencesOf(top.definition)) {
      const needed = seen.has(name) ? null : library(name)
      if (needed === null) continue
      seen.add(name)
      waiting.push({ definition: needed, listed: false })
    }
  }
  return parts.join('\n')
}
