import { execFile } from 'node:child_process'
import { appendFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { WirebenchError } from '../contract/errors.ts'
import type { SourceFile } from '../engine/ports.ts'
import { DiskFileSource } from './disk-file-source.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

const source = new DiskFileSource()

async function opened(): Promise<{ file: SourceFile; path: string; folder: string }> {
  const folder = await makeTemporaryFolder()
  const path = join(folder, 'boot.bin')
  await writeFile(path, Uint8Array.of(1, 2, 3, 4, 5))
  const file = await source.open(path)
  onTestFinished(() => file.close())
  return { file, path, folder }
}

test('reads anywhere, less where the file ends', async () => {
  const { file } = await opened()
  const parts = [await file.read(0, 2), await file.read(3, 9), await file.read(5, 9)]
  expect([file.sizeBytes, parts.map((part) => [...part]), await file.change()]).toEqual([5, [[1, 2], [4, 5], []], null])
})

test.each<[string, (path: string) => Promise<unknown>, { sizeBytes: number | null; reason: string }]>([
  ['shorter', (path) => truncate(path, 2), { sizeBytes: 2, reason: 'It has 2 bytes now and had 5.' }],
  ['longer', (path) => appendFile(path, 'more'), { sizeBytes: 9, reason: 'It has 9 bytes now and had 5.' }],
  ['gone', (path) => rm(path), { sizeBytes: null, reason: 'It was removed meanwhile.' }],
  [
    'another file',
    async (path) => {
      await writeFile(`${path}.new`, 'abc')
      await rename(`${path}.new`, path)
    },
    { sizeBytes: 3, reason: 'It was replaced by another file meanwhile.' },
  ],
  [
    'of the same size, but written to',
    (path) => utimes(path, new Date(0), new Date(0)),
    { sizeBytes: 5, reason: 'It was written to meanwhile.' },
  ],
])('tells when the file is %s', async (_name, change, expected) => {
  const { file, path } = await opened()
  await change(path)
  expect(await file.change()).toEqual(expected)
})

test('only ordinary files are opened, and a pipe is not waited for', async () => {
  const { folder, path } = await opened()
  const pipe = join(folder, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const codes = [join(folder, 'gone'), join(path, 'below'), folder, pipe].map((place) =>
    source.open(place).then(
      () => 'opened',
      (error: unknown) => error instanceof WirebenchError && [error.code, error.data.reason],
    ),
  )
  expect(await Promise.all(codes)).toEqual([
    ['file-not-found', undefined],
    ['file-not-found', undefined],
    ['file-unreadable', 'It is a folder.'],
    ['file-unreadable', 'It is no regular file.'],
  ])
})
