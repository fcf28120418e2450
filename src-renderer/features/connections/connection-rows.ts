import { placeBeside } from '../../state/library-tree.ts'
import type { ProfileTreeRow } from '../../state/profile-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import type { DropPlace } from '../../ui/tree-row.ts'
import { moveProfile } from './profile-actions.ts'

type FolderRow = Extract<ProfileTreeRow, { kind: 'folder' }> & { readonly text: string }
type ProfileRow = Extract<ProfileTreeRow, { kind: 'entry' }> & { readonly text: string; readonly expanded: null }

/** A row of the connections tree as `TreeRows` takes it. */
export type ConnectionRow = FolderRow | ProfileRow

export function asConnectionRow(row: ProfileTreeRow): ConnectionRow {
  return row.kind === 'folder' ? { ...row, text: row.name } : { ...row, text: row.entry.name, expanded: null }
}

/** Profiles go into folders and between profiles; onto itself makes no sense. */
export function canDrop(dragged: ConnectionRow, target: ConnectionRow, place: DropPlace): boolean {
  if (dragged.kind !== 'entry' || dragged.key === target.key) return false
  return target.kind === 'entry' || place === 'inside'
}

/** Moves the dragged profile to where it was dropped. */
export async function dropProfile(
  workbench: Workbench,
  dragged: ConnectionRow,
  target: ConnectionRow,
  place: DropPlace,
): Promise<void> {
  if (dragged.kind !== 'entry') return
  if (target.kind === 'folder') {
    await moveProfile(workbench, dragged.entry, target.path, null)
    return
  }
  const side = place === 'before' ? 'before' : 'after'
  const before = placeBeside(workbench.profiles.library.profiles, dragged.entry.id, target.entry, side)
  await moveProfile(workbench, dragged.entry, target.entry.folder, before)
}
