import { randomInt } from 'node:crypto'
import * as v from 'valibot'
import type { CommandName } from '../../contract/commands.ts'
import { WirebenchError } from '../../contract/errors.ts'
import {
  folderPath,
  profileSchemaVersion,
  type Profile,
  type ProfileContent,
  type ProfileLibrary,
} from '../../contract/schemas/profile.ts'
import { makeIdentifier } from '../documents/identifier.ts'
import type { ProfileService } from '../ports.ts'
import { isWithin, renamedPath } from './folder-paths.ts'
import { findProfile, foldersOf, keptFoldersOf, libraryOf, refused, saveChanges } from './library-changes.ts'
import { fileOf, ProfileArrangement } from './profile-arrangement.ts'
import { duplicateName, freeName } from './profile-names.ts'
import { compareProfiles } from './profile-order.ts'
import type { ProfileStore, ProfileTransaction } from './profile-store.ts'
import { exportProfiles, readImport } from './profile-transfer.ts'

export interface ProfileLibraryOptions {
  readonly store: ProfileStore
  /** Gives a random whole number from 0 to `below` - 1, for identifiers. */
  readonly randomIndex?: (below: number) => number
}

type Listener = (library: ProfileLibrary) => void

/** The saved profiles over a store that other processes may change at any time. */
export class ProfileLibraryService implements ProfileService {
  readonly #store: ProfileStore
  readonly #randomIndex: (below: number) => number
  readonly #listeners = new Set<Listener>()
  #unwatch: (() => void) | null = null
  #lastPublished: string | null = null
  /** Readings for listeners go one after the other, so that an older state is never told after a newer one. */
  #publishing: Promise<void> = Promise.resolve()

  constructor(options: ProfileLibraryOptions) {
    this.#store = options.store
    this.#randomIndex = options.randomIndex ?? ((below) => randomInt(below))
  }

