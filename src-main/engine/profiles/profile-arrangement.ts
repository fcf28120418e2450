import type { Profile, ProfileFile } from '../../contract/schemas/profile.ts'
import { compareProfiles, placeAmong } from './profile-order.ts'
import type { ProfileWrite } from './profile-store.ts'

interface Arranged {
  profile: ProfileFile
  readonly basedOn: string | null
  changed: boolean
}

/** The file content of a profile. */
export function fileOf(profile: Profile): ProfileFile {
  const { revision: _revision, ...file } = profile
  return file
}

/** The library while it is being rearranged: says in the end which files have to be written. */
export class ProfileArrangement {
  readonly #byFolder = new Map<string, Arranged[]>()
  readonly #revisions = new Map<string, string>()

  constructor(profiles: readonly Profile[]) {
    for (const profile of [...profiles].sort(compareProfiles)) {
      this.#revisions.set(profile.id, profile.revision)
      this.#folder(profile.folder).push({ profile: fileOf(profile), basedOn: profile.revision, changed: false })
    }
  }

  /** Profiles of a folder in order, one of them left out when named. */
  inFolder(folder: string, exceptId: string | null = null): ProfileFile[] {
    return this.#folder(folder)
      .map(({ profile }) => profile)
      .filter(({ id }) => id !== exceptId)
  }

  /**
   * Puts a new or a present profile into its folder before the one that is at `index` among the others, null for the
   * end. Its position is decided here.
   */
  place(profile: Omit<ProfileFile, 'position'>, index: number | null = null): void {
    for (const [folder, arranged] of this.#byFolder) {
      this.#byFolder.set(
        folder,
        arranged.filter((other) => other.profile.id !== profile.id),
      )
    }
    const others = this.#folder(profile.folder)
    const at = index ?? others.length
    const placement = placeAmong(
      others.map((other) => other.profile),
      at,
    )
    for (const { id, position } of placement.rebalanced) {
      const other = others.find((candidate) => candidate.profile.id === id)
      if (other !== undefined) Object.assign(other, { profile: { ...other.profile, position }, changed: true })
    }
    const basedOn = this.#revisions.get(profile.id) ?? null
    others.splice(at, 0, { profile: { ...profile, position: placement.position }, basedOn, changed: true })
  }

  /** What has to be written. */
  writes(): ProfileWrite[] {
    return [...this.#byFolder.values()]
      .flat()
      .filter(({ changed }) => changed)
      .map(({ profile, basedOn }) => ({ profile, basedOn }))
  }

  #folder(folder: string): Arranged[] {
    let arranged = this.#byFolder.get(folder)
    if (arranged === undefined) this.#byFolder.set(folder, (arranged = []))
    return arranged
  }
}
