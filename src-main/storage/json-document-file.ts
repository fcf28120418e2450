import { basename, dirname, join } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import { readJsonBytes, writeJsonText } from '../engine/documents/json-text.ts'
import type { StoredDocument, WatchedDocumentStore } from '../engine/documents/json-document-store.ts'
import { makeFolder, writeFileAtomically } from './atomic-file.ts'
import { fileUnwritable, isMissing, reasonOf } from './disk-errors.ts'
import type { FileAccess } from './file-access.ts'
import type { FolderLock } from './folder-lock.ts'
import { FolderWatcher } from './folder-watch.ts'

export interface JsonDocumentFileOptions {
  readonly files: FileAccess
  readonly path: string
  /** Lock of the folder the file is in; shared by all documents of that folder. */
  readonly lock: FolderLock
  readonly maximumBytes?: number
}

const mebibyte = 1024 * 1024

/** A JSON document as a file that is only ever replaced whole. */
export class JsonDocumentFile implements WatchedDocumentStore {
  readonly fileName: string
  readonly #files: FileAccess
  readonly #path: string
  readonly #lock: FolderLock
  readonly #maximumBytes: number
  readonly #watchers = new Set<FolderWatcher>()

  constructor(options: JsonDocumentFileOptions) {
    this.fileName = basename(options.path)
    this.#files = options.files
    this.#path = options.path
    this.#lock = options.lock
    this.#maximumBytes = options.maximumBytes ?? mebibyte
  }

  read(): Promise<StoredDocument> {
    return readJsonFile(this.#files, this.#path, this.#maximumBytes)
  }

  update(change: (present: StoredDocument) => unknown): Promise<void> {
    return this.#lock.hold(async () => {
      const changed = change(await this.read())
      if (changed === null) return
      const bytes = new TextEncoder().encode(writeJsonText(changed))
      if (bytes.length > this.#maximumBytes) {
        const reason = `It would have ${bytes.length} bytes; at most ${this.#maximumBytes} are kept.`
        throw new WirebenchError('file-unwritable', { file: this.fileName, reason })
      }
      await writeFileAtomically(this.#files, this.#path, bytes)
      for (const watcher of this.#watchers) await watcher.rearm()
    })
  }

  watch(onChanged: () => void): () => void {
    const folder = dirname(this.#path)
    const concerns = (name: string): boolean => name === this.fileName
    const watcher = new FolderWatcher({ files: this.#files, folder, concerns, onChanged })
    this.#watchers.add(watcher)
    // A folder that cannot be made is reported by the first change; until then there is nothing to watch.
    void makeFolder(this.#files, folder)
      .catch(() => undefined)
      .then(() => watcher.rearm())
    return () => {
      this.#watchers.delete(watcher)
      watcher.close()
    }
  }

  setAside(): Promise<string> {
    return this.#lock.hold(async () => {
      const taken = new Set(await this.#files.list(dirname(this.#path)))
      let name = `${this.fileName}.broken`
      for (let number = 2; taken.has(name); number++) name = `${this.fileName}.${number}.broken`
      try {
        await this.#files.rename(this.#path, join(dirname(this.#path), name))
      } catch (error) {
        throw fileUnwritable(error, this.#path)
      }
      return name
    })
  }
}

/** Reads a JSON file, at most `maximumBytes` long. Never throws for what is wrong with the file. */
export async function readJsonFile(files: FileAccess, path: string, maximumBytes: number): Promise<StoredDocument> {
  try {
    const read = await files.read(path, maximumBytes)
    if (read.kind === 'read') return readJsonBytes(read.bytes)
    return { kind: 'unreadable', reason: tooLargeReason(read.sizeBytes, maximumBytes) }
  } catch (error) {
    if (isMissing(error)) return { kind: 'absent' }
    return { kind: 'unreadable', reason: reasonOf(error) }
  }
}

/** Why a file is not read at all. */
export function tooLargeReason(sizeBytes: number, maximumBytes: number): string {
  return `It has ${sizeBytes} bytes; at most ${maximumBytes} are read.`
}
