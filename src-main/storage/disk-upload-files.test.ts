import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DiskUploadFiles } from './disk-upload-files.ts'

let folder: string
let files: DiskUploadFiles

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-uploads-test-'))
  files = new DiskUploadFiles(join(folder, 'uploads'))
})

afterEach(() => rm(folder, { recursive: true }))

it('keeps files under safe names of their own, readable by this user alone, and deletes them', async () => {
  const first = await files.create('../../etc/pass:wd')
  const second = await files.create('../../etc/pass:wd')
  await first.append(new Uint8Array([1, 2]))
  await first.append(new Uint8Array([3]))
  expect([dirname(first.path), dirname(second.path)]).toEqual([join(folder, 'uploads'), join(folder, 'uploads')])
  expect(await readdir(join(folder, 'uploads'))).toEqual(['pass_wd', 'pass_wd-2'])
  expect([...(await readFile(first.path))]).toEqual([1, 2, 3])
  if (process.platform !== 'win32') expect((await stat(first.path)).mode & 0o777).toBe(0o600)
  await first.remove()
  await second.remove()
  expect(await readdir(join(folder, 'uploads'))).toEqual([])
})

it('tells how much can be kept, and clears what is old', async () => {
  expect(await files.freeBytes()).toBeGreaterThan(0)
  const old = join(folder, 'uploads', 'old')
  await writeFile(old, 'left')
  await utimes(old, 1000, 1000)
  await writeFile(join(folder, 'uploads', 'new'), 'used')
  await files.clear(2_000_000)
  expect(await readdir(join(folder, 'uploads'))).toEqual(['new'])
})

it('a folder that cannot be made is told', async () => {
  await writeFile(join(folder, 'file'), '')
  const inFile = new DiskUploadFiles(join(folder, 'file', 'uploads'))
  await expect(inFile.create('a')).rejects.toMatchObject({ code: 'file-unwritable' })
})
