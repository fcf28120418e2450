import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { WirebenchError } from '../../contract/errors.ts'
import type { TlsSettings } from '../../contract/schemas/tls.ts'
import { systemErrorCode } from '../socket-errors.ts'

/** The setting that names a file; it stands in every error of the file. */
export type FileSetting = keyof TlsSettings & ('caPath' | 'certificatePath' | 'keyPath' | 'pfxPath')

/** Far more than certificates, keys or bundles of all public roots take. */
export const maximumFileBytes = 4 * 1024 * 1024

/** Without it, opening a pipe waits for its other end, maybe for ever; Windows has no such flag and no such pipes. */
const doNotWait = 'O_NONBLOCK' in constants ? constants.O_NONBLOCK : 0

/** An ordinary file of at most `maximumFileBytes` as a whole. Errors: `file-not-found`, `file-unreadable`. */
export async function readLimitedFile(path: string, field: FileSetting): Promise<Buffer> {
  let handle: FileHandle | null = null
  try {
    handle = await open(path, constants.O_RDONLY | doNotWait)
    const facts = await handle.stat()
    if (!facts.isFile()) throw unreadable(path, field, 'It is no ordinary file.')
    if (facts.size > maximumFileBytes) {
      throw unreadable(path, field, `It has ${facts.size} bytes; at most ${maximumFileBytes} are read.`)
    }
    return await readWhole(handle, facts.size)
  } catch (thrown) {
    throw fileError(path, field, thrown)
  } finally {
    await handle?.close()
  }
}

async function readWhole(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size)
  let length = 0
  while (length < size) {
    const { bytesRead } = await handle.read(bytes, length, size - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

/** A failure of the system with a file or folder as a coded error; one that is coded already stays what it is. */
export function fileError(path: string, field: FileSetting, thrown: unknown): WirebenchError {
  if (thrown instanceof WirebenchError) return thrown
  const code = systemErrorCode(thrown)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new WirebenchError('file-not-found', { file: path, field })
  return unreadable(path, field, `${thrown instanceof Error ? thrown.message : String(thrown)}.`)
}

function unreadable(path: string, field: FileSetting, reason: string): WirebenchError {
  return new WirebenchError('file-unreadable', { file: path, field, reason })
}
