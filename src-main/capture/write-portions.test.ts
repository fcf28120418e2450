import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockBytes, memoryPhase, pageAlignedMemory } from './aligned-memory.ts'
import { Batch } from './batch.ts'
import { BatchQueue } from './batch-queue.ts'
import { directPortion, plainPortion } from './write-portions.ts'

const kiB = 1024

function aligned(byteCount: number): Uint8Array {
  const memory = pageAlignedMemory(byteCount)
  if (memory === null) throw new Error('This machine gives no page-aligned memory.')
  return memory
}

/** Each byte follows from its place and what it belongs to. */
function fill(bytes: Uint8Array, seed: number): Uint8Array {
  for (const at of bytes.keys()) bytes[at] = (at * 31 + (at >>> 8) + seed * 7) & 0xff
  return bytes
}

test('any pieces of memory give portions that direct writes take, and all of their bytes in order', () => {
  const piece = fc.record({
    isAligned: fc.boolean(),
    start: fc.oneof(fc.constantFrom(0, blockBytes, 3 * blockBytes), fc.nat(20_000)),
    length: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 150_000 })),
  })
  const memories = [aligned(512 * kiB), new Uint8Array(512 * kiB)].map((memory, seed) => fill(memory, seed))
  const staging = aligned(64 * kiB)
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 30 }), fc.nat(blockBytes - 1), (pieces, head) => {
      const queue = new BatchQueue()
      const expected: Uint8Array[] = []
      for (const { isAligned, start, length } of pieces) {
        const batch = new Batch()
        const bytes = memories[isAligned ? 0 : 1] ?? staging
        batch.add({ bytes, waitingPieces: 0, full: false }, start, start + length)
        queue.add(batch)
        expected.push(bytes.subarray(start, start + length))
      }
      const all = Buffer.concat(expected)
      const written: Buffer[] = []
      let batchCount = 0
      const take = (portion: readonly Uint8Array[]): number => {
        const bytes = Buffer.concat(portion)
        written.push(bytes)
        batchCount += queue.advance(bytes.length).length
        return bytes.length
      }
      take(plainPortion(queue, head))
      for (;;) {
        const portion = directPortion(queue, 300_000, staging)
        for (const bytes of portion) expect([memoryPhase(bytes), bytes.length % blockBytes]).toEqual([0, 0])
        if (take(portion) === 0) break
      }
      expect(queue.byteLength).toBeLessThan(blockBytes)
      take(plainPortion(queue, blockBytes))
      expect([Buffer.concat(written).equals(all), batchCount, queue.byteLength]).toEqual([true, pieces.length, 0])
    }),
    { seed: 17, numRuns: 300 },
  )
})

test('long bytes in step with the file are written from where they are', () => {
  const memory = aligned(256 * kiB)
  const batch = new Batch()
  batch.add({ bytes: memory, waitingPieces: 0, full: false }, 0, 100 * kiB)
  const queue = new BatchQueue()
  queue.add(batch)
  const [portion] = directPortion(queue, 1024 * kiB, aligned(64 * kiB))
  expect([portion?.buffer === memory.buffer, portion?.byteOffset, portion?.length]).toEqual([true, 0, 100 * kiB])
})
