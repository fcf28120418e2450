import * as v from 'valibot'
import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import {
  structureContent,
  type StructureContentInput,
  type StructureEntry,
  type StructureLibrary,
} from '../../src-main/contract/schemas/structure.ts'

/** The structure library of the engine in memory. */
export class FakeStructures {
  readonly #events: EventHub
  entries: StructureEntry[] = []
  folders: string[] = []
  problems: StructureLibrary['problems'] = []
  #removed: StructureEntry[] = []
  #lastId = 0

  constructor(events: EventHub) {
    this.#events = events
  }

  add(content: StructureContentInput): StructureEntry {
    const { name } = content.definition
    const other = this.entries.find(({ definition }) => definition.name === name)
    if (other !== undefined) throw new WirebenchError('structure-name-taken', { name, other: other.name })
    const number = (this.#lastId += 1)
    const entry: StructureEntry = {
      ...v.parse(structureContent, content),
      schemaVersion: 1,
      id: `structure-${number}`,
      position: number,
      revision: 'r1',
    }
    this.entries.push(entry)
    return entry
  }

  /** Somebody changed an entry. */
  change(entryId: string, change: Partial<StructureEntry>): StructureEntry {
    const present = this.#require(entryId)
    const changed = { ...present, revision: `${present.revision}+`, ...change }
    this.entries = this.entries.map((entry) => (entry === present ? changed : entry))
    this.#events.publish('structure.library-changed', this.#library())
    return changed
  }

  /** Somebody deleted an entry. */
  drop(entryId: string): void {
    this.#removed.push(this.#require(entryId))
    this.entries = this.entries.filter(({ id }) => id !== entryId)
    this.#events.publish('structure.library-changed', this.#library())
  }

  handlers() {
    return {
      'structure.library': () => this.#library(),
      'structure.create': ({ content }) => this.add(content),
      'structure.update': ({ entryId, revision, content }) => {
        const present = this.#require(entryId)
        if (present.revision !== revision) throw new WirebenchError('library-conflict', { name: present.name })
        return this.change(entryId, content)
      },
      'structure.duplicate': ({ entryId }) => {
        const { name, folder, notes, tags, definition } = this.#require(entryId)
        const copy = { ...definition, name: `${definition.name}_copy` }
        return this.add({ name: `${name} copy`, folder, notes, tags, definition: copy })
      },
      'structure.remove': ({ entryId }) => {
        this.drop(entryId)
        return {}
      },
      'structure.restore': ({ entryId }) => {
        const entry = this.#removed.find(({ id }) => id === entryId)
        if (entry === undefined) throw new WirebenchError('library-entry-not-found', { entryId })
        this.entries.push(entry)
        return entry
      },
      'structure.move': ({ entryId, folder, beforeEntryId }) => {
        const moved = { ...this.#require(entryId), folder }
        const others = this.entries.filter(({ id }) => id !== entryId)
        const before = others.findIndex(({ id }) => id === beforeEntryId)
        this.entries = others.toSpliced(before < 0 ? others.length : before, 0, moved)
        return this.#library()
      },
      'structure.create-folder': ({ folder }) => {
        this.folders.push(folder)
        return this.#library()
      },
    } satisfies Partial<CommandHandlers>
  }

  #library(): StructureLibrary {
    return { entries: [...this.entries], folders: [...this.folders], problems: [...this.problems] }
  }

  #require(entryId: string): StructureEntry {
    const entry = this.entries.find(({ id }) => id === entryId)
    if (entry === undefined) throw new WirebenchError('library-entry-not-found', { entryId })
    return entry
  }
}
