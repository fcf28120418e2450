import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { maximumSendBytes } from '../../contract/commands.ts'
import { toErrorShape, WirebenchError } from '../../contract/errors.ts'
import type { FileContent } from '../../protocol/message/composition.ts'

/**
 * A file to be sent, read as a whole. Only ordinary files of at most `maximumSendBytes`. Errors: `file-not-found`,
 * `file-unreadable`, `message-too-large`.
 */
export async function readMessageFile(path: string): Promise<FileContent> {
  try {
    return { ok: true, bytes: await read(path) }
  } catch (thrown) {
    return { ok: false, error: toErrorShape(thrown instanceof WirebenchError ? thrown : fileError(path, thrown)) }
  }
}

/** The size of an ordinary file of any length. Rejects with `file-not-found` or `file-unreadable`. */
export async function measureMessageFile(path: string): Promise<number> {
  try {
    // Opened as well, so that a file which may not be read is told now.
    return await withOrdinaryFile(path, (_handle, sizeBytes) => Promise.resolve(sizeBytes))
  } catch (thrown) {
    throw thrown instanceof WirebenchError ? thrown : fileError(path, thrown)
  }
}

/** Without it, opening a pipe waits for its other end, maybe for ever; Windows has no such flag and no such pipes. */
const doNotWait = 'O_NONBLOCK' in constants ? constants.O_NONBLOCK : 0

const read = (path: string): Promise<Uint8Array> =>
  withOrdinaryFile(path, async (handle, sizeBytes) => {
    tooLarge(sizeBytes)
    const bytes = new Uint8Array(sizeBytes)
    let length = 0
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return bytes.subarray(0, length)
  })

async function withOrdinaryFile<Result>(
  path: string,
  use: (handle: FileHandle, sizeBytes: number) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, constants.O_RDONLY | doNotWait)
  try {
    const facts = await handle.stat()
    if (!facts.isFile()) throw new WirebenchError('file-unreadable', { file: path, reason: 'It is no ordinary file.' })
    return await use(handle, facts.size)
  } finally {
    await handle.close()
  }
}

function tooLarge(bytes: number): void {
  if (bytes > maximumSendBytes) throw new WirebenchError('message-too-large', { bytes, limit: maximumSendBytes })
}

function fileError(file: string, thrown: unknown): WirebenchError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') return new WirebenchError('file-not-found', { file })
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  return new WirebenchError('file-unreadable', { file, reason })
}
