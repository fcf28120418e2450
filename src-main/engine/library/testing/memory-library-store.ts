import type { LibraryEntry, LibraryFile, LibraryFileFormat } from '../library-format.ts'
import type { LibraryStore, LibraryTransaction, StoredLibrary } from '../library-store.ts'

/** A library store without a disk, which counts what is written. */
export class MemoryLibraryStore<File extends LibraryFile> implements LibraryStore<File> {
  readonly entries = new Map<string, LibraryEntry<File>>()
  readonly trash = new Map<string, LibraryEntry<File>>()
  keptFolders: readonly string[] | null = []
  /** Identifiers of the entries that were written, in order. */
  readonly written: string[] = []
  readonly #format: Pick<LibraryFileFormat<File>, 'errors'>
  #version = 0
  #last: Promise<unknown> = Promise.resolve()
  readonly #watchers = new Set<() => void>()

  constructor(format: Pick<LibraryFileFormat<File>, 'errors'>, files: readonly File[] = []) {
    this.#format = format
    for (const file of files) this.put(file)
  }

  /** Puts an entry in place as another program would. */
  put(file: File): LibraryEntry<File> {
    const stored = { ...file, revision: String(++this.#version) }
    this.entries.set(file.id, stored)
    return stored
  }

  /** Tells the watchers, as the disk would. */
  noticeChange(): void {
    for (const watcher of this.#watchers) watcher()
  }

  get watcherCount(): number {
    return this.#watchers.size
  }

  read(): Promise<StoredLibrary<File>> {
    return Promise.resolve({
      entries: [...this.entries.values()],
      keptFolders: this.keptFolders,
      problems: [],
      takenIdentifiers: new Set(this.entries.keys()),
    })
  }

  change<Result>(work: (transaction: LibraryTransaction<File>) => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(async () => work({ present: await this.read(), ...this.#operations }))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  watch(onChanged: () => void): () => void {
    this.#watchers.add(onChanged)
    return () => this.#watchers.delete(onChanged)
  }

  readonly #operations: Omit<LibraryTransaction<File>, 'present'> = {
    save: (writes, keptFolders) => {
      for (const { file, basedOn } of writes) {
        if ((this.entries.get(file.id)?.revision ?? null) !== basedOn) throw this.#format.errors.conflict(file.name)
      }
      if (keptFolders !== null) this.keptFolders = keptFolders
      return Promise.resolve(
        writes.map(({ file }) => {
          this.written.push(file.id)
          return this.put(file)
        }),
      )
    },
    moveToTrash: (entryId) => this.#take(entryId, this.entries, this.trash).then(() => undefined),
    inTrash: (entryId) => Promise.resolve(this.#find(entryId, this.trash)),
    bringBack: (entryId) => this.#take(entryId, this.trash, this.entries),
  }

  #find(entryId: string, among: ReadonlyMap<string, LibraryEntry<File>>): LibraryEntry<File> {
    const entry = among.get(entryId)
    if (entry === undefined) throw this.#format.errors.notFound(entryId)
    return entry
  }

  #take(
    entryId: string,
    from: Map<string, LibraryEntry<File>>,
    to: Map<string, LibraryEntry<File>>,
  ): Promise<LibraryEntry<File>> {
    const entry = this.#find(entryId, from)
    from.delete(entryId)
    to.set(entryId, entry)
    return Promise.resolve(entry)
  }
}
