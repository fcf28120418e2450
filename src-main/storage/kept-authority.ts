import { basename, join, resolve } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import type { AuthorityChange, AuthorityFiles, KeptAuthority } from '../engine/servers/authority-files.ts'
import { writeFilesTogether, type FileWrite } from './atomic-file.ts'
import { isMissing, reasonOf } from './disk-errors.ts'
import type { FileAccess } from './file-access.ts'
import { FolderLock } from './folder-lock.ts'
import { tooLargeReason } from './json-document-file.ts'

type Part = keyof KeptAuthority

const fileNames: Readonly<Record<Part, string>> = {
  ca: 'ca.pem',
  caKey: 'ca.key',
  client: 'client.pem',
  clientKey: 'client.key',
}
const parts = Object.keys(fileNames).filter((name): name is Part => name in fileNames)
const secretParts: ReadonlySet<Part> = new Set<Part>(['caKey', 'clientKey'])

const maximumBytes = 64 * 1024

/** The CA of the local servers as PEM files in a folder of its own, which is made when the first one is. */
export class KeptAuthorityFiles implements AuthorityFiles {
  readonly paths: Readonly<Record<Part, string>>
  readonly #files: FileAccess
  readonly #lock: FolderLock

  constructor({ files, folder }: { readonly files: FileAccess; readonly folder: string }) {
    const path = (part: Part): string => join(resolve(folder), fileNames[part])
    this.paths = { ca: path('ca'), caKey: path('caKey'), client: path('client'), clientKey: path('clientKey') }
    this.#files = files
    this.#lock = new FolderLock({ files, folder: resolve(folder) })
  }

  async read(): Promise<KeptAuthority> {
    const read = (part: Part): Promise<string | null> => this.#readText(this.paths[part])
    const [ca, caKey] = [await read('ca'), await read('caKey')]
    return { ca, caKey, client: await read('client'), clientKey: await read('clientKey') }
  }

  update<Result>(change: (present: KeptAuthority) => Promise<AuthorityChange<Result>>): Promise<Result> {
    return this.#lock.hold(async () => {
      const present = await this.read()
      const { kept, result } = await change(present)
      const writes = parts
        .filter((part) => kept[part] !== present[part])
        .map((part): FileWrite => ({
          path: this.paths[part],
          bytes: new TextEncoder().encode(kept[part]),
          ...(secretParts.has(part) ? { access: 'private' } : {}),
        }))
      await writeFilesTogether(this.#files, writes)
      return result
    })
  }

  async #readText(path: string): Promise<string | null> {
    const unreadable = (reason: string): WirebenchError =>
      new WirebenchError('file-unreadable', { file: basename(path), reason })
    try {
      const read = await this.#files.read(path, maximumBytes)
      if (read.kind === 'too-large') throw unreadable(tooLargeReason(read.sizeBytes, maximumBytes))
      return new TextDecoder().decode(read.bytes)
    } catch (error) {
      if (isMissing(error)) return null
      throw error instanceof WirebenchError ? error : unreadable(reasonOf(error))
    }
  }
}
