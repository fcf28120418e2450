import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { decodeFileHeader, fileHeaderBytes } from '../src-main/capture/file-header.ts'
import {
  decodeRecordHeader,
  emptyRecordHeader,
  recordHeaderBytes,
  recordKind,
} from '../src-main/capture/record-codec.ts'

const blockBytes = 8 * 1024 * 1024

/**
 * SHA-256 and number of the received bytes of a capture, read from its data file alone: the index and the readers of
 * the product have no part in it.
 */
export async function hashOfReceived(path: string): Promise<{ readonly sha256: string; readonly byteCount: number }> {
  const hash = createHash('sha256')
  let byteCount = 0
  const file = await open(path, 'r')
  try {
    for await (const payload of receivedPayloads(file, path)) {
      hash.update(payload)
      byteCount += payload.length
    }
  } finally {
    await file.close()
  }
  return { sha256: hash.digest('hex'), byteCount }
}

async function* receivedPayloads(file: FileHandle, path: string): AsyncGenerator<Uint8Array> {
  const block = Buffer.alloc(blockBytes)
  const { salt } = decodeFileHeader(await readAt(file, block, 0, fileHeaderBytes), path)
  const header = emptyRecordHeader()
  let position = fileHeaderBytes
  for (;;) {
    const filled = await readAt(file, block, position, blockBytes)
    let at = 0
    while (at + recordHeaderBytes <= filled.length && decodeRecordHeader(filled, at, salt, header)) {
      const end = at + recordHeaderBytes + header.payloadLength
      if (end > filled.length) break
      if (header.kind === recordKind.received) yield filled.subarray(at + recordHeaderBytes, end)
      at = end
    }
    if (at === 0) {
      if (filled.length > 0) throw new Error(`No whole record stands at byte ${position} of ${path}.`)
      return
    }
    position += at
  }
}

async function readAt(file: FileHandle, block: Buffer, position: number, length: number): Promise<Uint8Array> {
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(block, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return block.subarray(0, filled)
}
