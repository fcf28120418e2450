import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rawInterpretation } from '../contract/schemas/interpretation.ts'
import { CaptureStore } from './capture-store.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles, systemError } from './testing/memory-files.ts'
import { receive } from './testing/script.ts'

const run = promisify(execFile)
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

let folder: string
let store: CaptureStore
let file: string
let changes: number

/** A folder with a data folder, and a capture file that lies elsewhere without its index. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-files-'))
  const clock = new ManualClock()
  store = await CaptureStore.open({ folder: join(folder, 'captures'), clock, programVersion: '1' })
  const capture = await store.create({ name: 'made elsewhere' })
  receive(capture.sink(1), text('hello file'))
  await capture.close()
  await mkdir(join(folder, 'elsewhere'))
  file = join(folder, 'elsewhere', 'sent by mail.wirebench')
  await copyFile(join(folder, 'captures', `${capture.captureId}.wirebench`), file)
  await store.discard(capture.captureId)
  changes = 0
  store.onListChanged = () => changes++
})

afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

const rowOf = async (captureId: string) =>
  (await store.window({ captureId, view: 'text', firstRow: 0, rowCount: 1, previewBytes: 0 })).rows[0]

test('a file elsewhere is opened, listed, read, and left alone', async () => {
  const before = await readFile(file)
  const opened = await store.openFile(file)
  const { captureId } = opened
  expect(opened).toMatchObject({
    name: 'made elsewhere',
    live: false,
    totals: { receivedBytes: 10 },
    origin: { kind: 'file', path: file, isReadOnly: false },
    recovery: { unclean: false, indexReason: 'missing', indexRebuilt: true },
  })
  expect(await rowOf(captureId)).toMatchObject({ kind: 'bytes', bytes: text('hello file') })
  expect(await store.list()).toEqual([opened])
  await symlink(file, join(folder, 'elsewhere', 'link.wirebench'))
  const again = await store.openFile(join(folder, 'elsewhere', 'link.wirebench'))
  expect([again.captureId, (await store.list()).length, changes]).toEqual([captureId, 1, 1])

  const interpretation = { ...rawInterpretation, messageIdPath: 'header.id' }
  await store.setInterpretation(captureId, interpretation)
  expect((await store.list())[0]?.interpretation).toEqual(interpretation)
  await store.rebuildIndex(captureId)
  const refused = { code: 'capture-read-only', data: { file } }
  await expect(store.rename(captureId, 'x')).rejects.toMatchObject(refused)
  await expect(store.annotate(captureId, { notes: 'x' })).rejects.toMatchObject(refused)
  await expect(store.discard(captureId)).rejects.toMatchObject(refused)

  await store.remove(captureId)
  expect(await store.list()).toEqual([])
  await expect(rowOf(captureId)).rejects.toMatchObject({ code: 'capture-not-found' })
  expect((await readdir(join(folder, 'elsewhere'))).sort()).toEqual(['link.wirebench', 'sent by mail.wirebench'])
  expect(await readFile(file)).toEqual(before)
  expect(await store.trash()).toEqual([])
})

test('a file of the data folder is opened as the capture that it is', async () => {
  const capture = await store.create({ name: 'own' })
  await capture.close()
  const opened = await store.openFile(join(folder, 'captures', `${capture.captureId}.wirebench`))
  expect([opened.captureId, opened.origin.kind, (await store.list()).length]).toEqual([
    capture.captureId,
    'recorded',
    1,
  ])
})

test('what is no capture file says what it is', async () => {
  const nothing = join(folder, 'nothing.wirebench')
  await expect(store.openFile(nothing)).rejects.toMatchObject({ code: 'file-not-found', data: { file: nothing } })
  await expect(store.openFile(join(file, 'below'))).rejects.toMatchObject({ code: 'file-not-found' })
  await expect(store.openFile(folder)).rejects.toMatchObject({ code: 'file-unreadable' })
  const pipe = join(folder, 'pipe.wirebench')
  await run('mkfifo', [pipe])
  await expect(store.openFile(pipe)).rejects.toMatchObject({ code: 'file-unreadable' })
  await writeFile(join(folder, 'notes.txt'), 'a text')
  await expect(store.openFile(join(folder, 'notes.txt'))).rejects.toMatchObject({
    code: 'capture-malformed',
    data: { file: 'notes.txt', reason: 'It does not begin like a capture.' },
  })
  const damaged = await open(file, 'r+')
  await damaged.write(text('XX'), 0, 2, 40)
  await damaged.close()
  await expect(store.openFile(file)).rejects.toMatchObject({ data: { reason: 'Its header is damaged.' } })
  expect([await store.list(), changes]).toEqual([[], 0])
})

test('files beside it that have nothing to do with it are of no use and do no harm', async () => {
  const beside = join(folder, 'elsewhere', 'sent by mail')
  await writeFile(
    `${beside}.json`,
    '{"formatVersion":2,"name":null,"notes":"from a colleague","tags":["x"],"origin":{"kind":"recorded"}}',
  )
  await writeFile(`${beside}.index`, 'an index of a book')
  await mkdir(`${beside}.interpretation.json`)
  const opened = await store.openFile(file).catch((error: unknown) => error)
  expect(opened).toMatchObject({ notes: 'from a colleague', tags: ['x'], totals: { receivedBytes: 10 } })
  expect(await readFile(`${beside}.index`, 'utf8')).toBe('an index of a book')
})

test('a file that is gone meanwhile stays in the list with what is wrong, until it is removed', async () => {
  const { captureId } = await store.openFile(file)
  await rm(file)
  expect(await store.list()).toMatchObject([
    { captureId, name: 'sent by mail.wirebench', problem: { code: 'capture-not-found' }, origin: { path: file } },
  ])
  await store.remove(captureId)
  expect(await store.list()).toEqual([])
})

test('a file that another Wirebench writes is shown as being written', async () => {
  const other = await CaptureStore.open({
    folder: join(folder, 'theirs'),
    clock: new ManualClock(),
    programVersion: '1',
  })
  const capture = await other.create({ name: 'theirs' })
  receive(capture.sink(1), text('so far'))
  await capture.flush()
  const theirs = join(folder, 'theirs', `${capture.captureId}.wirebench`)
  const opened = await store.openFile(theirs)
  expect(opened).toMatchObject({ live: true, totals: { receivedBytes: 6 } })
  await expect(store.rebuildIndex(opened.captureId)).rejects.toMatchObject({ code: 'capture-in-use' })
  await store.remove(opened.captureId)
  await other.close()
  expect(await readdir(join(folder, 'theirs'))).toContain(`${capture.captureId}.wirebench`)
})

test('a file without the right to read it is a coded error', async () => {
  const files = new MemoryFiles()
  const memory = await CaptureStore.open({ folder: '/captures', clock: new ManualClock(), programVersion: '1', files })
  files.contents.set('/theirs/secret.wirebench', new Uint8Array(8192))
  files.beforeRead = () => {
    throw systemError('EACCES', '/theirs/secret.wirebench')
  }
  await expect(memory.openFile('/theirs/secret.wirebench')).rejects.toMatchObject({
    code: 'file-unreadable',
    data: { file: 'secret.wirebench' },
  })
  expect(await memory.list()).toEqual([])
})

test('an index that cannot be written is kept in memory, and rebuilding it works all the same', async () => {
  const files = new MemoryFiles()
  const memory = await CaptureStore.open({ folder: '/captures', clock: new ManualClock(), programVersion: '1', files })
  const capture = await memory.create({ name: 'kept' })
  receive(capture.sink(1), text('bytes'))
  await capture.close()
  files.contents.delete(`/captures/${capture.captureId}.index`)
  files.beforeWrite = (path) => {
    throw systemError('EROFS', path)
  }
  const opened = await memory.openCapture(capture.captureId)
  const rebuilt = await memory.rebuildIndex(capture.captureId)
  expect([opened.totals, rebuilt.totals, rebuilt.recovery.indexRebuilt]).toEqual([opened.totals, opened.totals, true])
  expect(files.contents.has(`/captures/${capture.captureId}.index`)).toBe(false)
  await memory.close()
})
