import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
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

/** Without it, opening a pipe waits for its other end, maybe for ever; Windows has no such flag and no such pipes. */
const doNotWait = 'O_NONBLOCK' in constants ? constants.O_NONBLOCK : 0

async function read(path: string): Promise<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY | doNotWait)
  try {
    const facts = await handle.stat()
    if (!facts.isFile()) throw new WirebenchError('file-unreadable', { file: path, reason: 'It is no ordinary file.' })
    tooLarge(facts.size)
    const bytes = new Uint8Array(facts.size)
    let length = 0
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return bytes.subarray(0, length)
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
