/**
 * A child process that only writes, one write after another, each at its position, into a new file that it then removes:
 * `plain` 256 KiB at a time through the page cache, `direct` 4 MiB past it (`O_DIRECT`). Arguments: the kind, milliseconds,
 * folder. Prints one JSON line: {"writtenBytes","elapsedMs"}; with 0 bytes where the file system takes no direct writes.
 */
import { constants } from 'node:fs'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { pageAlignedMemory } from '../src-main/capture/aligned-memory.ts'

const isDirect = process.argv[2] === 'direct'
const durationMs = Number(process.argv[3])
const folder = await mkdtemp(join(process.argv[4] ?? '.', 'bare-writer-'))
const block = (isDirect ? pageAlignedMemory(4 * 1024 * 1024) : Buffer.alloc(256 * 1024))?.fill(0x5a) ?? null
const flags = constants.O_WRONLY | constants.O_CREAT

async function openFile(): Promise<FileHandle | null> {
  const path = join(folder, 'file')
  if (!isDirect) return open(path, flags)
  try {
    return await open(path, flags | constants.O_DIRECT)
  } catch {
    // A file system without direct writes has no rate of them.
    return null
  }
}

const file = block === null ? null : await openFile()
const startedAtMs = performance.now()
let writtenBytes = 0
while (file !== null && block !== null && performance.now() - startedAtMs < durationMs) {
  const { bytesWritten } = await file.write(block, 0, block.length, writtenBytes)
  writtenBytes += bytesWritten
}
const elapsedMs = performance.now() - startedAtMs
await file?.close()
await rm(folder, { recursive: true })
process.stdout.write(`${JSON.stringify({ writtenBytes, elapsedMs })}\n`)
