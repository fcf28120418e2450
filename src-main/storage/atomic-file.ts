import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { FileAccess } from './file-access.ts'
import { fileUnwritable, isMissing, systemCodeOf, writeFailure } from './disk-errors.ts'

export interface FileWrite {
  readonly path: string
  readonly bytes: Uint8Array
  /** Readable by this user alone, whatever the file was before. */
  readonly access?: 'private'
}

const temporaryName = /^\..+\.[0-9a-f]{12}\.tmp$/

/** Replaces one file as a whole, see `writeFilesTogether`. */
export async function writeFileAtomically(files: FileAccess, path: string, bytes: Uint8Array): Promise<void> {
  await writeFilesTogether(files, [{ path, bytes }])
}

/**
 * Replaces files so that each has either its old or its new content at every moment, also after a power cut: the
 * new bytes go to a temporary file in the same folder, are forced to the disk, and take the name by a rename.
 * All are on the disk before the first is renamed, so that a full disk or an unwritable folder changes nothing.
 * Errors: `disk-full`, `data-folder-unwritable`, `file-unwritable`.
 */
export async function writeFilesTogether(files: FileAccess, writes: readonly FileWrite[]): Promise<void> {
  const temporaries: { readonly temporary: string; readonly path: string }[] = []
  const folders = new Set(writes.map((write) => dirname(write.path)))
  try {
    for (const folder of folders) await makeFolder(files, folder)
    for (const { path, bytes, access } of writes) {
      const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
      temporaries.push({ temporary, path })
      try {
        await files.writeNew(temporary, bytes, access)
      } catch (error) {
        throw writeFailure(error, path)
      }
    }
    while (temporaries[0] !== undefined) {
      const { temporary, path } = temporaries[0]
      try {
        await renamePatiently(files, temporary, path)
      } catch (error) {
        throw fileUnwritable(error, path)
      }
      temporaries.shift()
    }
    for (const folder of folders) await files.syncFolder(folder)
  } catch (error) {
    for (const { temporary } of temporaries) await removeQuietly(files, temporary)
    throw error
  }
}

/** Makes a folder. Errors: `data-folder-unwritable`, `disk-full`, `file-unwritable`. */
export async function makeFolder(files: FileAccess, folder: string): Promise<void> {
  try {
    await files.makeFolder(folder)
  } catch (error) {
    throw writeFailure(error, join(folder, 'data'))
  }
}

/** Removes what a killed process left. Only for the holder of the folder's lock. */
export async function removeLeftTemporaries(files: FileAccess, folder: string): Promise<void> {
  let names: readonly string[]
  try {
    names = await files.list(folder)
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  for (const name of names) if (temporaryName.test(name)) await removeQuietly(files, join(folder, name))
}

/** A temporary that cannot be removed does no harm: the next holder of the lock tries again. */
async function removeQuietly(files: FileAccess, path: string): Promise<void> {
  await files.remove(path).catch(() => undefined)
}

const heldForAMoment = new Set(['EBUSY', 'EPERM', 'EACCES'])
const renameDelaysMs = [10, 20, 40, 80]

/** On Windows a virus scanner or an indexer may hold a file for some milliseconds. */
async function renamePatiently(files: FileAccess, from: string, to: string): Promise<void> {
  for (const delayMs of renameDelaysMs) {
    try {
      await files.rename(from, to)
      return
    } catch (error) {
      if (!heldForAMoment.has(systemCodeOf(error) ?? '')) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs))
  }
  await files.rename(from, to)
}
