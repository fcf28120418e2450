import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CaptureStore } from './capture-store.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles } from './testing/memory-files.ts'
import { readAll } from './testing/read-all.ts'
import { anyStep, play } from './testing/script.ts'

const whole = { connection: null, skipBytes: 0 } as const

async function openStore(files = new MemoryFiles(), clock = new ManualClock()) {
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
  return { store, files, clock }
}

test('any piece of a direction, of one connection or all, is what its records hold', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(3000), fc.nat(2000), fc.nat(50), fc.constantFrom(null, 1, 2, 3)), { maxLength: 10 }),
      async (steps, pieces) => {
        const { store, clock } = await openStore()
        const capture = await store.create({ name: 'stream' })
        play(steps, capture, clock)
        await capture.flush()
        const records = await readAll(store, capture.captureId, 'records')
        for (const direction of ['sent', 'received'] as const) {
          for (const [streamOffset, length, skipBytes, connection] of pieces) {
            const expected = records
              .flatMap((row) => {
                if (row.kind !== 'data' || row.direction !== direction) return []
                if (connection !== null && row.connection !== connection) return []
                return [...row.preview].filter((_, at) => row.streamOffset + at >= streamOffset)
              })
              .slice(skipBytes, skipBytes + length)
            const range = { direction, connection, streamOffset, skipBytes, length }
            expect(await store.readStream(capture.captureId, range)).toEqual(Uint8Array.from(expected))
          }
        }
        await store.close()
      },
    ),
    { numRuns: 40 },
  )
})

test('a piece far into a capture is found, also behind a damaged stretch', async () => {
  const { store, files, clock } = await openStore()
  const capture = await store.create({ name: 'long' })
  const { captureId } = capture
  const chunk = (number: number): Uint8Array => new Uint8Array(50_000).fill(number)
  for (let number = 0; number < 120; number++) {
    capture.recordSent(1, chunk(number))
    clock.advance(11)
    await capture.flush()
  }
  await store.close()
  const read = async (again: CaptureStore, streamOffset: number): Promise<number[]> => {
    const range = { ...whole, direction: 'sent', streamOffset, length: 3 } as const
    return [...(await again.readStream(captureId, range))]
  }
  const sound = await openStore(files)
  expect(await read(sound.store, 100 * 50_000 - 1)).toEqual([99, 100, 100])
  expect(await read(sound.store, 120 * 50_000)).toEqual([])
  await sound.store.close()

  const path = `/captures/${captureId}.wirebench`
  const data = files.contents.get(path)?.slice() ?? new Uint8Array(0)
  // Records 10 to 59 lose their headers, and the index its place.
  for (let number = 10; number < 60; number++) data.fill(0, 4096 + number * 50_032, 4096 + number * 50_032 + 32)
  files.contents.set(path, data)
  files.contents.delete(`/captures/${captureId}.index`)
  const damaged = await openStore(files)
  expect(await read(damaged.store, 5 * 50_000)).toEqual([5, 5, 5])
  expect(await read(damaged.store, 30 * 50_000)).toEqual([60, 60, 60])
  expect(await read(damaged.store, 61 * 50_000)).toEqual([61, 61, 61])
  expect(await read(damaged.store, 119 * 50_000 - 1)).toEqual([118, 119, 119])
  await damaged.store.close()
})
