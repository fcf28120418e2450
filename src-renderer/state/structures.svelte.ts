import type { Link } from '../../src-main/contract/connect.ts'
import type {
  InnerStructure,
  StructureContentInput,
  StructureDefinition,
  StructureEntry,
} from '../../src-main/contract/schemas/structure.ts'
import { LibraryStore } from './library-store.svelte.ts'
import type { SettingsState } from './settings.svelte.ts'

/** The structure library. */
export class StructureStore extends LibraryStore<StructureContentInput, StructureEntry> {
  readonly #definitionsById = $derived(new Map(this.entries.map(({ id, definition }) => [id, definition])))
  readonly #definitionsByName = $derived(new Map(this.entries.map(({ definition }) => [definition.name, definition])))

  constructor(link: Link, settings: SettingsState) {
    super({
      library: () => link.call('structure.library', {}),
      create: (content) => link.call('structure.create', { content }),
      update: (entryId, revision, content) => link.call('structure.update', { entryId, revision, content }),
      duplicate: (entryId) => link.call('structure.duplicate', { entryId }),
      remove: (entryId) => link.call('structure.remove', { entryId }),
      restore: (entryId) => link.call('structure.restore', { entryId }),
      move: (entryId, folder, beforeEntryId) => link.call('structure.move', { entryId, folder, beforeEntryId }),
      createFolder: (folder) => link.call('structure.create-folder', { folder }),
      renameFolder: (from, to) => link.call('structure.rename-folder', { from, to }),
      removeFolder: (folder) => link.call('structure.remove-folder', { folder }),
      export: (entryIds) => link.call('structure.export', { entryIds }),
      import: (text) => link.call('structure.import', { text }),
      subscribe: (listener) => link.subscribe('structure.library-changed', null, listener),
      foldedFolders: () => settings.current.foldedStructureFolders,
      keepFoldedFolders: (foldedStructureFolders) => settings.change({ foldedStructureFolders }),
    })
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
    const users = this.entries.filter(
      ({ definition }) => definition.name !== name && referencesOf(definition).has(name),
    )
    return users.map((entry) => entry.name)
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
