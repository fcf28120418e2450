import { basename, join } from 'node:path'
import { describeError, WirebenchError } from '../contract/errors.ts'
import type { Profile, ProfileFile, ProfileProblem } from '../contract/schemas/profile.ts'
import { writeJsonText } from '../engine/documents/json-text.ts'
import { readDocument, readingErrorData } from '../engine/documents/versioned-document.ts'
import { foldersFileFormat, profileFileFormat } from '../engine/profiles/profile-format.ts'
import type {
  ProfileStore,
  ProfileTransaction,
  ProfileWrite,
  StoredProfiles,
} from '../engine/profiles/profile-store.ts'
import { makeFolder, writeFilesTogether, type FileWrite } from './atomic-file.ts'
import { fileUnwritable, isMissing, reasonOf } from './disk-errors.ts'
import type { FileAccess } from './file-access.ts'
import { FolderLock } from './folder-lock.ts'
import { FolderWatcher } from './folder-watch.ts'
import { readJsonFile } from './json-document-file.ts'
import { moveFile } from './move-file.ts'
import {
  foldersFileName,
  isProfileFileName,
  maximumProfileBytes,
  ProfileFileReader,
  revisionOf,
  type ProfileFormat,
  type ProfileReading,
} from './profile-file-reader.ts'
import { serializeProfile } from './profile-text.ts'

export interface ProfileFilesOptions {
  readonly files: FileAccess
  /** Where the profile files are, one per profile: `<id>.json`. */
  readonly folder: string
  /** Where removed profile files go. */
  readonly trashFolder: string
  /** How the files are read. */
  readonly format?: ProfileFormat
  readonly lock?: FolderLock
  readonly nowUnixMs?: () => number
}

interface Snapshot extends StoredProfiles {
  readonly fileNames: ReadonlyMap<string, string>
}

/** What was removed is kept so long. */
export const trashKeptMs = 30 * 24 * 3600 * 1000

/**
 * Profiles as one readable JSON file each, made to be kept in version control. What cannot be read is reported and
 * left as it is. A file keeps its name whatever happens to the profile's name.
 */
export class ProfileFiles implements ProfileStore {
  readonly #files: FileAccess
  readonly #folder: string
  readonly #trashFolder: string
  readonly #format: ProfileFormat
  readonly #lock: FolderLock
  readonly #nowUnixMs: () => number
  readonly #reader: ProfileFileReader
  #watcher: FolderWatcher | null = null

  constructor(options: ProfileFilesOptions) {
    this.#files = options.files
    this.#folder = options.folder
    this.#trashFolder = options.trashFolder
    this.#format = options.format ?? profileFileFormat
    this.#lock = options.lock ?? new FolderLock({ files: options.files, folder: options.folder })
    this.#nowUnixMs = options.nowUnixMs ?? Date.now
    this.#reader = new ProfileFileReader(options.files, options.folder, this.#format)
  }

  read(): Promise<StoredProfiles> {
    return this.#snapshot()
  }

