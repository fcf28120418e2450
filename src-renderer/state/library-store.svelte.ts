import type { ErrorShape } from '../../src-main/contract/errors.ts'
import { allFolders, foldedAfter, placeOneStepOn } from './library-tree.ts'

/** What every entry of a library has. */
interface LibraryEntry {
  readonly id: string
  readonly folder: string
}

interface LibraryProblem {
  readonly file: string
  readonly error: ErrorShape
}

/** A library as the engine tells it: entries in display order, and the files that could not be read. */
interface KeptLibrary<Entry> {
  readonly entries: readonly Entry[]
  readonly folders: readonly string[]
  readonly problems: readonly LibraryProblem[]
}

/** The commands and the event of one library, and where its folded folders are kept. */
export interface LibraryPort<Content, Entry> {
  readonly library: () => Promise<KeptLibrary<Entry>>
  readonly create: (content: Content) => Promise<Entry>
  readonly update: (entryId: string, revision: string, content: Content) => Promise<Entry>
  readonly duplicate: (entryId: string) => Promise<Entry>
  readonly remove: (entryId: string) => Promise<unknown>
  readonly restore: (entryId: string) => Promise<Entry>
  readonly move: (entryId: string, folder: string, beforeEntryId: string | null) => Promise<KeptLibrary<Entry>>
  readonly createFolder: (folder: string) => Promise<KeptLibrary<Entry>>
  readonly renameFolder: (from: string, to: string) => Promise<KeptLibrary<Entry>>
  readonly removeFolder: (folder: string) => Promise<KeptLibrary<Entry>>
  readonly export: (entryIds: string[] | null) => Promise<{ fileName: string; text: string }>
  readonly import: (text: string) => Promise<{ imported: readonly Entry[] }>
  readonly subscribe: (listener: (library: KeptLibrary<Entry>) => void) => () => void
  readonly foldedFolders: () => readonly string[]
  readonly keepFoldedFolders: (folders: string[]) => void
}

/** One library of kept entries. Every getter is reactive; commands reject with a `WirebenchError`. */
export abstract class LibraryStore<Content, Entry extends LibraryEntry> {
  readonly #port: LibraryPort<Content, Entry>
  #library = $state.raw<KeptLibrary<Entry>>({ entries: [], folders: [], problems: [] })
  #loaded = $state(false)
  #unsubscribe: (() => void) | null = null
  #changes = 0

  constructor(port: LibraryPort<Content, Entry>) {
    this.#port = port
  }

  /** In display order. */
  get entries(): readonly Entry[] {
    return this.#library.entries
  }

  get problems(): readonly LibraryProblem[] {
    return this.#library.problems
  }

  /** False until the engine has told the library. */
  get loaded(): boolean {
    return this.#loaded
  }

  /** Those kept for themselves; see `folders` for all. */
  get keptFolders(): readonly string[] {
    return this.#library.folders
  }

  /** All folders, those implied by their entries included. */
  get folders(): readonly string[] {
    return allFolders(this.entries, this.keptFolders)
  }

  get foldedFolders(): readonly string[] {
    return this.#port.foldedFolders()
  }

  find(entryId: string): Entry | null {
    return this.entries.find(({ id }) => id === entryId) ?? null
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#port.subscribe((library) => this.#take(library))
    await this.#reload()
  }

  /** For structures: rejects with `structure-name-taken` when another one has the name of the definition. */
  async create(content: Content): Promise<Entry> {
    return await this.#thenReload(this.#port.create(content))
  }

  /** Rejects with `library-conflict` when the file is no longer the revision the change was made from. */
  async update(entryId: string, revision: string, content: Content): Promise<Entry> {
    return await this.#thenReload(this.#port.update(entryId, revision, content))
  }

  async duplicate(entryId: string): Promise<Entry> {
    return await this.#thenReload(this.#port.duplicate(entryId))
  }

  async remove(entryId: string): Promise<void> {
    await this.#thenReload(this.#port.remove(entryId))
  }

  async restore(entryId: string): Promise<void> {
    await this.#thenReload(this.#port.restore(entryId))
  }

  /** Puts an entry into a folder before another, or last when `beforeEntryId` is null. */
  async move(entryId: string, folder: string, beforeEntryId: string | null): Promise<void> {
    this.#take(await this.#port.move(entryId, folder, beforeEntryId))
  }

  /** Moves an entry one place up (-1) or down (1) within its folder; nothing when it is at the end already. */
  async moveBy(entryId: string, step: -1 | 1): Promise<void> {
    const entry = this.find(entryId)
    const before = entry === null ? undefined : placeOneStepOn(this.entries, entry, step)
    if (entry !== null && before !== undefined) await this.move(entryId, entry.folder, before)
  }

  async createFolder(folder: string): Promise<void> {
    this.#take(await this.#port.createFolder(folder))
  }

  async renameFolder(from: string, to: string): Promise<void> {
    this.#take(await this.#port.renameFolder(from, to))
  }

  async removeFolder(folder: string): Promise<void> {
    this.#take(await this.#port.removeFolder(folder))
  }

  /** All entries, or those named, as one JSON text with a name for its file. */
  async export(entryIds: string[] | null): Promise<{ fileName: string; text: string }> {
    return await this.#port.export(entryIds)
  }

  /** Answers the entries that were made. */
  async import(text: string): Promise<readonly Entry[]> {
    return (await this.#thenReload(this.#port.import(text))).imported
  }

  setExpanded(folder: string, expanded: boolean): void {
    this.#port.keepFoldedFolders(foldedAfter(this.foldedFolders, this.folders, folder, expanded))
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
  }

  /** The entry as the engine has it now; null when it was deleted. */
  async fresh(entryId: string): Promise<Entry | null> {
    await this.#reload()
    return this.find(entryId)
  }

  async #thenReload<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const answer = await asked
    await this.#reload()
    return answer
  }

  /** An event that arrives while the answer is under way is newer and wins. */
  async #reload(): Promise<void> {
    const changesBefore = this.#changes
    const library = await this.#port.library()
    if (this.#changes === changesBefore) this.#take(library)
  }

  #take(library: KeptLibrary<Entry>): void {
    this.#changes += 1
    this.#library = library
    this.#loaded = true
  }
}
