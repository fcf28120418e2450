import type { CommandName } from '../../contract/commands.ts'
import { describeError, WirebenchError } from '../../contract/errors.ts'
import { compareEntries } from './entry-order.ts'
import { allFolders, isWithin } from './folder-paths.ts'
import type {
  LibraryContent,
  LibraryContents,
  LibraryEntry,
  LibraryFile,
  LibraryFileFormat,
  LibraryFormat,
  LibraryProblem,
} from './library-format.ts'
import type { LibraryTransaction, LibraryWrite, StoredLibrary } from './library-store.ts'

/** The library as it is shown. */
export function libraryOf<Content extends LibraryContent, File extends LibraryFile & Content>(
  stored: StoredLibrary<File>,
  format: LibraryFormat<Content, File>,
): LibraryContents<File> {
  const entries = [...stored.entries].sort(compareEntries)
  return { entries, folders: foldersOf(stored), problems: [...stored.problems, ...sharedNames(entries, format)] }
}

/** All folders, those with and those without entries. */
export function foldersOf<File extends LibraryFile>(stored: StoredLibrary<File>): string[] {
  return allFolders([...stored.entries.map(({ folder }) => folder), ...(stored.keptFolders ?? [])])
}

/** Errors: the library's not-found. */
export function findEntry<File extends LibraryFile>(
  stored: StoredLibrary<File>,
  entryId: string,
  format: LibraryFileFormat<File>,
): LibraryEntry<File> {
  const entry = stored.entries.find(({ id }) => id === entryId)
  if (entry === undefined) throw format.errors.notFound(entryId)
  return entry
}

/** The kept folders, to be changed. Throws the problem of their file when it cannot be read. */
export function keptFoldersOf<File extends LibraryFile>(
  stored: StoredLibrary<File>,
  format: LibraryFileFormat<File>,
): readonly string[] {
  if (stored.keptFolders !== null) return stored.keptFolders
  const reason = 'The list of folders cannot be changed until it is mended or deleted.'
  throw WirebenchError.fromShape(format.errors.unreadable('folders.json', { kind: 'malformed', reason }))
}

/** A request that makes no sense for the library as it is. */
export function refused(command: CommandName, reason: string): WirebenchError {
  return new WirebenchError('bad-payload', { command, reason })
}

/** Errors: that of the library's distinct names, when another entry has the one of this content. */
export function requireDistinct<Content extends LibraryContent, File extends LibraryFile & Content>(
  format: LibraryFormat<Content, File>,
  content: Content,
  others: readonly Content[],
): void {
  const { distinct } = format
  if (distinct === null) return
  const name = distinct.nameOf(content)
  const other = others.find((candidate) => distinct.nameOf(candidate) === name)
  if (other !== undefined) throw new WirebenchError(distinct.takenCode, distinct.takenData(content, other))
}

/** Entries whose distinct name one before them has already: files that other programs put side by side. */
function sharedNames<Content extends LibraryContent, File extends LibraryFile & Content>(
  entries: readonly LibraryEntry<File>[],
  { distinct }: LibraryFormat<Content, File>,
): LibraryProblem[] {
  if (distinct === null) return []
  const first = new Map<string, LibraryEntry<File>>()
  const problems: LibraryProblem[] = []
  for (const entry of entries) {
    const other = first.get(distinct.nameOf(entry))
    if (other === undefined) first.set(distinct.nameOf(entry), entry)
    else {
      const error = describeError(distinct.takenCode, distinct.takenData(entry, other))
      problems.push({ file: `${entry.id}.json`, error })
    }
  }
  return problems
}

export interface FolderChanges {
  /** The kept folders as they shall be; as they are when absent. */
  readonly kept?: readonly string[] | null
  /** This folder, and what is in it, may vanish. */
  readonly givenUp?: string
  /** An entry that is about to leave the folder for the trash. */
  readonly leaving?: string
}

/** Saves writes together with the folder list, which takes up every folder that would otherwise vanish. */
export async function saveChanges<File extends LibraryFile>(
  transaction: LibraryTransaction<File>,
  writes: readonly LibraryWrite<File>[],
  changes: FolderChanges = {},
): Promise<readonly LibraryEntry<File>[]> {
  const { present } = transaction
  const kept = changes.kept ?? present.keptFolders
  if (kept === null) return transaction.save(writes, null)

  const written = new Set(writes.map(({ file }) => file.id))
  const staying = present.entries.filter(({ id }) => !written.has(id) && id !== changes.leaving)
  const used = [...staying, ...writes.map(({ file }) => file)].map(({ folder }) => folder)
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
