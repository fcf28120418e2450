import type { Link } from '../../src-main/contract/connect.ts'
import type {
  StructureDefinition,
  StructureEntry,
  StructureLibrary,
} from '../../src-main/contract/schemas/structure.ts'

const emptyLibrary: StructureLibrary = { entries: [], folders: [], problems: [] }

/** The structures of the library, by which messages can be read. Every getter is reactive. */
export class StructureStore {
  readonly #link: Link
  #library = $state.raw<StructureLibrary>(emptyLibrary)
  readonly #definitionsById = $derived(new Map(this.#library.entries.map(({ id, definition }) => [id, definition])))
  readonly #definitionsByName = $derived(
    new Map(this.#library.entries.map(({ definition }) => [definition.name, definition])),
  )
  #unsubscribe: (() => void) | null = null
  #changes = 0

  constructor(link: Link) {
    this.#link = link
  }

  /** In the order of the library. */
  get all(): readonly StructureEntry[] {
    return this.#library.entries
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

  async start(): Promise<void> {
    this.#unsubscribe = this.#link.subscribe('structure.library-changed', null, (library) => this.#take(library))
    const before = this.#changes
    const library = await this.#link.call('structure.library', {})
    if (before === this.#changes) this.#take(library)
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
  }

  #take(library: StructureLibrary): void {
    this.#changes += 1
    this.#library = library
  }
}
