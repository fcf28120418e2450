import type { Profile, ProfileFile, ProfileProblem } from '../../contract/schemas/profile.ts'

/** What the profile folder holds at one moment, in no order. */
export interface StoredProfiles {
  readonly profiles: readonly Profile[]
  /** Folders that are kept although they may be empty; null when their file cannot be read, and so is not changed. */
  readonly keptFolders: readonly string[] | null
  readonly problems: readonly ProfileProblem[]
  /** Identifiers that a new profile must not take, those of unreadable files included. */
  readonly takenIdentifiers: ReadonlySet<string>
}

export interface ProfileWrite {
  readonly profile: ProfileFile
  /** Revision of the file that this change was made from; null for a new profile. */
  readonly basedOn: string | null
}

/** Access to the folder while no other process may change it. */
export interface ProfileTransaction {
  readonly present: StoredProfiles
  /**
   * Writes all or, when the disk refuses one of them, none. `keptFolders` null leaves the folder list as it is. Errors:
   * `profile-conflict` when a file no longer has the revision named, `profile-not-found` when it is gone, `disk-full`,
   * `data-folder-unwritable`, `file-unwritable`.
   */
  save(writes: readonly ProfileWrite[], keptFolders: readonly string[] | null): Promise<readonly Profile[]>
  /** Moves the file to the trash. */
  moveToTrash(profileId: string): Promise<void>
  /** Brings a file back from the trash as it was. Errors: `profile-not-found`, `profile-malformed`, `profile-newer`. */
  bringBack(profileId: string): Promise<Profile>
}

/** Where profiles are kept; shared with other processes. */
export interface ProfileStore {
  read(): Promise<StoredProfiles>
  /** Runs one change with exclusive access. Changes of one store run one after the other. */
  change<Result>(work: (transaction: ProfileTransaction) => Promise<Result>): Promise<Result>
  /** Tells that the files may have changed, whoever did it. */
  watch(onChanged: () => void): () => void
}
