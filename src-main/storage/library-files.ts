import { basename, join } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import { writeJsonText } from '../engine/documents/json-text.ts'
import { readDocument } from '../engine/documents/versioned-document.ts'
import { foldersFileFormat } from '../engine/library/folders-format.ts'
import type { LibraryEntry, LibraryFile, LibraryFileFormat, LibraryProblem } from '../engine/library/library-format.ts'
import type { LibraryStore, LibraryTransaction, LibraryWrite, StoredLibrary } from '../engine/library/library-store.ts'
import { makeFolder, writeFilesTogether, type FileWrite } from './atomic-file.ts'
import { fileUnwritable, isMissing, reasonOf } from './disk-errors.ts'
import type { FileAccess } from './file-access.ts'
import { FolderLock } from './folder-lock.ts'
import { FolderWatcher } from './folder-watch.ts'
import { readJsonFile } from './json-document-file.ts'
import {
  foldersFileName,
  isEntryFileName,
  LibraryFileReader,
  revisionOf,
  type LibraryReading,
} from './library-file-reader.ts'
import { serializeEntry, type FileContent } from './library-file-text.ts'
import { moveFile } from './move-file.ts'

export interface LibraryFilesOptions<File extends LibraryFile> {
  readonly files: FileAccess
  /** Where the files are, one per entry: `<id>.json`. */
  readonly folder: string
  /** Where removed files go. */
  readonly trashFolder: string
  /** How the files are read and written. */
  readonly format: LibraryFileFormat<File>
  readonly lock?: FolderLock
  readonly nowUnixMs?: () => number
}

interface Snapshot<File extends LibraryFile> extends StoredLibrary<File> {
  readonly fileNames: ReadonlyMap<string, string>
}

/** Limit for the list of folders. */
const maximumFoldersFileBytes = 1024 * 1024

/** What was removed is kept so long. */
export const trashKeptMs = 30 * 24 * 3600 * 1000

/**
 * The entries of a library as one readable JSON file each, made to be kept in version control. What cannot be read is
 * reported and left as it is. A file keeps its name whatever happens to the entry's name.
 */
export class LibraryFiles<File extends LibraryFile> implements LibraryStore<File> {
  readonly #files: FileAccess
  readonly #folder: string
  readonly #trashFolder: string
  readonly #format: LibraryFileFormat<File>
  readonly #lock: FolderLock
  readonly #nowUnixMs: () => number
  readonly #reader: LibraryFileReader<File>
  #watcher: FolderWatcher | null = null

  constructor(options: LibraryFilesOptions<File>) {
    this.#files = options.files
    this.#folder = options.folder
    this.#trashFolder = options.trashFolder
    this.#format = options.format
    this.#lock = options.lock ?? new FolderLock({ files: options.files, folder: options.folder })
    this.#nowUnixMs = options.nowUnixMs ?? Date.now
    this.#reader = new LibraryFileReader(options.files, options.folder, this.#format)
  }

  read(): Promise<StoredLibrary<File>> {
    return this.#snapshot()
  }

