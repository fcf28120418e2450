import { basename, dirname } from 'node:path'
import { WirebenchError } from '../contract/errors.ts'

/** The `code` of a Node system error, null for anything else. */
export function systemCodeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code : null
}

export const isMissing = (error: unknown): boolean => systemCodeOf(error) === 'ENOENT'
export const isExisting = (error: unknown): boolean => systemCodeOf(error) === 'EEXIST'

const noSpace = new Set(['ENOSPC', 'EDQUOT'])
const notPermitted = new Set(['EACCES', 'EPERM', 'EROFS'])

/**
 * Turns a failed write of `path` into `disk-full`, `data-folder-unwritable` (nothing may be made in its folder) or
 * `file-unwritable`. Coded errors pass unchanged. `shownFile` is what the user knows the file by.
 */
export function writeFailure(error: unknown, path: string, shownFile = basename(path)): WirebenchError {
  if (error instanceof WirebenchError) return error
  const code = systemCodeOf(error) ?? ''
  if (noSpace.has(code)) {
    return new WirebenchError('disk-full', { file: shownFile, consequence: unchanged }, { cause: error })
  }
  if (notPermitted.has(code)) {
    return new WirebenchError(
      'data-folder-unwritable',
      { folder: dirname(path), reason: reasonOf(error) },
      { cause: error },
    )
  }
  return fileUnwritable(error, path, shownFile)
}

/** `file-unwritable` with the system's own words. */
export function fileUnwritable(error: unknown, path: string, shownFile = basename(path)): WirebenchError {
  return new WirebenchError('file-unwritable', { file: shownFile, reason: reasonOf(error) }, { cause: error })
}

const unchanged = 'Free some space and try again. What was saved before is unchanged.'

/** The plain sentence for the common system errors, else the system's own words. */
export function reasonOf(error: unknown): string {
  switch (systemCodeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'The system does not permit it.'
    case 'EROFS':
      return 'The disk is read-only.'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full.'
    case 'EISDIR':
      return 'It is a folder.'
    case 'ENXIO':
      return 'It is no regular file.'
    case 'ENOTDIR':
      return 'A part of its path is a file, not a folder.'
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open.'
    case 'EBUSY':
      return 'Another program is using it.'
    case 'ENAMETOOLONG':
      return 'Its path is too long.'
    default:
      return error instanceof Error ? `${error.message}.` : String(error)
  }
}
