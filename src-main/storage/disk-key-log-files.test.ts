import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DiskKeyLogFiles } from './disk-key-log-files.ts'

let folder: string
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-keys-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test.skipIf(process.platform === 'win32')(
  'lines are written at once, for this user alone, after what was there',
  async () => {
    const path = join(folder, 'one-abc234.keys')
    await writeFile(path, 'CLIENT_RANDOM 00 11\n', { mode: 0o644 })
    const file = await new DiskKeyLogFiles(folder).open('one-abc234')
    await file.append(bytes('CLIENT_RANDOM 22 33\n'))
    expect([file.path, await readFile(path, 'utf8'), (await stat(path)).mode & 0o777]).toEqual([
      path,
      'CLIENT_RANDOM 00 11\nCLIENT_RANDOM 22 33\n',
      0o600,
    ])
    await file.close()
  },
)

test('a file that cannot be written is told with its name and the reason', async () => {
  await mkdir(join(folder, 'one-abc234.keys'))
  await expect(new DiskKeyLogFiles(folder).open('one-abc234')).rejects.toMatchObject({
    code: 'key-log-unwritable',
    data: { file: 'one-abc234.keys', reason: 'It is a folder.' },
  })
})
