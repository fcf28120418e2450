import { maximumSendBytes } from '../../src-main/contract/commands.ts'
import type { Link } from '../../src-main/contract/connect.ts'
import { WirebenchError } from '../../src-main/contract/errors.ts'

/**
 * Hands a file that was chosen or dropped to the engine, and answers its path there and its bytes. Errors: `message-too-large` before
 * anything is read, `file-unreadable` (a folder, or gone meanwhile), and those of `message.keep-file`.
 */
export async function handOverFile(
  link: Link,
  file: File,
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  if (file.size > maximumSendBytes) {
    throw new WirebenchError('message-too-large', { bytes: file.size, limit: maximumSendBytes })
  }
  const bytes = await bytesOf(file)
  const { path } = await link.call('message.keep-file', { name: file.name, bytes })
  return { path, bytes }
}

async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer())
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new WirebenchError('file-unreadable', { file: file.name, reason }, { cause: thrown })
  }
}
