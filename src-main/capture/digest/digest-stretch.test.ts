import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CancelSource } from '../../contract/cancel-source.ts'
import { checksums } from '../../protocol/checksum/checksums.ts'
import { CaptureStore } from '../capture-store.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { anyStep, play } from '../testing/script.ts'
import type { StreamPart, StreamRange } from '../stream-reader.ts'
import { digestStretch } from './digest-stretch.ts'

const never = new CancelSource().signal
const whole = { direction: 'sent', connection: null, streamOffset: 0, skipBytes: 0 } as const

/** Reads from memory, in parts that may be shorter than asked for only at the end. */
function readerOf(bytes: Uint8Array): (range: StreamRange) => Promise<StreamPart> {
  return ({ streamOffset, skipBytes, length }) => {
    const from = streamOffset + skipBytes
    const part = bytes.subarray(from, from + length)
    return Promise.resolve({ bytes: part, endStreamOffset: from + part.length })
  }
}

test('the hashes give their published values for "abc"', async () => {
  const read = readerOf(new TextEncoder().encode('abc'))
  const { digests } = await digestStretch({ ...whole, length: 3 }, { read, signal: never, onProgress: () => {} })
  // RFC 1321 A.5, FIPS 180-4 examples.
  expect(Object.fromEntries(digests.slice(-4).map(({ name, hex }) => [name, hex]))).toEqual({
    MD5: '900150983cd24fb0d6963f7d28e17f72',
    'SHA-1': 'a9993e364706816aba3e25717850c26c9cd0d89d',
    'SHA-256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    'SHA-512':
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  })
})

test('checks are printed in their full width, and the progress is told to the end', async () => {
  const bytes = new Uint8Array(2.5 * 1024 * 1024)
  const progress: number[] = []
  const { byteCount, digests } = await digestStretch(
    { ...whole, length: bytes.length + 10 },
    { read: readerOf(bytes), signal: never, onProgress: (doneBytes) => progress.push(doneBytes) },
  )
  expect({ byteCount, progress, first: digests[0], widths: digests.slice(0, 3).map(({ hex }) => hex.length) }).toEqual({
    byteCount: bytes.length,
    progress: [1024 * 1024, 2 * 1024 * 1024, bytes.length],
    first: { name: 'CRC-8', hex: '00' },
    widths: [2, 2, 2],
  })
})

test('a cancelled digest ends within its part', async () => {
  const cancel = new CancelSource()
  const work = digestStretch(
    { ...whole, length: 1e9 },
    {
      read: () => {
        cancel.cancel()
        return Promise.resolve({ bytes: new Uint8Array(1024 * 1024), endStreamOffset: 0 })
      },
      signal: cancel.signal,
      onProgress: () => {},
    },
  )
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
})

test('a stretch of any capture, of one connection or all, is what its bytes give, in parts of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 30 }),
      fc.record({
        direction: fc.constantFrom('sent' as const, 'received' as const),
        connection: fc.constantFrom(null, 1, 2),
        streamOffset: fc.nat(2000),
        skipBytes: fc.nat(50),
        length: fc.nat(3000),
      }),
      fc.integer({ min: 1, max: 900 }),
      async (steps, stretch, readBytes) => {
        const clock = new ManualClock()
        const store = await CaptureStore.open({
          folder: '/captures',
          clock,
          programVersion: '1',
          files: new MemoryFiles(),
        })
        const capture = await store.create({ name: 'digest' })
        play(steps, capture, clock)
        await capture.flush()
        const expected = await store.readStream(capture.captureId, stretch)
        const read = (range: StreamRange): Promise<StreamPart> =>
          store.reading(capture.captureId, (reader) => reader.readStreamPart(range))
        // Parts shorter than the digest's own: what is read goes on where the part before it ended.
        const inParts = async (range: StreamRange): Promise<StreamPart> => {
          const parts: Uint8Array[] = []
          let { streamOffset, skipBytes, length } = range
          while (length > 0) {
            const part = await read({ ...range, streamOffset, skipBytes, length: Math.min(readBytes, length) })
            if (part.bytes.length === 0) break
            parts.push(part.bytes)
            length -= part.bytes.length
            streamOffset = part.endStreamOffset
            skipBytes = 0
          }
          return { bytes: Uint8Array.from(parts.flatMap((part) => [...part])), endStreamOffset: streamOffset }
        }
        const found = await digestStretch(stretch, { read: inParts, signal: never, onProgress: () => {} })
        await store.close()
        expect(found.byteCount).toBe(expected.length)
        expect(found.digests.map(({ hex }) => hex)).toEqual([
          ...checksums.map(({ compute, widthBits }) =>
            compute(expected)
              .toString(16)
              .padStart(widthBits / 4, '0'),
          ),
          ...['md5', 'sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(expected).digest('hex')),
        ])
      },
    ),
    { numRuns: 40, seed: 22 },
  )
})
