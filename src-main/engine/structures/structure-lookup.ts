import type { StructureDefinition, StructureEntry } from '../../contract/schemas/structure.ts'
import type { KnownStructure } from '../../protocol/message/composition.ts'
import type { StructureService } from '../ports.ts'

/** The definitions of the structure library, for composing and decoding. */
export interface StructureLookup {
  /** Null when the library has no such structure. */
  byId(structureId: string): StructureDefinition | null
  /** By the name that structures refer to each other by; of several the first in display order. */
  byName(name: string): StructureDefinition | null
}

/** A lookup that follows the library until that is closed. What a change of this engine made is there once it was answered. */
export class LibraryStructureLookup implements StructureLookup {
  #byId: ReadonlyMap<string, StructureDefinition> = new Map()
  #byName: ReadonlyMap<string, StructureDefinition> = new Map()
  readonly #structures: StructureService
  #loading: Promise<void> | null = null
  /** A library that was told is newer than the one that is being read. */
  #told = false

  constructor(structures: StructureService) {
    this.#structures = structures
    structures.onChanged(({ entries }) => {
      this.#told = true
      this.#take(entries)
    })
  }

  /** Resolves once the library was read for the first time. Never rejects: files that cannot be read are its problems. */
  ready(): Promise<void> {
    this.#loading ??= this.#structures.library().then(({ entries }) => {
      if (!this.#told) this.#take(entries)
    })
    return this.#loading
  }

  byId(structureId: string): StructureDefinition | null {
    return this.#byId.get(structureId) ?? null
  }

  byName(name: string): StructureDefinition | null {
    return this.#byName.get(name) ?? null
  }

  /** A structure and whatever it refers to; null when the library has none of that identifier. */
  known(structureId: string): KnownStructure | null {
    const definition = this.byId(structureId)
    return definition === null ? null : { definition, library: (name) => this.byName(name) }
  }

  #take(entries: readonly StructureEntry[]): void {
    this.#byId = new Map(entries.map(({ id, definition }) => [id, definition]))
    this.#byName = new Map(entries.toReversed().map(({ definition }) => [definition.name, definition]))
  }
}