  change<Result>(work: (transaction: ProfileTransaction) => Promise<Result>): Promise<Result> {
    return this.#lock.hold(async () => {
      const present = await this.#snapshot()
      const result = await work({
        present,
        save: (writes, keptFolders) => this.#save(present, writes, keptFolders),
        moveToTrash: (profileId) => this.#moveToTrash(present, profileId),
        bringBack: (profileId) => this.#bringBack(profileId),
      })
      await this.#watcher?.rearm()
      return result
    })
  }

  /**
   * Deletes for good what was removed more than 30 days ago. What is no profile file stays. Errors: `file-unreadable`,
   * `file-unwritable`.
   */
  sweep(): Promise<void> {
    return this.#lock.hold(async () => {
      for (const name of await this.#trashedNames()) {
        const path = join(this.#trashFolder, name)
        try {
          const { changedAtUnixMs } = await this.#files.stamp(path)
          if (changedAtUnixMs < this.#nowUnixMs() - trashKeptMs) await this.#files.remove(path)
        } catch (error) {
          if (!isMissing(error)) throw fileUnwritable(error, path)
        }
      }
    })
  }

  watch(onChanged: () => void): () => void {
    const watcher = new FolderWatcher({
      files: this.#files,
      folder: this.#folder,
      concerns: (name) => name.endsWith('.json') && !name.startsWith('.'),
      onChanged,
    })
    this.#watcher = watcher
    // A folder that cannot be made is reported by the first change; until then there is nothing to watch.
    void makeFolder(this.#files, this.#folder)
      .catch(() => undefined)
      .then(() => watcher.rearm())
    return () => watcher.close()
  }

  async #snapshot(): Promise<Snapshot> {
    const readings = await this.#reader.readAll()
    const { profiles, problems, fileNames } = withoutDoubles(readings)
    const folders = await this.#readFolders()
    return {
      profiles,
      fileNames,
      keptFolders: folders.kept,
      problems: folders.problem === null ? problems : [...problems, folders.problem],
      takenIdentifiers: new Set([...fileNames.keys(), ...readings.map(({ fileName }) => basename(fileName, '.json'))]),
    }
  }

  async #readFolders(): Promise<{ kept: readonly string[] | null; problem: ProfileProblem | null }> {
    const stored = await readJsonFile(this.#files, join(this.#folder, foldersFileName), maximumProfileBytes)
    if (stored.kind === 'absent') return { kept: [], problem: null }
    const document =
      stored.kind === 'value'
        ? readDocument(foldersFileFormat, stored.value)
        : ({ kind: 'malformed', reason: stored.reason } as const)
    if (document.kind === 'document') return { kept: document.value.folders, problem: null }
    const code = document.kind === 'newer' ? 'profile-newer' : 'profile-malformed'
    const error = describeError(code, readingErrorData(foldersFileName, document))
    return { kept: null, problem: { file: foldersFileName, error } }
  }

  async #save(
    present: Snapshot,
    writes: readonly ProfileWrite[],
    keptFolders: readonly string[] | null,
  ): Promise<readonly Profile[]> {
    const fileWrites: FileWrite[] = []
    const saved: Profile[] = []
    for (const { profile, basedOn } of writes) {
      const path = join(this.#folder, present.fileNames.get(profile.id) ?? `${profile.id}.json`)
      const old = await this.#confirm(path, profile, basedOn)
      const bytes = new TextEncoder().encode(serializeProfile(profile, old, this.#format.version))
      const revision = revisionOf(bytes)
      if (revision !== basedOn) fileWrites.push({ path, bytes })
      saved.push({ ...profile, revision })
    }
    if (keptFolders !== null) {
      const text = writeJsonText({ schemaVersion: foldersFileFormat.version, folders: keptFolders })
      fileWrites.push({ path: join(this.#folder, foldersFileName), bytes: new TextEncoder().encode(text) })
    }
    if (fileWrites.length > 0) await writeFilesTogether(this.#files, fileWrites)
    return saved
  }

  /** The present content of the file, once it is sure that it is what the change was made from. */
  async #confirm(path: string, profile: ProfileFile, basedOn: string | null): Promise<unknown> {
    const reading = await this.#reader.readNow(basename(path))
    if (basedOn === null) {
      if (reading === null) return null
      throw fileUnwritable(new Error('There is a file of this name already'), path)
    }
    if (reading === null) throw new WirebenchError('profile-not-found', { profileId: profile.id })
    if (reading.kind === 'profile' && reading.profile.revision === basedOn) return reading.parsed
    throw new WirebenchError('profile-conflict', { name: profile.name })
  }

  async #moveToTrash(present: Snapshot, profileId: string): Promise<void> {
    const fileName = present.fileNames.get(profileId)
    if (fileName === undefined) throw new WirebenchError('profile-not-found', { profileId })
    const target = join(this.#trashFolder, `${profileId}.json`)
    await this.#makeRoomInTrash(profileId, target)
    await moveFile(this.#files, join(this.#folder, fileName), target, maximumProfileBytes)
    // From now on its age counts. Most systems note the move as well, for those that refuse this.
    await this.#files.touch(target).catch(() => undefined)
  }

  async #trashedNames(): Promise<readonly string[]> {
    try {
      return (await this.#files.list(this.#trashFolder)).filter(isProfileFileName)
    } catch (error) {
      if (isMissing(error)) return []
      const data = { file: this.#trashFolder, reason: reasonOf(error) }
      throw new WirebenchError('file-unreadable', data, { cause: error })
    }
  }

  /** An earlier one of the same identifier keeps its content under a numbered name. */
  async #makeRoomInTrash(profileId: string, target: string): Promise<void> {
    await makeFolder(this.#files, this.#trashFolder)
    const taken = new Set(await this.#files.list(this.#trashFolder))
    if (!taken.has(basename(target))) return
    let number = 1
    while (taken.has(`${profileId}.${number}.json`)) number++
    await moveFile(this.#files, target, join(this.#trashFolder, `${profileId}.${number}.json`), maximumProfileBytes)
  }

  async #bringBack(profileId: string): Promise<Profile> {
    const fileName = `${profileId}.json`
    const trashed = await new ProfileFileReader(this.#files, this.#trashFolder, this.#format).readNow(fileName)
    if (trashed === null) throw new WirebenchError('profile-not-found', { profileId })
    if (trashed.kind === 'problem') throw WirebenchError.fromShape(trashed.error)
    const target = join(this.#folder, fileName)
    if (await this.#exists(target)) throw fileUnwritable(new Error('There is a file of this name already'), target)
    await moveFile(this.#files, join(this.#trashFolder, fileName), target, maximumProfileBytes)
    return trashed.profile
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#files.stamp(path)
      return true
    } catch (error) {
      if (isMissing(error)) return false
      throw fileUnwritable(error, path)
    }
  }
}

/** Of several files with one identifier the one that is named after it counts, else the first by name. */
function withoutDoubles(readings: readonly ProfileReading[]): {
  profiles: Profile[]
  problems: ProfileProblem[]
  fileNames: Map<string, string>
} {
  const profiles: Profile[] = []
  const problems: ProfileProblem[] = []
  const fileNames = new Map<string, string>()
  for (const reading of readings) {
    if (reading.kind !== 'profile') continue
    const { id } = reading.profile
    if (!fileNames.has(id) || reading.fileName === `${id}.json`) fileNames.set(id, reading.fileName)
  }
  for (const reading of readings) {
    if (reading.kind === 'problem') {
      problems.push({ file: reading.fileName, error: reading.error })
      continue
    }
    const counting = fileNames.get(reading.profile.id)
    if (counting === reading.fileName) {
      profiles.push(reading.profile)
      continue
    }
    const reason = `It has the same identifier as ${counting ?? ''}. Give it another "id", or delete one of the two.`
    const error = describeError('profile-malformed', { file: reading.fileName, reason })
    problems.push({ file: reading.fileName, error })
  }
  return { profiles, problems, fileNames }
}
