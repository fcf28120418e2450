import { randomInt } from 'node:crypto'
import * as v from 'valibot'
import { WirebenchError } from '../../contract/errors.ts'
import { folderPath } from '../../contract/schemas/profile.ts'
import { makeIdentifier } from '../documents/identifier.ts'
import type { EntryLibrary } from '../ports.ts'
import { duplicateName, freeName } from './entry-names.ts'
import { compareEntries } from './entry-order.ts'
import { isWithin, renamedPath } from './folder-paths.ts'
import { LibraryArrangement } from './library-arrangement.ts'
import {
  findEntry,
  foldersOf,
  keptFoldersOf,
  libraryOf,
  refused,
  requireDistinct,
  saveChanges,
} from './library-changes.ts'
import type { LibraryContent, LibraryContents, LibraryEntry, LibraryFile, LibraryFormat } from './library-format.ts'
import type { LibraryStore, LibraryTransaction } from './library-store.ts'
import { contentOf, exportEntries, readImport } from './library-transfer.ts'

export interface LibraryServiceOptions<Content extends LibraryContent, File extends LibraryFile & Content> {
  readonly store: LibraryStore<File>
  readonly format: LibraryFormat<Content, File>
  /** Gives a random whole number from 0 to `below` - 1, for identifiers. */
  readonly randomIndex?: (below: number) => number
}

/** Kept things of one kind over a store that other processes may change at any time. */
export class LibraryService<Content extends LibraryContent, File extends LibraryFile & Content> implements EntryLibrary<
  Content,
  LibraryEntry<File>
