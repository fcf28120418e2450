import { WirebenchError } from '../contract/errors.ts'
import { captureIdOf, type CapturePaths } from './capture-paths.ts'
import {
  describeReadFailure,
  describeWriteFailure,
  readFully,
  replaceFile,
  systemCode,
  type FileAccess,
} from './file-access.ts'

/** At most `mostBytes` of a file beside a data file; null when there is none. Errors: `file-unreadable`. */
export async function readSideFile(
  files: FileAccess,
  { fileName }: CapturePaths,
  path: string,
  mostBytes: number,
): Promise<Uint8Array | null> {
  try {
    const file = await files.open(path, 'read')
    try {
      return await readFully(file, 0, Math.min(await file.size(), mostBytes))
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw describeReadFailure(error, fileName)
  }
}

/**
 * Keeps JSON as a file beside a data file; what stood there goes to `setAside` first, when that is given. Errors:
 * `capture-not-found`, `disk-full`, `file-unwritable`.
 */
export async function writeSideFile(
  files: FileAccess,
  { data, fileName }: CapturePaths,
  path: string,
  content: object,
  setAside: string | null = null,
): Promise<void> {
  try {
    if (setAside !== null) await files.rename(path, setAside)
    await replaceFile(files, path, new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`))
    await files.stamp(data)
  } catch (error) {
    const isGone = systemCode(error) === 'ENOENT' && (await files.stamp(data).catch(systemCode)) === 'ENOENT'
    if (!isGone) throw describeWriteFailure(error, fileName)
    // The capture was removed meanwhile: nothing is left behind in its place.
    await files.remove(path).catch(() => undefined)
    throw new WirebenchError('capture-not-found', { captureId: captureIdOf(fileName) })
  }
}
