import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JsonChild } from './json-child.ts'
import { megabytesPerSecond } from './measure.ts'

/**
 * Megabytes a second that a loop of positional writes brings to the disk of the temporary folder: `plain` through the page cache,
 * `direct` past it; 0 where that cannot be.
 */
export async function measureBareWriter(kind: 'plain' | 'direct', seconds: number): Promise<number> {
  await diskAtRest()
  const writer = new JsonChild(join('dist', 'bench', 'bare-writer.js'), kind, seconds * 1000, tmpdir())
  const { writtenBytes, elapsedMs } = await writer.next()
  return megabytesPerSecond(Number(writtenBytes), Number(elapsedMs))
}

const quickMs = 20
const longestWaitMs = 60_000

/**
 * Waits until the disk has nothing left to do. What a large file took up is given back to the disk some seconds after the file was
 * removed, and nothing is written meanwhile: that would be measured with what comes next.
 */
export async function diskAtRest(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-rest-'))
  try {
    const file = await open(join(folder, 'file'), 'w')
    try {
      const startedAtMs = performance.now()
      for (let quick = 0; quick < 10 && performance.now() - startedAtMs < longestWaitMs;) {
        const beganMs = performance.now()
        await file.write('.')
        await file.sync()
        quick = performance.now() - beganMs < quickMs ? quick + 1 : 0
      }
    } finally {
      await file.close()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
