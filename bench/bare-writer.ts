/**
 * A child process that only writes: 256 KiB at a time, each at its position, one after another, into a new file that it
 * then removes. Arguments: milliseconds, folder. Prints one JSON line: {"writtenBytes","elapsedMs"}.
 */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

const durationMs = Number(process.argv[2])
const folder = await mkdtemp(join(process.argv[3] ?? '.', 'bare-writer-'))
const file = await open(join(folder, 'file'), 'w')
const block = Buffer.alloc(256 * 1024, 0x5a)
const startedAtMs = performance.now()
let writtenBytes = 0
while (performance.now() - startedAtMs < durationMs) {
  const { bytesWritten } = await file.write(block, 0, block.length, writtenBytes)
  writtenBytes += bytesWritten
}
const elapsedMs = performance.now() - startedAtMs
await file.close()
await rm(folder, { recursive: true })
process.stdout.write(`${JSON.stringify({ writtenBytes, elapsedMs })}\n`)
