import * as v from 'valibot'
import type { CommandHandlers } from '../../src-main/contract/command-handlers.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'
import type { EventHub } from '../../src-main/contract/event-hub.ts'
import {
  collectionContent,
  type CollectionContentInput,
  type CollectionEntry,
  type CollectionLibrary,
} from '../../src-main/contract/schemas/collection.ts'

/** Saved messages and sequences in memory, for component tests. */
export class FakeCollection {
  readonly #events: EventHub
  entries: CollectionEntry[] = []
  folders: string[] = []
  problems: CollectionLibrary['problems'] = []
  #removed: CollectionEntry[] = []
  #lastId = 0

  constructor(events: EventHub) {
    this.#events = events
  }

  add(content: CollectionContentInput): CollectionEntry {
    const number = (this.#lastId += 1)
    const entry: CollectionEntry = {
      ...v.parse(collectionContent, content),
      schemaVersion: 1,
      id: `entry-${number}`,
      position: number,
      revision: 'r1',
    }
    this.entries.push(entry)
    return entry
  }

  /** Somebody changed an entry. */
  change(entryId: string, change: Partial<CollectionEntry>): CollectionEntry {
    const present = this.#require(entryId)
    const changed = { ...present, revision: `${present.revision}+`, ...change }
    this.entries = this.entries.map((entry) => (entry === present ? changed : entry))
    this.#events.publish('collection.library-changed', this.#library())
    return changed
  }

  /** Somebody deleted an entry. */
  drop(entryId: string): void {
    this.#removed.push(...this.entries.filter(({ id }) => id === entryId))
    this.entries = this.entries.filter(({ id }) => id !== entryId)
    this.#events.publish('collection.library-changed', this.#library())
  }

  handlers() {
    return {
      'collection.library': () => this.#library(),
      'collection.create': ({ content }) => this.add(content),
      'collection.update': ({ entryId, revision, content }) => {
        const present = this.#require(entryId)
        if (present.revision !== revision) throw new WirebenchError('library-conflict', { name: present.name })
        return this.change(entryId, content)
      },
      'collection.duplicate': ({ entryId }) => {
        const { name, folder, notes, tags, item } = this.#require(entryId)
        return this.add({ name: `${name} copy`, folder, notes, tags, item })
      },
      'collection.remove': ({ entryId }) => {
        this.drop(entryId)
        return {}
      },
      'collection.restore': ({ entryId }) => {
        const entry = this.#removed.find(({ id }) => id === entryId)
        if (entry === undefined) throw new WirebenchError('library-entry-not-found', { entryId })
        this.entries.push(entry)
        return entry
      },
      'collection.move': ({ entryId, folder, beforeEntryId }) => {
        const moved = { ...this.#require(entryId), folder }
        const others = this.entries.filter(({ id }) => id !== entryId)
        const before = others.findIndex(({ id }) => id === beforeEntryId)
        this.entries = others.toSpliced(before < 0 ? others.length : before, 0, moved)
        return this.#library()
      },
      'collection.create-folder': ({ folder }) => {
        this.folders.push(folder)
        return this.#library()
      },
    } satisfies Partial<CommandHandlers>
  }

  #library(): CollectionLibrary {
    return { entries: [...this.entries], folders: [...this.folders], problems: [...this.problems] }
  }

  #require(entryId: string): CollectionEntry {
    const entry = this.entries.find(({ id }) => id === entryId)
    if (entry === undefined) throw new WirebenchError('library-entry-not-found', { entryId })
    return entry
  }
}
