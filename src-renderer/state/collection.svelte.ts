import type { Link } from '../../src-main/contract/connect.ts'
import type {
  CollectionContentInput,
  CollectionEntry,
  CollectionLibrary,
} from '../../src-main/contract/schemas/collection.ts'
import { allFolders, foldedAfter, placeOneStepOn } from './library-tree.ts'
import type { SettingsState } from './settings.svelte.ts'

const emptyLibrary: CollectionLibrary = { entries: [], folders: [], problems: [] }

/** Saved messages and sequences. Every getter is reactive; commands reject with a `WirebenchError`. */
export class CollectionStore {
  readonly #link: Link
  readonly #settings: SettingsState
  #library = $state.raw<CollectionLibrary>(emptyLibrary)
  #loaded = $state(false)
  #unsubscribe: (() => void) | null = null
  #changes = 0

  constructor(link: Link, settings: SettingsState) {
    this.#link = link
    this.#settings = settings
  }

  /** In display order. */
  get entries(): readonly CollectionEntry[] {
    return this.#library.entries
  }

  get problems(): CollectionLibrary['problems'] {
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
    return allFolders(this.#library.entries, this.#library.folders)
  }

  get foldedFolders(): readonly string[] {
    return this.#settings.current.foldedMessageFolders
  }

  find(entryId: string): CollectionEntry | null {
    return this.#library.entries.find((entry) => entry.id === entryId) ?? null
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#link.subscribe('collection.library-changed', null, (library) => this.#take(library))
    await this.#reload()
  }

  async create(content: CollectionContentInput): Promise<CollectionEntry> {
    const entry = await this.#link.call('collection.create', { content })
    await this.#reload()
    return entry
  }

  /** Rejects with `library-conflict` when the file is no longer the revision the change was made from. */
  async update(entryId: string, revision: string, content: CollectionContentInput): Promise<CollectionEntry> {
    const entry = await this.#link.call('collection.update', { entryId, revision, content })
    await this.#reload()
    return entry
  }

  async duplicate(entryId: string): Promise<CollectionEntry> {
    const entry = await this.#link.call('collection.duplicate', { entryId })
    await this.#reload()
    return entry
  }

  async remove(entryId: string): Promise<void> {
    await this.#link.call('collection.remove', { entryId })
    await this.#reload()
  }

  async restore(entryId: string): Promise<void> {
    await this.#link.call('collection.restore', { entryId })
    await this.#reload()
  }

  /** Puts an entry into a folder before another, or last when `beforeEntryId` is null. */
  async move(entryId: string, folder: string, beforeEntryId: string | null): Promise<void> {
    this.#take(await this.#link.call('collection.move', { entryId, folder, beforeEntryId }))
  }

  /** Moves an entry one place up (-1) or down (1) within its folder; nothing when it is at the end already. */
  async moveBy(entryId: string, step: -1 | 1): Promise<void> {
    const entry = this.find(entryId)
    const before = entry === null ? undefined : placeOneStepOn(this.#library.entries, entry, step)
    if (entry !== null && before !== undefined) await this.move(entryId, entry.folder, before)
  }

  async createFolder(folder: string): Promise<void> {
    this.#take(await this.#link.call('collection.create-folder', { folder }))
  }

  async renameFolder(from: string, to: string): Promise<void> {
    this.#take(await this.#link.call('collection.rename-folder', { from, to }))
  }

  async removeFolder(folder: string): Promise<void> {
    this.#take(await this.#link.call('collection.remove-folder', { folder }))
  }

  /** All entries, or those named, as one JSON text with a name for its file. */
  async export(entryIds: string[] | null): Promise<{ fileName: string; text: string }> {
    return await this.#link.call('collection.export', { entryIds })
  }

  /** Answers the entries that were made. */
  async import(text: string): Promise<readonly CollectionEntry[]> {
    const { imported } = await this.#link.call('collection.import', { text })
    await this.#reload()
    return imported
  }

  setExpanded(folder: string, expanded: boolean): void {
    const foldedMessageFolders = foldedAfter(this.foldedFolders, this.folders, folder, expanded)
    this.#settings.change({ foldedMessageFolders })
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
  }

  /** An event that arrives while the answer is under way is newer and wins. */
  async #reload(): Promise<void> {
    const changesBefore = this.#changes
    const library = await this.#link.call('collection.library', {})
    if (this.#changes === changesBefore) this.#take(library)
  }

  #take(library: CollectionLibrary): void {
    this.#changes += 1
    this.#library = library
    this.#loaded = true
  }
}
