import { dirname } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'
import { makeFolder, writeFileAtomically } from './atomic-file.ts'
import { fileUnwritable, isMissing, systemCodeOf } from './disk-errors.ts'
import type { FileAccess } from './file-access.ts'

/**
 * Moves a file of at most `maximumBytes` to a folder that is made when missing, also to another disk. Replaces what
 * has the name there. Errors: `file-not-found`, `file-unwritable`, `disk-full`, `data-folder-unwritable`.
 */
export async function moveFile(files: FileAccess, from: string, to: string, maximumBytes: number): Promise<void> {
  await makeFolder(files, dirname(to))
  try {
    await files.rename(from, to)
  } catch (error) {
    if (isMissing(error)) throw new WirebenchError('file-not-found', { file: from })
    if (systemCodeOf(error) !== 'EXDEV') throw fileUnwritable(error, from)
    const read = await files.read(from, maximumBytes)
    if (read.kind === 'too-large') throw fileUnwritable(new Error(`It has ${read.sizeBytes} bytes`), from)
    await writeFileAtomically(files, to, read.bytes)
    await files.remove(from)
  }
  await files.syncFolder(dirname(to))
  await files.syncFolder(dirname(from))
}
