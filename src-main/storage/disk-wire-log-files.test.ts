import { readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { OpenedWireLogFiles, WireLogPlace } from '../engine/ports.ts'
import { DiskWireLogFiles } from './disk-wire-log-files.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function opened(place: Partial<WireLogPlace> = {}): Promise<{ log: OpenedWireLogFiles; folder: string }> {
  const folder = await makeTemporaryFolder()
  const files = new DiskWireLogFiles(join(folder, 'wire-logs'))
  const log = await files.open({ folder: null, temporary: false, fileNames: ['a.rx.log', 'a.tx.log'], ...place })
  onTestFinished(() => log.close().catch(() => undefined))
  return { log, folder }
}

test('makes new files of this user in the usual folder, and gives their ends', async () => {
  const { log, folder } = await opened()
  const [rx, tx] = log.files
  await rx?.append(bytes('\nRx bob:\nABC\n'))
  await rx?.append(bytes('more'))
  const tails = [await rx?.tail(6), await rx?.tail(0), await tx?.tail(9)].map((tail) => new TextDecoder().decode(tail))
  await log.close()
  expect(await filesIn(folder)).toEqual({ 'wire-logs/a.rx.log': '\nRx bob:\nABC\nmore', 'wire-logs/a.tx.log': '' })
  expect(tails).toEqual(['C\nmore', '', ''])
  expect((await stat(rx?.path ?? '')).mode & 0o777).toBe(0o600)
})

test('a temporary folder is gone with the log', async () => {
  const { log, folder } = await opened({ temporary: true })
  const place = dirname(log.files[0]?.path ?? '')
  const names = await readdir(place)
  await log.close()
  expect([names.sort(), await filesIn(folder)]).toEqual([['a.rx.log', 'a.tx.log'], {}])
  await expect(stat(place)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('nothing that exists is written over, and what was made before the failure is closed', async () => {
  const folder = await makeTemporaryFolder()
  await writeFile(join(folder, 'b.log'), 'precious')
  const files = new DiskWireLogFiles(folder)
  await expect(files.open({ folder, temporary: false, fileNames: ['a.log', 'b.log'] })).rejects.toMatchObject({
    code: 'file-unwritable',
    data: { file: join(folder, 'b.log'), reason: 'There is a file of that name already.' },
  })
  await expect(
    files.open({ folder: join(folder, 'b.log', 'below'), temporary: false, fileNames: ['a.log'] }),
  ).rejects.toMatchObject({ code: 'file-unwritable', data: { reason: 'A part of its path is a file, not a folder.' } })
  expect(await filesIn(folder)).toEqual({ 'a.log': '', 'b.log': 'precious' })
})
