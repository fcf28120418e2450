import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ManualClock } from '../capture/testing/manual-clock.ts'
import { DiskExportFiles } from './disk-export-files.ts'
import { DownloadFolder } from './download-folder.ts'

let folder: string
let clock: ManualClock
let downloads: DownloadFolder
let exports: DiskExportFiles

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-downloads-'))
  clock = new ManualClock()
  downloads = new DownloadFolder(join(folder, 'downloads'), clock)
  exports = new DiskExportFiles(join(folder, 'captures'), downloads)
})

afterEach(async () => {
  await downloads.close()
  await rm(folder, { recursive: true })
})

const names = (): Promise<string[]> => readdir(join(folder, 'downloads'))

/** As if the file had become whole so long ago. */
async function age(path: string, minutes: number): Promise<void> {
  const time = clock.unixMicroseconds() / 1e6 - minutes * 60
  await utimes(path, time, time)
}

async function exported(fileName: string): Promise<string> {
  const file = await exports.create({ kind: 'download' }, fileName)
  await file.write(Uint8Array.of(1, 2))
  await file.write(Uint8Array.of(3))
  return (await file.keep()).downloadId ?? ''
}

it('offers a file once it is whole, under a name that is safe on every disk', async () => {
  const file = await exports.create({ kind: 'download' }, '../con: "x".bin')
  await file.write(Uint8Array.of(7))
  expect((await names()).every((name) => downloads.find(name) === null)).toBe(true)
  const { downloadId, path } = await file.keep()
  const found = downloads.find(downloadId ?? '')
  expect([path, found?.fileName, [...(await readFile(found?.path ?? ''))]]).toEqual([null, 'con_ _x_.bin', [7]])
  expect(downloadId).toMatch(/^[\da-f]{32}$/)
})

it('removes what was given up', async () => {
  const file = await exports.create({ kind: 'download' }, 'x.bin')
  await file.write(Uint8Array.of(7))
  await file.discard()
  await file.discard()
  expect(await names()).toEqual([])
})

it('deletes what is older than an hour, also what another life of the program left', async () => {
  const [old, young] = [await exported('old'), await exported('young')]
  await age(join(folder, 'downloads', old), 61)
  await age(join(folder, 'downloads', young), 59)
  expect(downloads.find(old)).not.toBeNull()
  await downloads.sweep()
  expect([downloads.find(old), downloads.find(young)?.fileName, await names()]).toEqual([null, 'young', [young]])

  const next = new DownloadFolder(join(folder, 'downloads'), clock)
  await age(join(folder, 'downloads', young), 61)
  next.keepSwept()
  await next.close()
  expect(await names()).toEqual([])
})
