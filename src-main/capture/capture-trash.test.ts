import { expect, test } from 'vitest'
import { capturePaths } from './capture-paths.ts'
import { CaptureStore } from './capture-store.ts'
import { limitedGraceMs, limitedKeptMs } from './capture-trash.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles, systemError } from './testing/memory-files.ts'
import { receive } from './testing/script.ts'

async function opened() {
  const files = new MemoryFiles()
  const clock = new ManualClock()
  files.nowUnixMs = () => clock.unixMicroseconds() / 1000
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
  const make = async (name: string, byteCount = 10): Promise<string> => {
    const capture = await store.create({ name })
    receive(capture.sink(1), new Uint8Array(byteCount))
    await capture.close()
    clock.advance(1000)
    return capture.captureId
  }
  const names = async (): Promise<string[]> => (await store.trash()).map(({ name }) => name)
  return { files, clock, store, make, names }
}

test('the trash tells names, sizes and times, the last removed first', async () => {
  const { files, clock, store, make } = await opened()
  const [first, second] = [await make('first'), await make('second')]
  await store.rename(first, 'renamed')
  await store.remove(first)
  clock.advance(5000)
  const removedAtUnixUs = clock.unixMicroseconds()
  await store.remove(second)
  const sizeOf = (captureId: string): number =>
    [...files.contents].reduce((sum, [path, bytes]) => sum + (path.includes(captureId) ? bytes.length : 0), 0)
  expect(await store.trash()).toMatchObject([
    { captureId: second, name: 'second', fileBytes: sizeOf(second), removedAtUnixUs },
    { captureId: first, name: 'renamed', fileBytes: sizeOf(first), removedAtUnixUs: removedAtUnixUs - 5_000_000 },
  ])
  expect(sizeOf(first)).toBeGreaterThan(4096)
})

test('emptying deletes for good what was chosen, or all, and counts what it freed', async () => {
  const { files, store, make, names } = await opened()
  const [first, second, third] = [await make('first'), await make('second'), await make('third')]
  for (const captureId of [first, second, third]) await store.remove(captureId)
  files.contents.set('/captures/trash/a person put this here.txt', new Uint8Array(7))
  const [{ fileBytes } = { fileBytes: 0 }] = (await store.trash()).filter(({ captureId }) => captureId === first)
  expect(await store.emptyTrash([first, 'gone-already'])).toBe(fileBytes)
  expect(await names()).toEqual(['third', 'second'])
  await expect(store.restore(first)).rejects.toMatchObject({ code: 'capture-not-found' })
  expect(await store.emptyTrash(null)).toBe(2 * fileBytes)
  expect(await store.emptyTrash(null)).toBe(0)
  expect([...files.contents.keys()]).toEqual(['/captures/trash/a person put this here.txt'])
})

test('what limits removed waits a day, or shorter when it is too much, but never less than ten minutes', async () => {
  const { clock, store, make, names } = await opened()
  const byHand = await make('by hand', 50_000)
  const limited = [await make('old', 50_000), await make('middle', 50_000), await make('new', 50_000)]
  await store.remove(byHand)
  for (const captureId of limited) {
    await store.remove(captureId, 'limit')
    clock.advance(1000)
  }
  expect(await store.sweepTrash(0)).toBe(3)
  clock.advance(limitedGraceMs)
  expect([await store.sweepTrash(120_000), await names()]).toEqual([2, ['new', 'middle', 'by hand']])
  clock.advance(limitedKeptMs - limitedGraceMs - 2500)
  expect([await store.sweepTrash(Number.POSITIVE_INFINITY), await names()]).toEqual([2, ['new', 'middle', 'by hand']])
  clock.advance(1000)
  expect([await store.sweepTrash(Number.POSITIVE_INFINITY), await names()]).toEqual([1, ['new', 'by hand']])
  expect([await store.sweepTrash(0), await names()]).toEqual([0, ['by hand']])
})

test('what was brought back from a limit is as it was, and counts as removed by a person the next time', async () => {
  const { files, clock, store, make, names } = await opened()
  const captureId = await make('needed')
  await store.remove(captureId, 'limit')
  expect(await store.restore(captureId)).toMatchObject({ name: 'needed', problem: null })
  expect([...files.contents.keys()].filter((path) => path.endsWith('.limited'))).toEqual([])
  await store.remove(captureId)
  clock.advance(limitedKeptMs * 2)
  expect([await store.sweepTrash(0), await names()]).toEqual([0, ['needed']])
})

test('a capture of the trash that is damaged is listed, restored and deleted all the same', async () => {
  const { files, store, make } = await opened()
  const captureId = await make('broken')
  await store.remove(captureId)
  const { data } = capturePaths('/captures/trash', captureId)
  files.contents.set(data, new Uint8Array(100))
  expect(await store.trash()).toMatchObject([{ captureId, name: captureId }])
  expect((await store.trash())[0]?.startedAtUnixUs).toBeGreaterThan(0)
  await expect(store.restore(captureId)).rejects.toMatchObject({ code: 'capture-malformed' })
  expect((await store.list())[0]?.problem?.code).toBe('capture-malformed')
})

test('a disk that takes no note keeps what a limit removed as long as what a person removed', async () => {
  const { files, clock, store, make, names } = await opened()
  const captureId = await make('full disk')
  const open = files.open.bind(files)
  files.open = async (path, mode) => {
    if (path.endsWith('.limited')) throw systemError('ENOSPC', path)
    return open(path, mode)
  }
  await store.remove(captureId, 'limit')
  clock.advance(limitedKeptMs * 2)
  expect([await store.sweepTrash(0), await names()]).toEqual([0, ['full disk']])
})
