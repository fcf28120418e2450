import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { capturePaths } from './capture-paths.ts'
import { CaptureStore } from './capture-store.ts'
import { trashKeptMs } from './capture-trash.ts'
import { abandonedAfterMs, LiveMarks, touchEveryMs } from './live-marks.ts'
import { cleanRecovery } from './opened-capture.ts'
import { eventually } from './testing/eventually.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles, systemError } from './testing/memory-files.ts'
import { receive } from './testing/script.ts'

const folder = '/captures'
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** A disk and a clock that several stores share. */
function shared() {
  const files = new MemoryFiles()
  const clock = new ManualClock()
  files.nowUnixMs = () => clock.unixMicroseconds() / 1000
  return { files, clock, open: () => CaptureStore.open({ folder, clock, programVersion: '1', files }) }
}

test('a capture that another program writes is shown as being written, read, and otherwise left alone', async () => {
  const { files, clock, open } = shared()
  const [writing, other] = [await open(), await open()]
  const capture = await writing.create({ name: 'theirs' })
  const { captureId } = capture
  receive(capture.sink(1), text('hello'))
  await capture.flush()
  // Longer than a mark counts, touched meanwhile.
  for (let passedMs = 0; passedMs <= abandonedAfterMs; passedMs += touchEveryMs) clock.advance(touchEveryMs)
  const { index } = capturePaths(folder, captureId)
  files.contents.delete(index)
  const opened = await other.openCapture(captureId)
  const window = await other.window({ captureId, view: 'text', firstRow: 0, rowCount: 1, previewBytes: 0 })
  await expect(other.remove(captureId)).rejects.toMatchObject({ code: 'capture-in-use' })
  await expect(other.discard(captureId)).rejects.toMatchObject({ code: 'capture-in-use' })
  await other.sweep()
  expect([opened, await other.list(), window.totalRows, files.contents.has(index)]).toEqual([
    expect.objectContaining({ live: true, recovery: cleanRecovery }),
    [opened],
    1,
    false,
  ])
  receive(capture.sink(1), text(' again'))
  await writing.close()
  expect(await other.openCapture(captureId)).toMatchObject({
    live: false,
    totals: { receivedBytes: 11 },
    recovery: { unclean: false },
  })
  await other.remove(captureId)
  await other.close()
  expect([...files.contents.keys()].filter((path) => path.endsWith('.live'))).toEqual([])
})

test('a capture whose mark was taken for that of a killed program stayed without one, and could be removed', async () => {
  const { files, clock, open } = shared()
  const [writing, other] = [await open(), await open()]
  const capture = await writing.create({ name: 'slept over' })
  const { captureId } = capture
  // The machine slept: nothing was touched.
  clock.nowNs += (abandonedAfterMs + 1000) * 1e6
  await other.sweep()
  expect(files.contents.has(capturePaths(folder, captureId).mark)).toBe(false)
  clock.advance(touchEveryMs)
  await eventually(() => (files.contents.get(capturePaths(folder, captureId).mark)?.length ?? 0) > 0)
  expect(await other.list()).toMatchObject([{ captureId, live: true }])
  await expect(other.remove(captureId)).rejects.toMatchObject({ code: 'capture-in-use' })
  await writing.close()
  await other.close()
  expect([[...files.contents.keys()].filter((path) => path.endsWith('.live')), files.openFiles]).toEqual([[], 0])
})

/** The next start after a program was killed that had written these bytes into the capture `left`, and closed another. */
async function afterKill(receivedBytes = 0) {
  const { files, open } = shared()
  const writing = await open()
  const capture = await writing.create({ name: 'left' })
  const { captureId } = capture
  if (receivedBytes > 0) receive(capture.sink(1), new Uint8Array(receivedBytes))
  await capture.flush()
  const closed = await writing.create({ name: 'closed' })
  await closed.close()
  const left = files.copy()
  const { mark } = capturePaths(folder, captureId)
  for (const path of [mark, capturePaths(folder, closed.captureId).mark]) {
    left.contents.set(path, text(JSON.stringify({ pid: deadPid, host: hostname(), token: 'gone' })))
  }
  await writing.close()
  const next = await CaptureStore.open({ folder, clock: new ManualClock(), programVersion: '1', files: left })
  return { left, next, captureId, mark }
}

test('the sweep tells which captures a killed program left unclosed, and what is left of them', async () => {
  const { left, next, captureId, mark } = await afterKill()
  expect(await next.recovered()).toEqual([])
  await next.sweep()
  expect(await next.recovered()).toMatchObject([{ captureId, name: 'left', live: false, recovery: { unclean: true } }])
  expect(left.contents.has(mark)).toBe(false)
  await next.close()
})

test('who asks while the trash is still being swept was told of no unclosed capture', async () => {
  const { next } = await afterKill()
  const sweeping = next.sweep()
  expect(await next.recovered()).toMatchObject([{ name: 'left' }])
  await sweeping
  await next.close()
})

test('a trash that cannot be looked at kept unclosed captures from being found', async () => {
  const { left, next, captureId } = await afterKill()
  const { listFolder } = left
  left.listFolder = (path) =>
    path.endsWith('/trash') ? Promise.reject(systemError('EACCES', path)) : listFolder.call(left, path)
  await expect(next.sweep()).rejects.toMatchObject({ code: 'file-unreadable' })
  expect(await next.recovered()).toMatchObject([{ captureId, recovery: { unclean: true } }])
  await next.close()
})

