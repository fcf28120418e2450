import type { CollectionEntry } from '../../../src-main/contract/schemas/collection.ts'
import { placeBeside, type LibraryTreeRow } from '../../state/library-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import type { DropPlace } from '../../ui/tree-row.ts'
import { moveEntry } from './collection-actions.ts'

type FolderRow = Extract<LibraryTreeRow<CollectionEntry>, { kind: 'folder' }> & { readonly text: string }
type EntryRow = Extract<LibraryTreeRow<CollectionEntry>, { kind: 'entry' }> & {
  readonly text: string
  readonly expanded: null
}

/** A row of the tree of saved messages as `TreeRows` takes it. */
export type CollectionRow = FolderRow | EntryRow

export function asCollectionRow(row: LibraryTreeRow<CollectionEntry>): CollectionRow {
  return row.kind === 'folder' ? { ...row, text: row.name } : { ...row, text: row.entry.name, expanded: null }
}

/** Entries go into folders and between entries; onto itself makes no sense. */
export function canDrop(dragged: CollectionRow, target: CollectionRow, place: DropPlace): boolean {
  if (dragged.kind !== 'entry' || dragged.key === target.key) return false
  return target.kind === 'entry' || place === 'inside'
}

/** Moves the dragged entry to where it was dropped. */
export async function dropEntry(
  workbench: Workbench,
  dragged: CollectionRow,
  target: CollectionRow,
  place: DropPlace,
): Promise<void> {
  if (dragged.kind !== 'entry') return
  if (target.kind === 'folder') {
    await moveEntry(workbench, dragged.entry, target.path, null)
    return
  }
  const side = place === 'before' ? 'before' : 'after'
  const before = placeBeside(workbench.collection.entries, dragged.entry.id, target.entry, side)
  await moveEntry(workbench, dragged.entry, target.entry.folder, before)
}
