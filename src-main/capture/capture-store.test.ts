import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CaptureStore } from './capture-store.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { receive } from './testing/script.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const plain = { previewBytes: 256 } as const

let folder: string
let clock: ManualClock
let store: CaptureStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-captures-'))
  clock = new ManualClock()
  store = await CaptureStore.open({ folder: join(folder, 'deep', 'captures'), clock, programVersion: '1' })
})

afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

test('captures are listed newest first, with what is on disk', async () => {
  const first = await store.create({ name: 'first' })
  receive(first.sink(1), text('hello'))
  await first.close()
  clock.advance(5)
  const second = await store.create({ name: 'second' })
  const list = await store.list()
  expect(list.map(({ captureId, name, live }) => [captureId, name, live])).toEqual([
    [second.captureId, 'second', true],
    [first.captureId, 'first', false],
  ])
  expect(first.captureId).toMatch(/^20261120-100217-201-[a-z0-9]{4}$/)
  expect(list[1]?.totals).toEqual({
    recordCount: 1,
    streamRowCount: 1,
    sentBytes: 0,
    receivedBytes: 5,
    fileBytes: 4096 + 37 + 32,
    lastTimeNs: 0,
  })
})

test('a capture is renamed, removed, restored, and keeps its bytes', async () => {
  const changes: string[] = []
  store.onListChanged = () => changes.push('changed')
  const capture = await store.create({ name: 'old' })
  const { captureId } = capture
  capture.recordSent(1, text('bytes'))
  await expect(store.remove(captureId)).rejects.toMatchObject({ code: 'capture-in-use' })
  await capture.close()
  const window = () => store.window({ captureId, view: 'stream', firstRow: 0, rowCount: 9, ...plain })
  const before = await window()
  expect((await store.rename(captureId, 'new \u{1f50c}')).name).toBe('new \u{1f50c}')
  await store.remove(captureId)
  expect(await store.list()).toEqual([])
  await expect(window()).rejects.toMatchObject({ code: 'capture-not-found' })
  expect(await store.restore(captureId)).toMatchObject({ captureId, name: 'new \u{1f50c}', problem: null })
  expect(await window()).toEqual(before)
  expect(changes).toHaveLength(5)
  await expect(store.restore(captureId)).rejects.toMatchObject({ code: 'capture-not-found' })
})

test('the keys of its TLS connections go with a capture', async () => {
  const capture = await store.create({ name: 'secured' })
  const { captureId } = capture
  capture.recordSent(1, text('bytes'))
  await capture.close()
  const captures = join(folder, 'deep', 'captures')
  const keys = async (): Promise<string[]> =>
    (await readdir(captures, { recursive: true })).filter((name) => name.endsWith('.keys'))
  await writeFile(join(captures, `${captureId}.keys`), 'CLIENT_RANDOM 00 11\n', { mode: 0o600 })
  await store.remove(captureId)
  expect(await keys()).toEqual([join('trash', `${captureId}.keys`)])
  await store.restore(captureId)
  expect(await keys()).toEqual([`${captureId}.keys`])
  await store.discard(captureId)
  expect(await keys()).toEqual([])
})

test('a closed capture is discarded for good, with everything that belongs to it', async () => {
  const changes: string[] = []
  store.onListChanged = () => changes.push('changed')
  const capture = await store.create({ name: 'nothing in it' })
  const { captureId } = capture
  await expect(store.discard(captureId)).rejects.toMatchObject({ code: 'capture-in-use' })
  await capture.close()
  await store.rename(captureId, 'still nothing')
  await store.openCapture(captureId)
  await store.discard(captureId)
  expect(await readdir(join(folder, 'deep', 'captures'), { recursive: true })).toEqual([])
  expect(changes).toHaveLength(4)
  await expect(store.discard(captureId)).rejects.toMatchObject({ code: 'capture-not-found' })
  await expect(store.restore(captureId)).rejects.toMatchObject({ code: 'capture-not-found' })
})

test('a rename survives a restart; broken facts fall back to the first name', async () => {
  const capture = await store.create({ name: 'first name' })
  await store.rename(capture.captureId, 'second name')
  await store.close()
  store = await CaptureStore.open({ folder: join(folder, 'deep', 'captures'), clock, programVersion: '1' })
  const renamed = await store.list()
  await writeFile(join(folder, 'deep', 'captures', `${capture.captureId}.json`), '{"name":')
  const broken = await store.list()
  expect([renamed[0]?.name, broken[0]?.name]).toEqual(['second name', 'first name'])
})

test('a foreign file with the right ending is listed with its problem', async () => {
  await writeFile(join(folder, 'deep', 'captures', 'notes.wirebench'), 'no capture at all')
  await writeFile(join(folder, 'deep', 'captures', 'Not An Identifier.wirebench'), '')
  const list = await store.list()
  expect(list.map(({ captureId, problem }) => [captureId, problem?.code])).toEqual([['notes', 'capture-malformed']])
  await expect(store.openCapture('notes')).rejects.toMatchObject({ code: 'capture-malformed' })
})

test('what does not exist, or is no identifier, is not found', async () => {
  for (const captureId of ['none', '../../etc/passwd', 'UPPER']) {
    await expect(store.openCapture(captureId)).rejects.toMatchObject({ code: 'capture-not-found' })
    await expect(store.read(captureId, 0, 0, 1)).rejects.toMatchObject({ code: 'capture-not-found' })
    await expect(store.remove(captureId)).rejects.toMatchObject({ code: 'capture-not-found' })
    await expect(store.rename(captureId, 'x')).rejects.toMatchObject({ code: 'capture-not-found' })
  }
})

test('a data folder that cannot be is a coded error', async () => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  await chmod(file, 0o600)
  await expect(CaptureStore.open({ folder: join(file, 'captures'), clock, programVersion: '1' })).rejects.toMatchObject(
    {
      code: 'data-folder-unwritable',
      data: { folder: join(file, 'captures') },
    },
  )
})

test('requests that run while the capture is closed and others are opened all get their rows', async () => {
  const ids: string[] = []
  for (let at = 0; at < 12; at++) {
    const capture = await store.create({ name: `capture ${at}` })
    receive(capture.sink(1), text(`content ${at}`))
    await capture.flush()
    ids.push(capture.captureId)
    void capture.close()
  }
  const windows = await Promise.all(
    [...ids, ...ids].map((captureId) =>
      store.window({ captureId, view: 'text', firstRow: 'end', rowCount: 1, ...plain }),
    ),
  )
  const found = windows.map(({ rows }) =>
    rows.map((row) => row.kind === 'bytes' && new TextDecoder().decode(row.bytes)),
  )
  expect(found).toEqual([...ids, ...ids].map((_, at) => [`content ${at % 12}`]))
})
