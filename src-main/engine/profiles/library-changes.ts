import { WirebenchError } from '../../contract/errors.ts'
import type { CommandName } from '../../contract/commands.ts'
import type { Profile, ProfileLibrary } from '../../contract/schemas/profile.ts'
import { allFolders, isWithin } from './folder-paths.ts'
import { compareProfiles } from './profile-order.ts'
import type { ProfileTransaction, ProfileWrite, StoredProfiles } from './profile-store.ts'

/** The library as it is shown. */
export function libraryOf(stored: StoredProfiles): ProfileLibrary {
  return {
    profiles: [...stored.profiles].sort(compareProfiles),
    folders: foldersOf(stored),
    problems: [...stored.problems],
  }
}

/** All folders, those with and those without profiles. */
export function foldersOf(stored: StoredProfiles): string[] {
  return allFolders([...stored.profiles.map((profile) => profile.folder), ...(stored.keptFolders ?? [])])
}

/** Errors: `profile-not-found`. */
export function findProfile(stored: StoredProfiles, profileId: string): Profile {
  const profile = stored.profiles.find(({ id }) => id === profileId)
  if (profile === undefined) throw new WirebenchError('profile-not-found', { profileId })
  return profile
}

/** The kept folders, to be changed. Throws the problem of their file when it cannot be read. */
export function keptFoldersOf(stored: StoredProfiles): readonly string[] {
  if (stored.keptFolders !== null) return stored.keptFolders
  throw new WirebenchError('profile-malformed', {
    file: 'folders.json',
    reason: 'The list of folders cannot be changed until it is mended or deleted.',
  })
}

/** A request that makes no sense for the library as it is. */
export function refused(command: CommandName, reason: string): WirebenchError {
  return new WirebenchError('bad-payload', { command, reason })
}

export interface FolderChanges {
  /** The kept folders as they shall be; as they are when absent. */
  readonly kept?: readonly string[] | null
  /** This folder, and what is in it, may vanish. */
  readonly givenUp?: string
  /** A profile that is about to leave the folder for the trash. */
  readonly leaving?: string
}

/** Saves writes together with the folder list, which takes up every folder that would otherwise vanish. */
export async function saveChanges(
  transaction: ProfileTransaction,
  writes: readonly ProfileWrite[],
  changes: FolderChanges = {},
): Promise<readonly Profile[]> {
  const { present } = transaction
  const kept = changes.kept ?? present.keptFolders
  if (kept === null) return transaction.save(writes, null)

  const written = new Set(writes.map(({ profile }) => profile.id))
  const staying = present.profiles.filter(({ id }) => !written.has(id) && id !== changes.leaving)
  const used = [...staying, ...writes.map(({ profile }) => profile)].map(({ folder }) => folder)
  const after = new Set(allFolders([...used, ...kept]))
  const vanishing = foldersOf(present).filter(
    (folder) => !after.has(folder) && (changes.givenUp === undefined || !isWithin(folder, changes.givenUp)),
  )
  const all = allFolders([...kept, ...vanishing])
  const leaves = all.filter((folder) => !all.some((other) => other !== folder && isWithin(other, folder)))
  const listed = [...new Set([...kept, ...leaves])].sort()
  const unchanged = listed.join('\n') === [...(present.keptFolders ?? [])].sort().join('\n')
  return transaction.save(writes, unchanged ? null : listed)
}
