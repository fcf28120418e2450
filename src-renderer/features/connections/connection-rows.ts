import type { ProfileTreeRow } from '../../state/profile-tree.ts'
import type { Workbench } from '../../state/workbench.svelte.ts'
import type { DropPlace } from '../../ui/tree-row.ts'
import { moveProfile } from './profile-actions.ts'

type FolderRow = Extract<ProfileTreeRow, { kind: 'folder' }> & { readonly text: string }
type ProfileRow = Extract<ProfileTreeRow, { kind: 'profile' }> & { readonly text: string; readonly expanded: null }

/** A row of the connections tree as `TreeRows` takes it. */
export type ConnectionRow = FolderRow | ProfileRow

export function asConnectionRow(row: ProfileTreeRow): ConnectionRow {
  return row.kind === 'folder' ? { ...row, text: row.name } : { ...row, text: row.profile.name, expanded: null }
}

/** Profiles go into folders and between profiles; onto itself makes no sense. */
export function canDrop(dragged: ConnectionRow, target: ConnectionRow, place: DropPlace): boolean {
  if (dragged.kind !== 'profile' || dragged.key === target.key) return false
  return target.kind === 'profile' || place === 'inside'
}

/** Moves the dragged profile to where it was dropped. */
export async function dropProfile(
  workbench: Workbench,
  dragged: ConnectionRow,
  target: ConnectionRow,
  place: DropPlace,
): Promise<void> {
  if (dragged.kind !== 'profile') return
  if (target.kind === 'folder') {
    await moveProfile(workbench, dragged.profile, target.path, null)
    return
  }
  const { folder, id } = target.profile
  const others = workbench.profiles.library.profiles.filter(
    (profile) => profile.folder === folder && profile.id !== dragged.profile.id,
  )
  const index = others.findIndex((profile) => profile.id === id)
  const before = place === 'before' ? others[index] : others[index + 1]
  await moveProfile(workbench, dragged.profile, folder, before?.id ?? null)
}
