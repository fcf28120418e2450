import { compareEntries, placeAmong } from './entry-order.ts'
import type { LibraryEntry, LibraryFile } from './library-format.ts'
import type { LibraryWrite } from './library-store.ts'

interface Arranged<File> {
  file: File
  readonly basedOn: string | null
  changed: boolean
}

/** The library while it is being rearranged: says in the end which files have to be written. */
export class LibraryArrangement<File extends LibraryFile> {
  readonly #byFolder = new Map<string, Arranged<File>[]>()
  readonly #revisions = new Map<string, string>()

  constructor(entries: readonly LibraryEntry<File>[]) {
    for (const entry of [...entries].sort(compareEntries)) {
      this.#revisions.set(entry.id, entry.revision)
      this.#folder(entry.folder).push({ file: entry, basedOn: entry.revision, changed: false })
    }
  }

  /** Entries of a folder in order, one of them left out when named. */
  inFolder(folder: string, exceptId: string | null = null): File[] {
    return this.#folder(folder)
      .map(({ file }) => file)
      .filter(({ id }) => id !== exceptId)
  }

  /**
   * Puts a new or a present entry into its folder before the one that is at `index` among the others, null for the
   * end. Its position is decided here.
   */
  place(placed: File, index: number | null = null): void {
    for (const [folder, arranged] of this.#byFolder) {
      this.#byFolder.set(
        folder,
        arranged.filter((other) => other.file.id !== placed.id),
      )
    }
    const others = this.#folder(placed.folder)
    const at = index ?? others.length
    const placement = placeAmong(
      others.map((other) => other.file),
      at,
    )
    for (const { id, position } of placement.rebalanced) {
      const other = others.find((candidate) => candidate.file.id === id)
      if (other !== undefined) Object.assign(other, { file: { ...other.file, position }, changed: true })
    }
    const basedOn = this.#revisions.get(placed.id) ?? null
    others.splice(at, 0, { file: { ...placed, position: placement.position }, basedOn, changed: true })
  }

  /** What has to be written. */
  writes(): LibraryWrite<File>[] {
    return [...this.#byFolder.values()]
      .flat()
      .filter(({ changed }) => changed)
      .map(({ file, basedOn }) => ({ file, basedOn }))
  }

  #folder(folder: string): Arranged<File>[] {
    let arranged = this.#byFolder.get(folder)
    if (arranged === undefined) this.#byFolder.set(folder, (arranged = []))
    return arranged
  }
}
