import { constants } from 'node:fs'
import { open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { blockBytes, pageAlignedMemory } from '../src-main/capture/aligned-memory.ts'
import { decodeFileHeader, fileHeaderBytes } from '../src-main/capture/file-header.ts'
import {
  decodeRecordHeader,
  emptyRecordHeader,
  recordHeaderBytes,
  recordKind,
} from '../src-main/capture/record-codec.ts'
import { StreamCheck, type StreamKind } from './streams.ts'

const windowBytes = 16 * 1024 * 1024

export interface CheckedCapture {
  readonly receivedBytes: number
  /** Where the first received bytes stand that are others than those of the stream, or null. */
  readonly wrongAt: number | null
}

/**
 * Compares the received bytes of a capture with the stream that was sent, by its data file alone: the index and the readers of
 * the product have no part in it. Reads past the page cache where it can, so as not to measure it by the way.
 */
export async function checkCapture(path: string, kind: StreamKind): Promise<CheckedCapture> {
  const check = new StreamCheck(kind)
  const memory = pageAlignedMemory(windowBytes) ?? new Uint8Array(windowBytes)
  const header = emptyRecordHeader()
  const file = await openPastCache(path)
  try {
    let salt = 0
    for (let position = 0; ;) {
      // Whole blocks, and in them what was not used yet.
      const base = position - (position % blockBytes)
      const bytes = memory.subarray(0, await fill(file, memory, base))
      const begin = position - base
      let at = begin
      if (position === 0) {
        salt = decodeFileHeader(bytes.subarray(0, fileHeaderBytes), path).salt
        at = fileHeaderBytes
      }
      while (decodeRecordHeader(bytes, at, salt, header)) {
        const start = at + recordHeaderBytes
        const end = start + header.payloadLength
        if (end > bytes.length) break
        if (header.kind === recordKind.received) check.accept(bytes.subarray(start, end))
        at = end
      }
      if (at === bytes.length && bytes.length < memory.length) break
      if (at === begin) throw new Error(`No whole record stands at byte ${position} of ${path}.`)
      position = base + at
    }
  } finally {
    await file.close()
  }
  return { receivedBytes: check.byteCount, wrongAt: check.wrongAt }
}

/** The data file of the one capture in a folder. */
export async function onlyCapture(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wirebench'))
  const [name] = names
  if (name === undefined || names.length !== 1) throw new Error(`Expected one capture, found ${names.join(', ')}`)
  return join(folder, name)
}

async function openPastCache(path: string): Promise<FileHandle> {
  const direct: unknown = Reflect.get(constants, 'O_DIRECT')
  if (typeof direct !== 'number') return open(path, 'r')
  return open(path, constants.O_RDONLY | direct).catch(() => open(path, 'r'))
}

/** Bytes read; fewer than there is memory at the end of the file alone. */
async function fill(file: FileHandle, memory: Uint8Array, position: number): Promise<number> {
  let filled = 0
  while (filled < memory.length) {
    const { bytesRead } = await file.read(memory, filled, memory.length - filled, position + filled)
    filled += bytesRead
    if (bytesRead === 0 || bytesRead % blockBytes !== 0) return filled
  }
  return filled
}
