import type { StructureEntry } from '../../../src-main/contract/schemas/structure.ts'
import { holdsEveryWord, placeBeside, type LibraryTreeRow } from '../../state/library-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import type { DropPlace } from '../../ui/tree-row.ts'
import { moveStructure } from './structure-actions.ts'

type FolderRow = Extract<LibraryTreeRow<StructureEntry>, { kind: 'folder' }> & { readonly text: string }
type EntryRow = Extract<LibraryTreeRow<StructureEntry>, { kind: 'entry' }> & {
  readonly text: string
  readonly expanded: null
}

/** A row of the tree of structures as `TreeRows` takes it. */
export type StructureRow = FolderRow | EntryRow

export function asStructureRow(row: LibraryTreeRow<StructureEntry>): StructureRow {
  return row.kind === 'folder' ? { ...row, text: row.name } : { ...row, text: row.entry.name, expanded: null }
}

/** Every word of the filter occurs in the names, the folder, the notes, the tags or the names of fields. */
export function structureMatches({ name, folder, notes, tags, definition }: StructureEntry, filter: string): boolean {
  const fields = [definition, ...definition.inner].flatMap((body) => body.fields.map((field) => field.name))
  const text = [name, definition.name, folder, notes, ...tags, ...fields].join(' ')
  return holdsEveryWord(text.toLowerCase(), filter)
}

/** Structures go into folders and between structures; onto itself makes no sense. */
export function canDrop(dragged: StructureRow, target: StructureRow, place: DropPlace): boolean {
  if (dragged.kind !== 'entry' || dragged.key === target.key) return false
  return target.kind === 'entry' || place === 'inside'
}

/** Moves the dragged structure to where it was dropped. */
export async function dropStructure(
  workbench: Workbench,
  dragged: StructureRow,
  target: StructureRow,
  place: DropPlace,
): Promise<void> {
  if (dragged.kind !== 'entry') return
  if (target.kind === 'folder') {
    await moveStructure(workbench, dragged.entry, target.path, null)
    return
  }
  const side = place === 'before' ? 'before' : 'after'
  const before = placeBeside(workbench.structures.entries, dragged.entry.id, target.entry, side)
  await moveStructure(workbench, dragged.entry, target.entry.folder, before)
}
