import { WirebenchError } from '../../../contract/errors.ts'
import type { Profile, ProfileFile } from '../../../contract/schemas/profile.ts'
import type { ProfileStore, ProfileTransaction, StoredProfiles } from '../profile-store.ts'

/** A profile store without a disk, which counts what is written. */
export class MemoryProfileStore implements ProfileStore {
  readonly profiles = new Map<string, Profile>()
  readonly trash = new Map<string, Profile>()
  keptFolders: readonly string[] | null = []
  /** Identifiers of the profiles that were written, in order. */
  readonly written: string[] = []
  #version = 0
  #last: Promise<unknown> = Promise.resolve()
  readonly #watchers = new Set<() => void>()

  constructor(profiles: readonly ProfileFile[] = []) {
    for (const profile of profiles) this.put(profile)
  }

  /** Puts a profile in place as another program would. */
  put(profile: ProfileFile): Profile {
    const stored = { ...profile, revision: String(++this.#version) }
    this.profiles.set(profile.id, stored)
    return stored
  }

  /** Tells the watchers, as the disk would. */
  noticeChange(): void {
    for (const watcher of this.#watchers) watcher()
  }

  get watcherCount(): number {
    return this.#watchers.size
  }

  read(): Promise<StoredProfiles> {
    return Promise.resolve({
      profiles: [...this.profiles.values()],
      keptFolders: this.keptFolders,
      problems: [],
      takenIdentifiers: new Set(this.profiles.keys()),
    })
  }

  change<Result>(work: (transaction: ProfileTransaction) => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(async () => work({ present: await this.read(), ...this.#operations }))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  watch(onChanged: () => void): () => void {
    this.#watchers.add(onChanged)
    return () => this.#watchers.delete(onChanged)
  }

  readonly #operations: Omit<ProfileTransaction, 'present'> = {
    save: (writes, keptFolders) => {
      for (const { profile, basedOn } of writes) {
        if ((this.profiles.get(profile.id)?.revision ?? null) !== basedOn) {
          throw new WirebenchError('profile-conflict', { name: profile.name })
        }
      }
      if (keptFolders !== null) this.keptFolders = keptFolders
      return Promise.resolve(
        writes.map(({ profile }) => {
          this.written.push(profile.id)
          return this.put(profile)
        }),
      )
    },
    moveToTrash: (profileId) => this.#take(profileId, this.profiles, this.trash).then(() => undefined),
    bringBack: (profileId) => this.#take(profileId, this.trash, this.profiles),
  }

  #take(profileId: string, from: Map<string, Profile>, to: Map<string, Profile>): Promise<Profile> {
    const profile = from.get(profileId)
    if (profile === undefined) throw new WirebenchError('profile-not-found', { profileId })
    from.delete(profileId)
    to.set(profileId, profile)
    return Promise.resolve(profile)
  }
}