  async library(): Promise<ProfileLibrary> {
    return libraryOf(await this.#store.read())
  }

  create(content: ProfileContent): Promise<Profile> {
    return this.#change(async (transaction) => {
      const arrangement = new ProfileArrangement(transaction.present.profiles)
      const id = this.#newIdentifier(content.name, new Set(transaction.present.takenIdentifiers))
      arrangement.place({ schemaVersion: profileSchemaVersion, id, ...content })
      return saved(await saveChanges(transaction, arrangement.writes()), id)
    })
  }

  update(profileId: string, revision: string, content: ProfileContent): Promise<Profile> {
    return this.#change(async (transaction) => {
      const old = findProfile(transaction.present, profileId)
      if (old.revision !== revision) throw new WirebenchError('profile-conflict', { name: old.name })
      const changed = { ...fileOf(old), ...content }
      if (changed.folder === old.folder) {
        return saved(await saveChanges(transaction, [{ profile: changed, basedOn: revision }]), profileId)
      }
      const arrangement = new ProfileArrangement(transaction.present.profiles)
      arrangement.place(changed)
      return saved(await saveChanges(transaction, arrangement.writes()), profileId)
    })
  }

  duplicate(profileId: string): Promise<Profile> {
    return this.#change(async (transaction) => {
      const original = findProfile(transaction.present, profileId)
      const arrangement = new ProfileArrangement(transaction.present.profiles)
      const inFolder = arrangement.inFolder(original.folder)
      const name = duplicateName(original.name, new Set(inFolder.map((other) => other.name)))
      const id = this.#newIdentifier(name, new Set(transaction.present.takenIdentifiers))
      const index = inFolder.findIndex((other) => other.id === profileId) + 1
      arrangement.place({ ...fileOf(original), id, name }, index)
      return saved(await saveChanges(transaction, arrangement.writes()), id)
    })
  }

  remove(profileId: string): Promise<void> {
    return this.#change(async (transaction) => {
      const profile = findProfile(transaction.present, profileId)
      await saveChanges(transaction, [], { leaving: profile.id })
      await transaction.moveToTrash(profile.id)
    })
  }

  restore(profileId: string): Promise<Profile> {
    return this.#change((transaction) => {
      const present = transaction.present.profiles.find((profile) => profile.id === profileId)
      if (present !== undefined) throw new WirebenchError('profile-conflict', { name: present.name })
      return transaction.bringBack(profileId)
    })
  }

  async move(profileId: string, folder: string, beforeProfileId: string | null): Promise<ProfileLibrary> {
    await this.#change(async (transaction) => {
      const moved = findProfile(transaction.present, profileId)
      if (beforeProfileId === profileId) return
      const arrangement = new ProfileArrangement(transaction.present.profiles)
      const others = arrangement.inFolder(folder, profileId)
      const index = beforeProfileId === null ? others.length : others.findIndex(({ id }) => id === beforeProfileId)
      if (index < 0) throw new WirebenchError('profile-not-found', { profileId: beforeProfileId })
      if (moved.folder === folder && arrangement.inFolder(folder)[index]?.id === profileId) return
      arrangement.place({ ...fileOf(moved), folder }, index)
      await saveChanges(transaction, arrangement.writes())
    })
    return this.library()
  }

  async createFolder(folder: string): Promise<ProfileLibrary> {
    requireName(folder, 'profile.create-folder')
    await this.#change(async (transaction) => {
      const kept = keptFoldersOf(transaction.present)
      if (foldersOf(transaction.present).includes(folder)) return
      await saveChanges(transaction, [], { kept: [...kept, folder] })
    })
    return this.library()
  }

  async renameFolder(from: string, to: string): Promise<ProfileLibrary> {
    requireName(from, 'profile.rename-folder')
    requireName(to, 'profile.rename-folder')
    await this.#change(async (transaction) => {
      const { present } = transaction
      const folders = foldersOf(present)
      if (!folders.includes(from)) throw refused('profile.rename-folder', `There is no folder "${from}".`)
      if (from === to) return
      if (isWithin(to, from)) throw refused('profile.rename-folder', 'A folder cannot be moved into itself.')
      if (folders.includes(to)) throw refused('profile.rename-folder', `There is a folder "${to}" already.`)
      const renamed = folders.map((folder) => renamedPath(folder, from, to))
      if (!renamed.every((folder) => v.is(folderPath, folder))) {
        throw refused('profile.rename-folder', 'A folder inside would get too long a path.')
      }
      const writes = present.profiles
        .filter((profile) => isWithin(profile.folder, from))
        .map((profile) => ({
          profile: { ...fileOf(profile), folder: renamedPath(profile.folder, from, to) },
          basedOn: profile.revision,
        }))
      const kept = present.keptFolders?.map((folder) => renamedPath(folder, from, to)) ?? null
      await saveChanges(transaction, writes, { kept, givenUp: from })
    })
    return this.library()
  }

  async removeFolder(folder: string): Promise<ProfileLibrary> {
    requireName(folder, 'profile.remove-folder')
    await this.#change(async (transaction) => {
      if (transaction.present.profiles.some((profile) => isWithin(profile.folder, folder))) {
        throw refused('profile.remove-folder', `The folder "${folder}" holds profiles. Move or delete them first.`)
      }
      const kept = keptFoldersOf(transaction.present)
      if (!kept.some((other) => isWithin(other, folder))) return
      await saveChanges(transaction, [], { kept: kept.filter((other) => !isWithin(other, folder)), givenUp: folder })
    })
    return this.library()
  }

  async export(profileIds: readonly string[] | null): Promise<{ fileName: string; text: string }> {
    const stored = await this.#store.read()
    const wanted = profileIds?.map((profileId) => findProfile(stored, profileId)) ?? stored.profiles
    return exportProfiles([...new Set(wanted)].sort(compareProfiles))
  }

  async import(text: string): Promise<{ imported: Profile[] }> {
    const contents = readImport(text)
    return this.#change(async (transaction) => {
      const { present } = transaction
      const arrangement = new ProfileArrangement(present.profiles)
      const namesByFolder = new Map<string, Set<string>>()
      const taken = new Set(present.takenIdentifiers)
      const identifiers = contents.map((content) => {
        const names = namesByFolder.get(content.folder) ?? new Set(arrangement.inFolder(content.folder).map(nameOf))
        namesByFolder.set(content.folder, names)
        const name = freeName(content.name, names)
        names.add(name)
        const id = this.#newIdentifier(name, taken)
        arrangement.place({ schemaVersion: profileSchemaVersion, id, ...content, name })
        return id
      })
      const written = await saveChanges(transaction, arrangement.writes())
      return { imported: identifiers.map((id) => saved(written, id)) }
    })
  }

  onChanged(listener: Listener): () => void {
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

  async #change<Result>(work: (transaction: ProfileTransaction) => Promise<Result>): Promise<Result> {
    const result = await this.#store.change(work)
    await this.#publish()
    return result
  }

  #newIdentifier(name: string, taken: Set<string>): string {
    for (;;) {
      const identifier = makeIdentifier(name, 'profile', this.#randomIndex)
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
}

const nameOf = (profile: { readonly name: string }): string => profile.name

function saved(profiles: readonly Profile[], profileId: string): Profile {
  const profile = profiles.find(({ id }) => id === profileId)
  if (profile === undefined) throw new WirebenchError('internal', { reason: `${profileId} was not written.` })
  return profile
}

function requireName(folder: string, command: CommandName): void {
  if (folder === '') throw refused(command, 'The folder needs a name.')
}
