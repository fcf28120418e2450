import type { Profile, ProfileLibrary } from '../../src-main/contract/schemas/profile.ts'

/** A row of the connections tree as drawn. */
export type ProfileTreeRow =
  | {
      readonly kind: 'folder'
      readonly key: string
      readonly path: string
      readonly name: string
      readonly level: number
      readonly expanded: boolean
      readonly profileCount: number
    }
  | { readonly kind: 'profile'; readonly key: string; readonly profile: Profile; readonly level: number }

export interface ProfileTreeOptions {
  /** Only profiles whose name, address, folder or notes hold every word of it; all folders on the way are open. */
  readonly filter: string
  readonly collapsedFolders: readonly string[]
}

/** The key by which a row is found again. */
export const folderKey = (path: string): string => `folder:${path}`
export const profileKey = (profileId: string): string => `profile:${profileId}`

/** The folder a folder lies in; '' for the top. */
export function parentFolder(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** The last name of a folder path. */
export function folderName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function matchesFilter(profile: Profile, filter: string): boolean {
  const { name, folder, notes, connection } = profile
  const hay = `${name} ${folder} ${connection.host}:${connection.port} ${notes}`.toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word))
}

/** Every folder there is, those implied by their children included, each before what is in it. */
export function allFolders(library: ProfileLibrary): readonly string[] {
  const folders = new Set<string>()
  for (const path of [...library.folders, ...library.profiles.map((profile) => profile.folder)]) {
    for (let folder = path; folder !== ''; folder = parentFolder(folder)) folders.add(folder)
  }
  return [...folders].sort((one, other) => one.localeCompare(other, undefined, { numeric: true }))
}

/** The visible rows from top to bottom: in each folder its folders first, then its profiles in their order. */
export function buildProfileTree(library: ProfileLibrary, options: ProfileTreeOptions): readonly ProfileTreeRow[] {
  const filtering = options.filter.trim() !== ''
  const profiles = filtering
    ? library.profiles.filter((profile) => matchesFilter(profile, options.filter.trim()))
    : library.profiles
  const folders = filtering ? allFolders({ ...library, folders: [], profiles: [...profiles] }) : allFolders(library)
  const rows: ProfileTreeRow[] = []

  function addFolder(path: string, level: number): void {
    for (const child of folders.filter((folder) => parentFolder(folder) === path)) {
      const expanded = filtering || !options.collapsedFolders.includes(child)
      const profileCount = profiles.filter(
        (profile) => profile.folder === child || profile.folder.startsWith(`${child}/`),
      ).length
      rows.push({
        kind: 'folder',
        key: folderKey(child),
        path: child,
        name: folderName(child),
        level,
        expanded,
        profileCount,
      })
      if (expanded) addFolder(child, level + 1)
    }
    for (const profile of profiles) {
      if (profile.folder === path) rows.push({ kind: 'profile', key: profileKey(profile.id), profile, level })
    }
  }

  addFolder('', 1)
  return rows
}