test('a large capture that was killed and lost its index was said to hold nothing', async () => {
  const { left, next, captureId } = await afterKill(20_000_000)
  const { data, index } = capturePaths(folder, captureId)
  left.contents.delete(index)
  left.contents.set(data, left.contents.get(data)?.slice(0, -1000) ?? text(''))
  await next.sweep()
  const [found, ...others] = await next.recovered()
  const { receivedBytes = 0 } = found?.totals ?? {}
  const { tailBytesIgnored = 0, losses = [] } = found?.recovery ?? {}
  expect([receivedBytes > 19_000_000, receivedBytes + (losses[0]?.lostReceivedBytes ?? 0), others]).toEqual([
    true,
    20_000_000,
    [],
  ])
  expect([tailBytesIgnored > 0, left.contents.has(index)]).toEqual([true, true])
  await next.close()
})

test('a half copy that cannot be removed kept other unclosed captures from being found', async () => {
  const { left, next, mark } = await afterKill()
  const stuck = capturePaths(folder, '00-stuck')
  left.contents.set(stuck.mark, left.contents.get(mark) ?? text(''))
  const { remove } = left
  left.remove = (path) =>
    path.startsWith(`${stuck.data}.`) ? Promise.reject(systemError('EBUSY', path)) : remove.call(left, path)
  await expect(next.sweep()).rejects.toMatchObject({ code: 'file-unwritable' })
  expect(await next.recovered()).toMatchObject([{ name: 'left' }])
  await next.close()
})

/** No system has so many processes. */
const deadPid = 2 ** 30

test.each([
  ['of a process that is gone', { pid: deadPid, host: hostname() }, 0, false],
  ['of an earlier process with the same number', { pid: process.pid, host: hostname() }, 0, false],
  ['of a living process', { pid: process.ppid, host: hostname() }, 0, true],
  ['of a living process that was not touched', { pid: process.ppid, host: hostname() }, abandonedAfterMs + 1, false],
  ['of another machine', { pid: deadPid, host: 'elsewhere.test' }, abandonedAfterMs, true],
  ['of another machine that was not touched', { pid: deadPid, host: 'elsewhere.test' }, abandonedAfterMs + 1, false],
])('a mark %s', async (_, owner, ageMs, counts) => {
  const { files, clock } = shared()
  const paths = capturePaths(folder, 'some-capture')
  files.contents.set(paths.mark, text(JSON.stringify({ ...owner, token: '00' })))
  await files.touch(paths.mark)
  clock.advance(ageMs)
  expect(await new LiveMarks(files, clock).isSetElsewhere(paths)).toBe(counts)
})

test('a capture that cannot be made leaves no mark, and takes no mark away', async () => {
  const { files, clock, open } = shared()
  const store = await open()
  files.beforeWrite = (path, byteCount) => {
    if (path.endsWith('.index')) throw systemError('ENOSPC', path)
    return byteCount
  }
  await expect(store.create({ name: 'too much' })).rejects.toMatchObject({ code: 'disk-full' })
  files.beforeWrite = (path) => {
    throw systemError('ENOSPC', path)
  }
  await expect(store.create({ name: 'too much' })).rejects.toMatchObject({ code: 'disk-full' })
  expect([[...files.contents.keys()], files.openFiles, clock.waitingCount]).toEqual([[], 0, 0])
})

test('the sweep deletes what was removed more than 30 days ago, and marks without a writer', async () => {
  const { files, clock, open } = shared()
  const store = await open()
  const close = async (name: string): Promise<string> => {
    const capture = await store.create({ name })
    await capture.close()
    return capture.captureId
  }
  const [old, young, kept] = [await close('old'), await close('young'), await close('kept')]
  await store.rename(old, 'renamed')
  files.contents.set('/captures/trash/notes.txt', text('not ours'))
  files.contents.set('/captures/trash/lonely.json', text('{}'))
  clock.advance(trashKeptMs)
  await store.remove(old)
  clock.advance(2000)
  await store.remove(young)
  clock.advance(trashKeptMs - 1000)
  files.contents.set(
    capturePaths(folder, kept).mark,
    text(JSON.stringify({ pid: deadPid, host: hostname(), token: '' })),
  )
  await store.sweep()
  expect([...files.contents.keys()].sort()).toEqual(
    [
      ...['.index', '.wirebench'].map((suffix) => `/captures/${kept}${suffix}`),
      ...['.index', '.wirebench'].map((suffix) => `/captures/trash/${young}${suffix}`),
      '/captures/trash/notes.txt',
    ].sort(),
  )
  await expect(store.restore(old)).rejects.toMatchObject({ code: 'capture-not-found' })
  expect(await store.restore(young)).toMatchObject({ name: 'young' })
  await store.close()
})

test('a list opens no closed capture a second time, until something of it has changed', async () => {
  const { files, clock, open } = shared()
  const store = await open()
  for (let number = 0; number < 40; number++) {
    const capture = await store.create({ name: `capture ${number}` })
    await capture.close()
    clock.advance(1)
  }
  clock.advance(5000)
  const first = await store.list()
  const openedBefore = files.openCount
  const second = await store.list()
  const openedForSecond = files.openCount - openedBefore
  const renamed = first[7]?.captureId ?? ''
  await (await open()).rename(renamed, 'renamed by another')
  const third = await store.list()
  expect([openedForSecond, second, third.find(({ captureId }) => captureId === renamed)?.name]).toEqual([
    0,
    first,
    'renamed by another',
  ])
  await store.close()
})