  change<Result>(work: (transaction: LibraryTransaction<File>) => Promise<Result>): Promise<Result> {
    return this.#lock.hold(async () => {
      const present = await this.#snapshot()
      const result = await work({
        present,
        save: (writes, keptFolders) => this.#save(present, writes, keptFolders),
        moveToTrash: (entryId) => this.#moveToTrash(present, entryId),
        inTrash: (entryId) => this.#inTrash(entryId),
        bringBack: (entryId) => this.#bringBack(entryId),
      })
      await this.#watcher?.rearm()
      return result
    })
  }

  /**
   * Deletes for good what was removed more than 30 days ago. What is no file of a library stays. Errors: `file-unreadable`,
   * `file-unwritable`.
   */
  sweep(): Promise<void> {
    return this.#lock.hold(async () => {
      for (const name of await this.#trashedNames()) {
        const path = join(this.#trashFolder, name)
        try {
          const { changedAtUnixMs } = await this.#files.stamp(path)
          if (changedAtUnixMs < this.#nowUnixMs() - trashKeptMs) await this.#files.remove(path)
        } catch (error) {
          if (!isMissing(error)) throw fileUnwritable(error, path)
        }
      }
    })
  }

  watch(onChanged: () => void): () => void {
    const watcher = new FolderWatcher({
      files: this.#files,
      folder: this.#folder,
      concerns: (name) => name.endsWith('.json') && !name.startsWith('.'),
      onChanged,
    })
    this.#watcher = watcher
    // A folder that cannot be made is reported by the first change; until then there is nothing to watch.
    void makeFolder(this.#files, this.#folder)
      .catch(() => undefined)
      .then(() => watcher.rearm())
    return () => watcher.close()
  }

  async #snapshot(): Promise<Snapshot<File>> {
    const readings = await this.#reader.readAll()
    const { entries, problems, fileNames } = withoutDoubles(readings, this.#format)
    const folders = await this.#readFolders()
    return {
      entries,
      fileNames,
      keptFolders: folders.kept,
      problems: folders.problem === null ? problems : [...problems, folders.problem],
      takenIdentifiers: new Set([...fileNames.keys(), ...readings.map(({ fileName }) => basename(fileName, '.json'))]),
    }
  }

  async #readFolders(): Promise<{ kept: readonly string[] | null; problem: LibraryProblem | null }> {
    const stored = await readJsonFile(this.#files, join(this.#folder, foldersFileName), maximumFoldersFileBytes)
    if (stored.kind === 'absent') return { kept: [], problem: null }
    const document =
      stored.kind === 'value'
        ? readDocument(foldersFileFormat, stored.value)
        : ({ kind: 'malformed', reason: stored.reason } as const)
    if (document.kind === 'document') return { kept: document.value.folders, problem: null }
    const error = this.#format.errors.unreadable(foldersFileName, document)
    return { kept: null, problem: { file: foldersFileName, error } }
  }

  async #save(
    present: Snapshot<File>,
    writes: readonly LibraryWrite<File>[],
    keptFolders: readonly string[] | null,
  ): Promise<readonly LibraryEntry<File>[]> {
    const fileWrites: FileWrite[] = []
    const saved: LibraryEntry<File>[] = []
    for (const { file, basedOn } of writes) {
      const path = join(this.#folder, present.fileNames.get(file.id) ?? `${file.id}.json`)
      const old = await this.#confirm(path, file, basedOn)
      const bytes = new TextEncoder().encode(serializeEntry(file, old, this.#format))
      this.#requireReadable(path, bytes)
      const revision = revisionOf(bytes)
      if (revision !== basedOn) fileWrites.push({ path, bytes })
      saved.push({ ...file, revision })
    }
    if (keptFolders !== null) {
      const text = writeJsonText({ schemaVersion: foldersFileFormat.version, folders: keptFolders })
      fileWrites.push({ path: join(this.#folder, foldersFileName), bytes: new TextEncoder().encode(text) })
    }
    if (fileWrites.length > 0) await writeFilesTogether(this.#files, fileWrites)
    return saved
  }

  /** What would be too large to be read again is not written. */
  #requireReadable(path: string, { length }: Uint8Array): void {
    const { maximumFileBytes } = this.#format
    if (length <= maximumFileBytes) return
    throw fileUnwritable(new Error(`It would have ${length} bytes; at most ${maximumFileBytes} are kept`), path)
  }

  /** The present content of the file, once it is sure that it is what the change was made from. */
  async #confirm(path: string, file: File, basedOn: string | null): Promise<FileContent | null> {
    const reading = await this.#reader.readNow(basename(path))
    if (basedOn === null) {
      if (reading === null) return null
      throw fileUnwritable(new Error('There is a file of this name already'), path)
    }
    if (reading === null) throw this.#format.errors.notFound(file.id)
    if (reading.kind === 'entry' && reading.entry.revision === basedOn) {
      return { parsed: reading.parsed, understood: reading.entry }
    }
    throw this.#format.errors.conflict(file.name)
  }

  async #moveToTrash(present: Snapshot<File>, entryId: string): Promise<void> {
    const fileName = present.fileNames.get(entryId)
    if (fileName === undefined) throw this.#format.errors.notFound(entryId)
    const target = join(this.#trashFolder, `${entryId}.json`)
    await this.#makeRoomInTrash(entryId, target)
    await moveFile(this.#files, join(this.#folder, fileName), target, this.#format.maximumFileBytes)
    // From now on its age counts. Most systems note the move as well, for those that refuse this.
    await this.#files.touch(target).catch(() => undefined)
  }

  async #trashedNames(): Promise<readonly string[]> {
    try {
      return (await this.#files.list(this.#trashFolder)).filter(isEntryFileName)
    } catch (error) {
      if (isMissing(error)) return []
      const data = { file: this.#trashFolder, reason: reasonOf(error) }
      throw new WirebenchError('file-unreadable', data, { cause: error })
    }
  }

  /** An earlier one of the same identifier keeps its content under a numbered name. */
  async #makeRoomInTrash(entryId: string, target: string): Promise<void> {
    await makeFolder(this.#files, this.#trashFolder)
    const taken = new Set(await this.#files.list(this.#trashFolder))
    if (!taken.has(basename(target))) return
    let number = 1
    while (taken.has(`${entryId}.${number}.json`)) number++
    await moveFile(
      this.#files,
      target,
      join(this.#trashFolder, `${entryId}.${number}.json`),
      this.#format.maximumFileBytes,
    )
  }

  async #inTrash(entryId: string): Promise<LibraryEntry<File>> {
    const reader = new LibraryFileReader(this.#files, this.#trashFolder, this.#format)
    const trashed = await reader.readNow(`${entryId}.json`)
    if (trashed === null) throw this.#format.errors.notFound(entryId)
    if (trashed.kind === 'problem') throw WirebenchError.fromShape(trashed.error)
    return trashed.entry
  }

  async #bringBack(entryId: string): Promise<LibraryEntry<File>> {
    const fileName = `${entryId}.json`
    const trashed = await this.#inTrash(entryId)
    const target = join(this.#folder, fileName)
    if (await this.#exists(target)) throw fileUnwritable(new Error('There is a file of this name already'), target)
    await moveFile(this.#files, join(this.#trashFolder, fileName), target, this.#format.maximumFileBytes)
    return trashed
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#files.stamp(path)
      return true
    } catch (error) {
      if (isMissing(error)) return false
      throw fileUnwritable(error, path)
    }
  }
}

/** Of several files with one identifier the one that is named after it counts, else the first by name. */
function withoutDoubles<File extends LibraryFile>(
  readings: readonly LibraryReading<File>[],
  { errors }: LibraryFileFormat<File>,
): { entries: LibraryEntry<File>[]; problems: LibraryProblem[]; fileNames: Map<string, string> } {
  const entries: LibraryEntry<File>[] = []
  const problems: LibraryProblem[] = []
  const fileNames = new Map<string, string>()
  for (const reading of readings) {
    if (reading.kind !== 'entry') continue
    const { id } = reading.entry
    if (!fileNames.has(id) || reading.fileName === `${id}.json`) fileNames.set(id, reading.fileName)
  }
  for (const reading of readings) {
    if (reading.kind === 'problem') {
      problems.push({ file: reading.fileName, error: reading.error })
      continue
    }
    const counting = fileNames.get(reading.entry.id)
    if (counting === reading.fileName) {
      entries.push(reading.entry)
      continue
    }
    const reason = `It has the same identifier as ${counting ?? ''}. Give it another "id", or delete one of the two.`
    const error = errors.unreadable(reading.fileName, { kind: 'malformed', reason })
    problems.push({ file: reading.fileName, error })
  }
  return { entries, problems, fileNames }
}
