import type { Profile, ProfileLibrary } from '../../src-main/contract/schemas/profile.ts'
import { buildLibraryTree, entryKey, holdsEveryWord, type LibraryTreeRow } from './library-tree.ts'

/** A row of the connections tree as drawn. */
export type ProfileTreeRow = LibraryTreeRow<Profile>

export interface ProfileTreeOptions {
  /** Only profiles whose name, address, folder or notes hold every word of it; all folders on the way are open. */
  readonly filter: string
  readonly collapsedFolders: readonly string[]
}

/** The key by which a profile's row is found again. */
export const profileKey = entryKey

export function matchesFilter(profile: Profile, filter: string): boolean {
  const { name, folder, notes, connection } = profile
  return holdsEveryWord(`${name} ${folder} ${connection.host}:${connection.port} ${notes}`.toLowerCase(), filter)
}

/** The visible rows from top to bottom. */
export function buildProfileTree(library: ProfileLibrary, options: ProfileTreeOptions): readonly ProfileTreeRow[] {
  const filter = options.filter.trim()
  return buildLibraryTree(library.profiles, library.folders, {
    matches: filter === '' ? null : (profile) => matchesFilter(profile, filter),
    collapsedFolders: options.collapsedFolders,
  })
}
