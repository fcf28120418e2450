import type { LibraryEntry, LibraryFile, LibraryProblem } from './library-format.ts'

/** What the folder of a library holds at one moment, in no order. */
export interface StoredLibrary<File extends LibraryFile> {
  readonly entries: readonly LibraryEntry<File>[]
  /** Folders that are kept although they may be empty; null when their file cannot be read, and so is not changed. */
  readonly keptFolders: readonly string[] | null
  readonly problems: readonly LibraryProblem[]
  /** Identifiers that a new entry must not take, those of unreadable files included. */
  readonly takenIdentifiers: ReadonlySet<string>
}

export interface LibraryWrite<File extends LibraryFile> {
  readonly file: File
  /** Revision of the file that this change was made from; null for a new entry. */
  readonly basedOn: string | null
}

/** Access to the folder while no other process may change it. */
export interface LibraryTransaction<File extends LibraryFile> {
  readonly present: StoredLibrary<File>
  /**
   * Writes all or, when the disk refuses one of them, none. `keptFolders` null leaves the folder list as it is. Errors:
   * the conflict of the library when a file no longer has the revision named, its not-found when it is gone,
   * `disk-full`, `data-folder-unwritable`, `file-unwritable`.
   */
  save(
    writes: readonly LibraryWrite<File>[],
    keptFolders: readonly string[] | null,
  ): Promise<readonly LibraryEntry<File>[]>
  /** Moves the file to the trash. */
  moveToTrash(entryId: string): Promise<void>
  /** What would be brought back. Errors: those of the library for a file that is not there, malformed or newer. */
  inTrash(entryId: string): Promise<LibraryEntry<File>>
  /** Brings a file back from the trash as it was. Errors: as for `inTrash`; `file-unwritable`. */
  bringBack(entryId: string): Promise<LibraryEntry<File>>
}

/** Where the entries of a library are kept; shared with other processes. */
export interface LibraryStore<File extends LibraryFile> {
  read(): Promise<StoredLibrary<File>>
  /** Runs one change with exclusive access. Changes of one store run one after the other. */
  change<Result>(work: (transaction: LibraryTransaction<File>) => Promise<Result>): Promise<Result>
  /** Tells that the files may have changed, whoever did it. */
  watch(onChanged: () => void): () => void
}
