import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CaptureStore } from '../../capture/capture-store.ts'
import { ManualClock } from '../../capture/testing/manual-clock.ts'
import { startCli } from './testing/test-io.ts'

let folder: string
let first: string
let second: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-keeping-cli-'))
  const clock = new ManualClock()
  const store = await CaptureStore.open({ folder: join(folder, 'captures'), clock, programVersion: '1' })
  const make = async (name: string): Promise<string> => {
    const capture = await store.create({ name })
    capture.recordSent(1, new TextEncoder().encode('bytes'))
    await capture.close()
    clock.advance(1000)
    return capture.captureId
  }
  first = await make('first')
  second = await make('second')
  await store.close()
})

afterAll(() => rm(folder, { recursive: true }))

async function capture(...commandLine: string[]) {
  const cli = startCli(['capture', ...commandLine, '--data-dir', folder, '--json'])
  const exitCode = await cli.exitCode
  return { exitCode, lines: cli.lines(), ids: cli.lines().map((line) => line['captureId']) }
}

it('names, notes and tags are given, shown and found', async () => {
  const annotated = await capture(
    'annotate',
    first,
    '--name',
    'login',
    '--notes',
    'slow since Monday',
    '--tag',
    'auth',
    '--tag',
    'slow',
  )
  expect(annotated).toMatchObject({
    exitCode: 0,
    lines: [{ captureId: first, name: 'login', notes: 'slow since Monday', tags: ['auth', 'slow'] }],
  })
  expect((await capture('annotate', first, '--notes', '')).lines).toMatchObject([{ notes: '', tags: ['auth', 'slow'] }])
  expect((await capture('list', '--tag', 'auth', '--tag', 'slow')).ids).toEqual([first])
  expect((await capture('list', '--tag', 'auth', '--tag', 'fast')).ids).toEqual([])
  expect((await capture('list', '--text', 'SECO')).ids).toEqual([second])
  expect((await capture('list')).ids).toEqual([second, first])
})

it('what is removed is in the trash, comes back, or is deleted for good with the bytes freed', async () => {
  expect((await capture('remove', second)).lines).toEqual([{ event: 'removed', captureId: second }])
  const [trashed] = (await capture('trash')).lines
  expect(trashed).toMatchObject({ event: 'trashed', captureId: second, name: 'second' })
  expect((await capture('restore', second)).ids).toEqual([second])
  await capture('remove', second)
  expect((await capture('empty-trash')).lines).toEqual([{ event: 'emptied', freedBytes: trashed?.['fileBytes'] }])
  expect(await capture('restore', second)).toMatchObject({ exitCode: 2, lines: [{ code: 'capture-not-found' }] })
})

it('a capture file is shown where it lies, and is not changed', async () => {
  const file = join(folder, 'copy of a capture.wirebench')
  await copyFile(join(folder, 'captures', `${first}.wirebench`), file)
  const before = await readdir(folder)
  const shown = await capture('show', file)
  expect(shown).toMatchObject({ exitCode: 0, lines: [{ sentBytes: 5, origin: { kind: 'file', path: file } }] })
  expect(await capture('annotate', file, '--notes', 'x')).toMatchObject({ lines: [{ code: 'capture-read-only' }] })
  expect(await capture('show', join(folder, 'none.wirebench'))).toMatchObject({
    exitCode: 5,
    lines: [{ code: 'file-not-found' }],
  })
  expect(await readdir(folder)).toEqual(before)
})

it.each([
  ['annotate', 'x'],
  ['annotate', 'x', '--name', ''],
  ['annotate', 'x', '--tag', 'y'.repeat(41)],
  ['list', '--name', 'x'],
  ['trash', 'x'],
])('refuses %s %s %s %s', async (...commandLine) => {
  expect(await capture(...commandLine)).toMatchObject({ exitCode: 2, lines: [{ code: 'usage' }] })
})
