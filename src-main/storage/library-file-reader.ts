import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { describeError, type ErrorShape } from '../contract/errors.ts'
import { readJsonBytes } from '../engine/documents/json-text.ts'
import { readDocument } from '../engine/documents/versioned-document.ts'
import type { LibraryEntry, LibraryFile, LibraryFileFormat } from '../engine/library/library-format.ts'
import { joinTexts } from '../engine/library/readable-texts.ts'
import { isMissing, reasonOf } from './disk-errors.ts'
import type { FileAccess, FileStamp } from './file-access.ts'
import { tooLargeReason } from './json-document-file.ts'

/** What a file of a library turned out to be. */
export type LibraryReading<File extends LibraryFile> =
  | {
      readonly kind: 'entry'
      readonly fileName: string
      readonly entry: LibraryEntry<File>
      /** The JSON as it stands in the file. */
      readonly parsed: unknown
    }
  | { readonly kind: 'problem'; readonly fileName: string; readonly error: ErrorShape }

/** The revision of a file: a hash of its bytes. */
export function revisionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

/**
 * Reads the files of a library and remembers what did not change since. A file whose last change is younger than the clock of
 * its disk can tell apart is read again.
 */
export class LibraryFileReader<File extends LibraryFile> {
  readonly #files: FileAccess
  readonly #folder: string
  readonly #format: LibraryFileFormat<File>
  readonly #known = new Map<string, { readonly key: string; readonly reading: LibraryReading<File> }>()

  constructor(files: FileAccess, folder: string, format: LibraryFileFormat<File>) {
    this.#files = files
    this.#folder = folder
    this.#format = format
  }

  /** All entry files of the folder, in the order of their names. */
  async readAll(): Promise<readonly LibraryReading<File>[]> {
    let names: readonly string[]
    try {
      names = await this.#files.list(this.#folder)
    } catch (error) {
      if (isMissing(error)) return []
      const data = { file: this.#folder, reason: reasonOf(error) }
      return [{ kind: 'problem', fileName: basename(this.#folder), error: describeError('file-unreadable', data) }]
    }
    const wanted = names.filter(isEntryFileName).sort()
    const present = new Set(wanted)
    for (const name of this.#known.keys()) if (!present.has(name)) this.#known.delete(name)
    const readings: (LibraryReading<File> | null)[] = new Array<null>(wanted.length).fill(null)
    let next = 0
    const worker = async (): Promise<void> => {
      for (let index = next++; index < wanted.length; index = next++) {
        readings[index] = await this.#readUnlessKnown(wanted[index] ?? '')
      }
    }
    await Promise.all(Array.from({ length: 16 }, worker))
    return readings.filter((reading) => reading !== null)
  }

  /** One file as it is now; null when there is none. */
  async readNow(fileName: string): Promise<LibraryReading<File> | null> {
    try {
      const read = await this.#files.read(join(this.#folder, fileName), this.#format.maximumFileBytes)
      if (read.kind === 'read') return this.parse(fileName, read.bytes)
      return this.#malformed(fileName, tooLargeReason(read.sizeBytes, this.#format.maximumFileBytes))
    } catch (error) {
      if (isMissing(error)) return null
      const data = { file: fileName, reason: reasonOf(error) }
      return { kind: 'problem', fileName, error: describeError('file-unreadable', data) }
    }
  }

  parse(fileName: string, bytes: Uint8Array): LibraryReading<File> {
    const json = readJsonBytes(bytes)
    if (json.kind === 'unreadable') return this.#malformed(fileName, json.reason)
    const document = readDocument(this.#format.document, joinTexts(json.value, this.#format.readableTexts))
    if (document.kind === 'document') {
      const entry = { ...document.value, revision: revisionOf(bytes) }
      return { kind: 'entry', fileName, entry, parsed: json.value }
    }
    return { kind: 'problem', fileName, error: this.#format.errors.unreadable(fileName, document) }
  }

  async #readUnlessKnown(fileName: string): Promise<LibraryReading<File> | null> {
    const stamp = await this.#stamp(fileName)
    const known = this.#known.get(fileName)
    if (stamp !== null && known?.key === stamp.key) return known.reading
    const reading = await this.readNow(fileName)
    this.#known.delete(fileName)
    if (reading !== null && stamp !== null && isSettled(stamp)) this.#known.set(fileName, { key: stamp.key, reading })
    return reading
  }

  async #stamp(fileName: string): Promise<FileStamp | null> {
    try {
      return await this.#files.stamp(join(this.#folder, fileName))
    } catch {
      // Reading it gives the reason.
      return null
    }
  }

  #malformed(fileName: string, reason: string): LibraryReading<File> {
    return { kind: 'problem', fileName, error: this.#format.errors.unreadable(fileName, { kind: 'malformed', reason }) }
  }
}

export const foldersFileName = 'folders.json'

/** Hidden files, temporaries and the folder list are no entries. */
export function isEntryFileName(name: string): boolean {
  return name.endsWith('.json') && !name.startsWith('.') && name !== foldersFileName
}

/** Coarsest file time in use (FAT) is 2 s: what changed within it may change again and keep its stamp. */
const coarsestFileTimeMs = 2_000

function isSettled(stamp: FileStamp): boolean {
  return stamp.changedAtUnixMs < Date.now() - coarsestFileTimeMs
}
