import { expect, test } from 'vitest'
import { rawInterpretation, type Interpretation } from '../contract/schemas/interpretation.ts'
import { CaptureStore } from './capture-store.ts'
import { retryDelayMs } from './data-writer.ts'
import { fileHeaderBytes } from './file-header.ts'
import { eventually } from './testing/eventually.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles, systemError } from './testing/memory-files.ts'
import { receive } from './testing/script.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const lines: Interpretation = {
  sent: { framing: { kind: 'lf', maximumFrameBytes: 100 }, decoder: { kind: 'json' } },
  received: { framing: { kind: 'lf', maximumFrameBytes: 100 }, decoder: { kind: 'text', encoding: 'utf-8' } },
  messageIdPath: '$.id',
}

async function openStore(files: MemoryFiles) {
  return CaptureStore.open({ folder: '/captures', clock: new ManualClock(), programVersion: '1', files })
}

async function keep(files: MemoryFiles): Promise<string> {
  const store = await openStore(files)
  const capture = await store.create({ name: 'kept', interpretation: lines })
  receive(capture.sink(1), text('one\ntwo\n'))
  await store.close()
  return capture.captureId
}

const messages = (captureId: string) =>
  ({ captureId, view: 'messages', firstRow: 0, rowCount: 9, previewBytes: 9 }) as const

test('an interpretation given at the beginning is used, kept and told', async () => {
  const files = new MemoryFiles()
  const captureId = await keep(files)
  const store = await openStore(files)
  expect((await store.openCapture(captureId)).interpretation).toEqual(lines)
  expect((await store.list())[0]?.interpretation).toEqual(lines)
  expect((await store.window(messages(captureId))).rows).toMatchObject([{ length: 4 }, { length: 4 }])
  expect(store.interpretationOf(captureId)).toBeNull()
  await store.close()
})

test('it is changed while the capture is written, for every view of it', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  const capture = await store.create({ name: 'live' })
  const { captureId } = capture
  receive(capture.sink(1), text('one\ntwo\n'))
  await capture.flush()
  expect(store.interpretationOf(captureId)).toEqual(rawInterpretation)
  expect((await store.window(messages(captureId))).totalRows).toBe(1)
  let changes = 0
  store.onListChanged = () => changes++
  expect(await store.setInterpretation(captureId, lines)).toMatchObject({ captureId, interpretation: lines })
  expect([changes, store.interpretationOf(captureId)]).toEqual([1, lines])
  expect((await store.window(messages(captureId))).totalRows).toBe(2)
  expect((await store.list())[0]?.interpretation).toEqual(lines)
  await store.close()
  const again = await openStore(files)
  expect((await again.list())[0]?.interpretation).toEqual(lines)
  await again.close()
})

test('of two interpretations set at once the later was told that there is no such capture, and neither was kept', async () => {
  const files = new MemoryFiles()
  const captureId = await keep(files)
  const store = await openStore(files)
  const later = { ...lines, messageIdPath: '$.later' }
  await Promise.all([store.setInterpretation(captureId, rawInterpretation), store.setInterpretation(captureId, later)])
  expect((await store.list())[0]?.interpretation).toEqual(later)
  await store.close()
})

test('a file of another program in the way took the interpretation away that was kept', async () => {
  const files = new MemoryFiles()
  const captureId = await keep(files)
  const store = await openStore(files)
  const { rename } = files
  files.rename = (from, to) => {
    files.contents.delete(from)
    return rename.call(files, from, to)
  }
  await expect(store.setInterpretation(captureId, rawInterpretation)).rejects.toMatchObject({ code: 'file-unwritable' })
  expect((await store.list())[0]?.interpretation).toEqual(lines)
  await store.close()
})

test('a capture that is removed while it is interpreted anew leaves nothing behind', async () => {
  const files = new MemoryFiles()
  const captureId = await keep(files)
  const store = await openStore(files)
  const [interpreted] = await Promise.allSettled([
    store.setInterpretation(captureId, rawInterpretation),
    store.remove(captureId),
  ])
  expect([...files.contents.keys()].filter((path) => !path.startsWith('/captures/trash/'))).toEqual([])
  expect(interpreted).toMatchObject({ status: 'rejected', reason: { code: 'capture-not-found' } })
  await store.close()
})

test('it goes to the trash and comes back with its capture, and is deleted with it', async () => {
  const files = new MemoryFiles()
  const captureId = await keep(files)
  const store = await openStore(files)
  await store.remove(captureId)
  expect([...files.contents.keys()].every((path) => path.startsWith('/captures/trash/'))).toBe(true)
  expect((await store.restore(captureId)).interpretation).toEqual(lines)
  await store.discard(captureId)
  expect([...files.contents.keys()]).toEqual([])
  await store.close()
})

test.each([
  ['broken', '{"formatVersion": 1, "interp'],
  ['of a newer version', JSON.stringify({ formatVersion: 2, interpretation: {} })],
  ['no interpretation', JSON.stringify({ formatVersion: 1, interpretation: { sent: { framing: { kind: 'x' } } } })],
])('a file that is %s counts for nothing and stays until another is set', async (_name, content) => {
  const files = new MemoryFiles()
  const captureId = await keep(files)
  const path = `/captures/${captureId}.interpretation.json`
  files.contents.set(path, text(content))
  const store = await openStore(files)
  expect((await store.openCapture(captureId)).interpretation).toEqual(rawInterpretation)
  expect((await store.window(messages(captureId))).totalRows).toBe(1)
  expect(files.contents.get(path)).toEqual(text(content))
  await store.setInterpretation(captureId, lines)
  expect((await store.list())[0]?.interpretation).toEqual(lines)
  await store.close()
})

test('a capture whose interpretation cannot be kept is not begun', async () => {
  const files = new MemoryFiles()
  const store = await openStore(files)
  files.beforeWrite = (path, byteCount) => {
    if (path.includes('interpretation')) throw systemError('ENOSPC', path)
    return byteCount
  }
  await expect(store.create({ name: 'full', interpretation: lines })).rejects.toMatchObject({ code: 'disk-full' })
  expect(await store.list()).toEqual([])
  await expect(store.setInterpretation('20261120-100217-201-aaaa', lines)).rejects.toMatchObject({
    code: 'capture-not-found',
  })
  await store.close()
  expect(files.openFiles).toBe(0)
})

test('a capture that could not be begun stayed, unclosed, when the disk took nothing more', async () => {
  const files = new MemoryFiles()
  const clock = new ManualClock()
  const store = await CaptureStore.open({ folder: '/captures', clock, programVersion: '1', files })
  files.beforeWrite = (path, byteCount) => {
    const isBeginning = byteCount === fileHeaderBytes || path.endsWith('.index') || path.endsWith('.live')
    if (!isBeginning) throw systemError('ENOSPC', path)
    return byteCount
  }
  let result: unknown = null
  void store.create({ name: 'full', interpretation: lines }).catch((error: unknown) => (result = error))
  await eventually(() => {
    clock.advance(retryDelayMs)
    return result !== null
  })
  expect([result, [...files.contents.keys()]]).toMatchObject([{ code: 'disk-full' }, []])
  await store.close()
  expect([files.openFiles, clock.waitingCount]).toEqual([0, 0])
})
