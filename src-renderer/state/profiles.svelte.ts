import type { Link } from '../../src-main/contract/connect.ts'
import type { Profile, ProfileContentInput, ProfileLibrary } from '../../src-main/contract/schemas/profile.ts'
import { allFolders, foldedAfter, placeOneStepOn } from './library-tree.ts'
import { buildProfileTree, type ProfileTreeRow } from './profile-tree.ts'
import type { SettingsState } from './settings.svelte.ts'

const emptyLibrary: ProfileLibrary = { profiles: [], folders: [], problems: [] }

/** The profile library, its filter and its tree. Commands reject with a `WirebenchError`. */
export class ProfileStore {
  readonly #link: Link
  readonly #settings: SettingsState
  #library = $state.raw<ProfileLibrary>(emptyLibrary)
  #loaded = $state(false)
  #unsubscribe: (() => void) | null = null
  #changes = 0

  /** What is typed into the filter field. */
  filter = $state('')
  readonly #tree = $derived.by(() =>
    buildProfileTree(this.#library, {
      filter: this.filter,
      collapsedFolders: this.#settings.current.foldedFolders,
    }),
  )

  constructor(link: Link, settings: SettingsState) {
    this.#link = link
    this.#settings = settings
  }

  get library(): ProfileLibrary {
    return this.#library
  }

  /** False until the engine has told the library. */
  get loaded(): boolean {
    return this.#loaded
  }

  /** The rows of the connections tree, filtered and folded. */
  get tree(): readonly ProfileTreeRow[] {
    return this.#tree
  }

  get folders(): readonly string[] {
    return allFolders(this.#library.profiles, this.#library.folders)
  }

  find(profileId: string): Profile | null {
    return this.#library.profiles.find((profile) => profile.id === profileId) ?? null
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#link.subscribe('profile.library-changed', null, (library) => this.#take(library))
    await this.#reload()
  }

  async create(content: ProfileContentInput): Promise<Profile> {
    const profile = await this.#link.call('profile.create', { content })
    await this.#reload()
    return profile
  }

  /** Rejects with `profile-conflict` when the file is no longer the revision the change was made from. */
  async update(profileId: string, revision: string, content: ProfileContentInput): Promise<Profile> {
    const profile = await this.#link.call('profile.update', { profileId, revision, content })
    await this.#reload()
    return profile
  }

  /** Changes some of a profile and leaves the rest as it is. Rejects with `profile-conflict`. */
  async change(profile: Profile, change: Partial<ProfileContentInput>): Promise<Profile> {
    const { id, revision, position: _position, schemaVersion: _schemaVersion, ...content } = profile
    return await this.update(id, revision, { ...content, ...change })
  }

  async duplicate(profileId: string): Promise<Profile> {
    const profile = await this.#link.call('profile.duplicate', { profileId })
    await this.#reload()
    return profile
  }

  async remove(profileId: string): Promise<void> {
    await this.#link.call('profile.remove', { profileId })
    await this.#reload()
  }

  async restore(profileId: string): Promise<void> {
    await this.#link.call('profile.restore', { profileId })
    await this.#reload()
  }

  /** Puts a profile into a folder before another, or last when `beforeProfileId` is null. */
  async move(profileId: string, folder: string, beforeProfileId: string | null): Promise<void> {
    this.#take(await this.#link.call('profile.move', { profileId, folder, beforeProfileId }))
  }

  /** Moves a profile one place up (-1) or down (1) within its folder. False when it is at the end already. */
  async moveBy(profileId: string, step: -1 | 1): Promise<boolean> {
    const profile = this.find(profileId)
    if (profile === null) return false
    const before = placeOneStepOn(this.#library.profiles, profile, step)
    if (before === undefined) return false
    await this.move(profileId, profile.folder, before)
    return true
  }

  async createFolder(folder: string): Promise<void> {
    this.#take(await this.#link.call('profile.create-folder', { folder }))
  }

  async renameFolder(from: string, to: string): Promise<void> {
    this.#take(await this.#link.call('profile.rename-folder', { from, to }))
  }

  async removeFolder(folder: string): Promise<void> {
    this.#take(await this.#link.call('profile.remove-folder', { folder }))
  }

  /** All profiles, or those named, as one JSON text with a name for its file. */
  async export(profileIds: string[] | null): Promise<{ fileName: string; text: string }> {
    return await this.#link.call('profile.export', { profileIds })
  }

  /** Answers the profiles that were made. */
  async import(text: string): Promise<readonly Profile[]> {
    const { imported } = await this.#link.call('profile.import', { text })
    await this.#reload()
    return imported
  }

  setExpanded(folder: string, expanded: boolean): void {
    const foldedFolders = foldedAfter(this.#settings.current.foldedFolders, this.folders, folder, expanded)
    this.#settings.change({ foldedFolders })
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
  }

  /** An event that arrives while the answer is under way is newer and wins. */
  async #reload(): Promise<void> {
    const changesBefore = this.#changes
    const library = await this.#link.call('profile.library', {})
    if (this.#changes === changesBefore) this.#take(library)
  }

  #take(library: ProfileLibrary): void {
    this.#changes += 1
    this.#library = library
    this.#loaded = true
  }
}
