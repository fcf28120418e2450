import type { Link } from '../../src-main/contract/connect.ts'
import type {
  InnerStructure,
  StructureContentInput,
  StructureDefinition,
  StructureEntry,
  StructureLibrary,
} from '../../src-main/contract/schemas/structure.ts'
import { allFolders, foldedAfter, placeOneStepOn } from './library-tree.ts'
import type { SettingsState } from './settings.svelte.ts'

const emptyLibrary: StructureLibrary = { entries: [], folders: [], problems: [] }

/** The structure library. Every getter is reactive; commands reject with a `WirebenchError`. */
export class StructureStore {
  readonly #link: Link
  readonly #settings: SettingsState
  #library = $state.raw<StructureLibrary>(emptyLibrary)
  readonly #definitionsById = $derived(new Map(this.#library.entries.map(({ id, definition }) => [id, definition])))
  readonly #definitionsByName = $derived(
    new Map(this.#library.entries.map(({ definition }) => [definition.name, definition])),
  )
  #loaded = $state(false)
  #unsubscribe: (() => void) | null = null
  #changes = 0

  constructor(link: Link, settings: SettingsState) {
    this.#link = link
    this.#settings = settings
  }

  /** In the order of the library. */
  get all(): readonly StructureEntry[] {
    return this.#library.entries
  }

  /** The same, as every store of kept things has it. */
  get entries(): readonly StructureEntry[] {
    return this.#library.entries
  }

  get problems(): StructureLibrary['problems'] {
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
    return this.#settings.current.foldedStructureFolders
  }

  find(structureId: string): StructureEntry | null {
    return this.#library.entries.find(({ id }) => id === structureId) ?? null
  }

  /** For decoders: the definition of an entry; null when there is none. */
  byId(structureId: string): StructureDefinition | null {
    return this.#definitionsById.get(structureId) ?? null
  }

  /** For structures that refer to others: the definition of that name; null when there is none. */
  byName(name: string): StructureDefinition | null {
    return this.#definitionsByName.get(name) ?? null
  }

  /** Names in the list of the other structures that refer to one by the name of its definition. */
  usersOf(name: string): readonly string[] {
    const users = this.#library.entries.filter(
      ({ definition }) => definition.name !== name && referencesOf(definition).has(name),
    )
    return users.map((entry) => entry.name)
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#link.subscribe('structure.library-changed', null, (library) => this.#take(library))
    await this.#reload()
  }

  /** Rejects with `structure-name-taken` when another one has the name of the definition. */
  async create(content: StructureContentInput): Promise<StructureEntry> {
    const entry = await this.#link.call('structure.create', { content })
    await this.#reload()
    return entry
  }

  /** Rejects with `library-conflict` when the file is no longer the revision the change was made from. */
  async update(entryId: string, revision: string, content: StructureContentInput): Promise<StructureEntry> {
    const entry = await this.#link.call('structure.update', { entryId, revision, content })
    await this.#reload()
    return entry
  }

  async duplicate(entryId: string): Promise<StructureEntry> {
    const entry = await this.#link.call('structure.duplicate', { entryId })
    await this.#reload()
    return entry
  }

  async remove(entryId: string): Promise<void> {
    await this.#link.call('structure.remove', { entryId })
    await this.#reload()
  }

  async restore(entryId: string): Promise<void> {
    await this.#link.call('structure.restore', { entryId })
    await this.#reload()
  }

  /** Puts an entry into a folder before another, or last when `beforeEntryId` is null. */
  async move(entryId: string, folder: string, beforeEntryId: string | null): Promise<void> {
    this.#take(await this.#link.call('structure.move', { entryId, folder, beforeEntryId }))
  }

  /** Moves an entry one place up (-1) or down (1) within its folder; nothing when it is at the end already. */
  async moveBy(entryId: string, step: -1 | 1): Promise<void> {
    const entry = this.find(entryId)
    const before = entry === null ? undefined : placeOneStepOn(this.#library.entries, entry, step)
    if (entry !== null && before !== undefined) await this.move(entryId, entry.folder, before)
  }

  async createFolder(folder: string): Promise<void> {
    this.#take(await this.#link.call('structure.create-folder', { folder }))
  }

  async renameFolder(from: string, to: string): Promise<void> {
    this.#take(await this.#link.call('structure.rename-folder', { from, to }))
  }

  async removeFolder(folder: string): Promise<void> {
    this.#take(await this.#link.call('structure.remove-folder', { folder }))
  }

  /** All entries, or those named, as one JSON text with a name for its file. */
  async export(entryIds: string[] | null): Promise<{ fileName: string; text: string }> {
    return await this.#link.call('structure.export', { entryIds })
  }

  /** Answers the entries that were made. */
  async import(text: string): Promise<readonly StructureEntry[]> {
    const { imported } = await this.#link.call('structure.import', { text })
    await this.#reload()
    return imported
  }

  setExpanded(folder: string, expanded: boolean): void {
    const foldedStructureFolders = foldedAfter(this.foldedFolders, this.folders, folder, expanded)
    this.#settings.change({ foldedStructureFolders })
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
  }

  /** The entry as the engine has it now; null when it was deleted. */
  async fresh(entryId: string): Promise<StructureEntry | null> {
    await this.#reload()
    return this.find(entryId)
  }

  /** An event that arrives while the answer is under way is newer and wins. */
  async #reload(): Promise<void> {
    const changesBefore = this.#changes
    const library = await this.#link.call('structure.library', {})
    if (this.#changes === changesBefore) this.#take(library)
  }

  #take(library: StructureLibrary): void {
    this.#changes += 1
    this.#library = library
    this.#loaded = true
  }
}

/** Names of the structures that a definition refers to in the library: those of its fields and those that follow. */
export function referencesOf(definition: StructureDefinition): ReadonlySet<string> {
  const own = new Set([definition.name, ...definition.inner.map(({ name }) => name)])
  const names = [definition, ...definition.inner].flatMap((body) => namesIn(body))
  return new Set(names.filter((name) => !own.has(name)))
}

function namesIn({ fields, next }: InnerStructure): readonly string[] {
  const nested = fields.flatMap(({ type }) => (type.kind === 'structure' ? [type.structure] : []))
  const followers = next === null ? [] : [...next.cases.map(({ structure }) => structure), next.otherwise]
  return [...nested, ...followers.filter((name) => name !== null)]
}
