import type { Link } from '../../../src-main/contract/connect.ts'

/** Bytes of one piece. The next goes out when the engine has written this one, so that nothing piles up. */
const pieceBytes = 512 * 1024

/** The file of the window's machine could not be read: it is a folder, or is gone. */
export class UnreadableFile extends Error {
  constructor(cause: unknown) {
    super('The file could not be read.', { cause })
    this.name = 'UnreadableFile'
  }
}

/**
 * Brings a file to the engine in pieces and answers its upload. Given up, by the signal or by a failure, nothing stays there.
 * Errors: `UnreadableFile`, and those of `upload.*`.
 */
export async function uploadFile(
  link: Link,
  file: File,
  signal: AbortSignal,
  progress: (sentBytes: number) => void,
): Promise<string> {
  const { uploadId } = await link.call('upload.begin', { name: file.name, sizeBytes: file.size })
  try {
    for (let offset = 0; offset < file.size;) {
      signal.throwIfAborted()
      const bytes = await readPiece(file, offset)
      const { receivedBytes } = await link.call('upload.append', { uploadId, offset, bytes })
      offset = receivedBytes
      progress(offset)
    }
    signal.throwIfAborted()
    return uploadId
  } catch (thrown) {
    // Where this fails too, the engine forgets the file an hour later.
    await link.call('upload.discard', { uploadId }).catch(() => undefined)
    throw thrown
  }
}

async function readPiece(file: File, offset: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer())
  } catch (thrown) {
    throw new UnreadableFile(thrown)
  }
}