> {
  readonly #store: LibraryStore<File>
  readonly #format: LibraryFormat<Content, File>
  readonly #randomIndex: (below: number) => number
  readonly #listeners = new Set<(library: LibraryContents<File>) => void>()
  #unwatch: (() => void) | null = null
  #lastPublished: string | null = null
  /** Readings for listeners go one after the other, so that an older state is never told after a newer one. */
  #publishing: Promise<void> = Promise.resolve()

  constructor(options: LibraryServiceOptions<Content, File>) {
    this.#store = options.store
    this.#format = options.format
    this.#randomIndex = options.randomIndex ?? ((below) => randomInt(below))
  }

  async library(): Promise<LibraryContents<File>> {
    return libraryOf(await this.#store.read(), this.#format)
  }

  create(content: Content): Promise<LibraryEntry<File>> {
    return this.#change(async (transaction) => {
      const { present } = transaction
      requireDistinct(this.#format, content, present.entries)
      const arrangement = new LibraryArrangement(present.entries)
      const id = this.#newIdentifier(content.name, new Set(present.takenIdentifiers))
      arrangement.place(this.#format.frame(content, { id, position: 0 }))
      return saved(await saveChanges(transaction, arrangement.writes()), id)
    })
  }

  update(entryId: string, revision: string, content: Content): Promise<LibraryEntry<File>> {
    return this.#change(async (transaction) => {
      const { entries } = transaction.present
      const old = findEntry(transaction.present, entryId, this.#format)
      if (old.revision !== revision) throw this.#format.errors.conflict(old.name)
      requireDistinct(
        this.#format,
        content,
        entries.filter(({ id }) => id !== entryId),
      )
      const changed = this.#format.frame(content, old)
      if (changed.folder === old.folder) {
        return saved(await saveChanges(transaction, [{ file: changed, basedOn: revision }]), entryId)
      }
      const arrangement = new LibraryArrangement(entries)
      arrangement.place(changed)
      return saved(await saveChanges(transaction, arrangement.writes()), entryId)
    })
  }

  duplicate(entryId: string): Promise<LibraryEntry<File>> {
    return this.#change(async (transaction) => {
      const { present } = transaction
      const { distinct } = this.#format
      const original = findEntry(present, entryId, this.#format)
      const arrangement = new LibraryArrangement(present.entries)
      const inFolder = arrangement.inFolder(original.folder)
      const name = duplicateName(original.name, new Set(inFolder.map(nameOf)))
      const id = this.#newIdentifier(name, new Set(present.takenIdentifiers))
      const index = inFolder.findIndex((other) => other.id === entryId) + 1
      const taken = new Set(present.entries.map((entry) => distinct?.nameOf(entry) ?? ''))
      const content = contentOf(this.#format, original)
      const copied = { ...(distinct?.renamed(content, taken) ?? content), name }
      arrangement.place(this.#format.frame(copied, { id, position: 0 }), index)
      return saved(await saveChanges(transaction, arrangement.writes()), id)
    })
  }

  remove(entryId: string): Promise<void> {
    return this.#change(async (transaction) => {
      const entry = findEntry(transaction.present, entryId, this.#format)
      await saveChanges(transaction, [], { leaving: entry.id })
      await transaction.moveToTrash(entry.id)
    })
  }

  restore(entryId: string): Promise<LibraryEntry<File>> {
    return this.#change(async (transaction) => {
      const { entries } = transaction.present
      const present = entries.find(({ id }) => id === entryId)
      if (present !== undefined) throw this.#format.errors.conflict(present.name)
      requireDistinct(this.#format, await transaction.inTrash(entryId), entries)
      return transaction.bringBack(entryId)
    })
  }

  async move(entryId: string, folder: string, beforeEntryId: string | null): Promise<LibraryContents<File>> {
    await this.#change(async (transaction) => {
      const moved = findEntry(transaction.present, entryId, this.#format)
      if (beforeEntryId === entryId) return
      const arrangement = new LibraryArrangement(transaction.present.entries)
      const others = arrangement.inFolder(folder, entryId)
      const index = beforeEntryId === null ? others.length : others.findIndex(({ id }) => id === beforeEntryId)
      if (index < 0) throw this.#format.errors.notFound(beforeEntryId ?? '')
      if (moved.folder === folder && arrangement.inFolder(folder)[index]?.id === entryId) return
      arrangement.place({ ...moved, folder }, index)
      await saveChanges(transaction, arrangement.writes())
    })
    return this.library()
  }

  async createFolder(folder: string): Promise<LibraryContents<File>> {
    this.#requireName(folder, 'create-folder')
    await this.#change(async (transaction) => {
      const kept = keptFoldersOf(transaction.present, this.#format)
      if (foldersOf(transaction.present).includes(folder)) return
      await saveChanges(transaction, [], { kept: [...kept, folder] })
    })
    return this.library()
  }

  async renameFolder(from: string, to: string): Promise<LibraryContents<File>> {
    this.#requireName(from, 'rename-folder')
    this.#requireName(to, 'rename-folder')
    await this.#change(async (transaction) => {
      const { present } = transaction
      const folders = foldersOf(present)
      if (!folders.includes(from)) throw this.#refused('rename-folder', `There is no folder "${from}".`)
      if (from === to) return
      if (isWithin(to, from)) throw this.#refused('rename-folder', 'A folder cannot be moved into itself.')
      if (folders.includes(to)) throw this.#refused('rename-folder', `There is a folder "${to}" already.`)
      const renamed = folders.map((folder) => renamedPath(folder, from, to))
      if (!renamed.every((folder) => v.is(folderPath, folder))) {
        throw this.#refused('rename-folder', 'A folder inside would get too long a path.')
      }
      const writes = present.entries
        .filter((entry) => isWithin(entry.folder, from))
        .map((entry) => ({
          file: { ...entry, folder: renamedPath(entry.folder, from, to) },
          basedOn: entry.revision,
        }))
      const kept = present.keptFolders?.map((folder) => renamedPath(folder, from, to)) ?? null
      await saveChanges(transaction, writes, { kept, givenUp: from })
    })
    return this.library()
  }

  async removeFolder(folder: string): Promise<LibraryContents<File>> {
    this.#requireName(folder, 'remove-folder')
    await this.#change(async (transaction) => {
      if (transaction.present.entries.some((entry) => isWithin(entry.folder, folder))) {
        const { plural } = this.#format
        throw this.#refused('remove-folder', `The folder "${folder}" holds ${plural}. Move or delete them first.`)
      }
      const kept = keptFoldersOf(transaction.present, this.#format)
      if (!kept.some((other) => isWithin(other, folder))) return
      await saveChanges(transaction, [], { kept: kept.filter((other) => !isWithin(other, folder)), givenUp: folder })
    })
    return this.library()
  }

  async export(entryIds: readonly string[] | null): Promise<{ fileName: string; text: string }> {
    const stored = await this.#store.read()
    const wanted = entryIds?.map((entryId) => findEntry(stored, entryId, this.#format)) ?? stored.entries
    return exportEntries(this.#format, [...new Set(wanted)].sort(compareEntries))
  }

  async import(text: string): Promise<{ imported: LibraryEntry<File>[] }> {
    const contents = readImport(this.#format, text)
    return this.#change(async (transaction) => {
      const { present } = transaction
      const others: Content[] = [...present.entries]
      const arrangement = new LibraryArrangement(present.entries)
      const namesByFolder = new Map<string, Set<string>>()
      const taken = new Set(present.takenIdentifiers)
      const identifiers = contents.map((content) => {
        requireDistinct(this.#format, content, others)
        if (this.#format.distinct !== null) others.push(content)
        const names = namesByFolder.get(content.folder) ?? new Set(arrangement.inFolder(content.folder).map(nameOf))
        namesByFolder.set(content.folder, names)
        const name = freeName(content.name, names)
        names.add(name)
        const id = this.#newIdentifier(name, taken)
        arrangement.place(this.#format.frame({ ...content, name }, { id, position: 0 }))
        return id
      })
      const written = await saveChanges(transaction, arrangement.writes())
      return { imported: identifiers.map((id) => saved(written, id)) }
    })
  }

  onChanged(listener: (library: LibraryContents<File>) => void): () => void {
    this.#listeners.add(listener)
    this.#unwatch ??= this.#store.watch(() => void this.#publish())
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    this.#unwatch?.()
    this.#unwatch = null
    await this.#publishing
  }

  async #change<Result>(work: (transaction: LibraryTransaction<File>) => Promise<Result>): Promise<Result> {
    const result = await this.#store.change(work)
    await this.#publish()
    return result
  }

  #newIdentifier(name: string, taken: Set<string>): string {
    for (;;) {
      const identifier = makeIdentifier(name, this.#format.subject, this.#randomIndex)
      if (taken.has(identifier)) continue
      taken.add(identifier)
      return identifier
    }
  }

  #publish(): Promise<void> {
    const turn = this.#publishing.then(async () => {
      if (this.#listeners.size === 0) return
      const library = await this.library()
      const shown = JSON.stringify(library)
      if (shown === this.#lastPublished) return
      this.#lastPublished = shown
      for (const listener of [...this.#listeners]) listener(library)
    })
    this.#publishing = turn.catch(() => undefined)
    return turn
  }

  #refused(verb: 'create-folder' | 'rename-folder' | 'remove-folder', reason: string): WirebenchError {
    return refused(`${this.#format.subject}.${verb}`, reason)
  }

  #requireName(folder: string, verb: 'create-folder' | 'rename-folder' | 'remove-folder'): void {
    if (folder === '') throw this.#refused(verb, 'The folder needs a name.')
  }
}

const nameOf = (entry: { readonly name: string }): string => entry.name

function saved<File extends LibraryFile>(entries: readonly LibraryEntry<File>[], entryId: string): LibraryEntry<File> {
  const entry = entries.find(({ id }) => id === entryId)
  if (entry === undefined) throw new WirebenchError('internal', { reason: `${entryId} was not written.` })
  return entry
}
