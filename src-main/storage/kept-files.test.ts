import { mkdir, readFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeptFiles } from './kept-files.ts'
import { nodeFileAccess } from './node-file-access.ts'
import { numberedFileName, safeFileName } from './safe-file-name.ts'
import { FaultyDisk } from './testing/faulty-disk.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a name is made safe', () => {
  test.each([
    ['boot image.bin', 'boot image.bin'],
    ['größe.txt', 'größe.txt'],
    ['gro\u0308ße', 'größe'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\data\\dump.bin', 'dump.bin'],
    ['..', 'file'],
    ['.hidden', 'hidden'],
    ['', 'file'],
    ['a/', 'file'],
    ['a\u0000b\nc\u007f', 'a_b_c_'],
    ['evil\u202Egpj.exe', 'evil_gpj.exe'],
    ['half\ud800.bin', 'half_.bin'],
    ['what?<yes>|"no"*:1', 'what__yes___no___1'],
    ['{{password}}.bin', '__password__.bin'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['com1 .tar.gz', '_com1 .tar.gz'],
    ['LPT¹.x', '_LPT¹.x'],
    ['console.log', 'console.log'],
    ['ends. . .', 'ends'],
    ['a .txt', 'a.txt'],
    [`${'n'.repeat(300)}.bin`, `${'n'.repeat(96)}.bin`],
    ['😀'.repeat(40), '😀'.repeat(25)],
  ])('%j becomes %j', (given, safe) => expect(safeFileName(given)).toBe(safe))

  test('any name whatever is one name in the folder, short, and stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        const safe = safeFileName(given)
        expect(basename(safe)).toBe(safe)
        expect(safe).toMatch(/^[^.\s/\\\p{Cc}{}][^/\\\p{Cc}{}]*$/u)
        expect(safe).not.toMatch(/[.\s]$/)
        expect(bytesOf(safe).length).toBeLessThanOrEqual(100)
        expect(safeFileName(safe)).toBe(safe)
      }),
    )
  })

  test.each([
    ['a.bin', 1, 'a.bin'],
    ['a.bin', 2, 'a-2.bin'],
    ['a', 10, 'a-10'],
  ])('%j with the number %d is %j', (name, number, expected) => expect(numberedFileName(name, number)).toBe(expected))
})

test('bytes are kept under their name; the same again has the same path, others get a number', async () => {
  const folder = join(await makeTemporaryFolder(), 'files')
  const kept = new KeptFiles({ files: nodeFileAccess, folder })
  const paths = [
    await kept.keep('a.bin', bytesOf('one')),
    await kept.keep('a.bin', bytesOf('two')),
    await kept.keep('x/a.bin', bytesOf('one')),
    await kept.keep('a.bin', bytesOf('two')),
    await kept.keep('a.bin', bytesOf('')),
  ]
  expect(paths.map((path) => path.slice(folder.length + 1))).toEqual([
    'a.bin',
    'a-2.bin',
    'a.bin',
    'a-2.bin',
    'a-3.bin',
  ])
  expect(await filesIn(folder)).toEqual({ 'a.bin': 'one', 'a-2.bin': 'two', 'a-3.bin': '' })
})

test('every byte is kept as it is', async () => {
  const kept = new KeptFiles({ files: nodeFileAccess, folder: await makeTemporaryFolder() })
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index & 0xff)
  expect(new Uint8Array(await readFile(await kept.keep('all', bytes)))).toEqual(bytes)
})

test('two at once under one name are both kept', async () => {
  const folder = await makeTemporaryFolder()
  const [one, other] = [0, 1].map(() => new KeptFiles({ files: nodeFileAccess, folder }))
  await Promise.all([one?.keep('a', bytesOf('one')), other?.keep('a', bytesOf('two'))])
  expect(Object.values(await filesIn(folder)).sort()).toEqual(['one', 'two'])
})

test('a folder of that name is in the way, and a link to elsewhere is not followed', async () => {
  const folder = await makeTemporaryFolder()
  const files = join(folder, 'files')
  await mkdir(join(files, 'a'), { recursive: true })
  await symlink(join(folder, 'outside'), join(files, 'a-2'))
  const kept = new KeptFiles({ files: nodeFileAccess, folder: files })
  const path = await kept.keep('a', bytesOf('mine'))
  expect(dirname(path)).toBe(files)
  expect(await filesIn(folder)).toMatchObject({ [path.slice(folder.length + 1)]: 'mine' })
  expect(Object.keys(await filesIn(folder))).not.toContain('outside')
})

test.each([
  ['writeNew', 'ENOSPC', 'disk-full'],
  ['writeNew', 'EACCES', 'data-folder-unwritable'],
  ['rename', 'EIO', 'file-unwritable'],
  ['stamp', 'EIO', 'file-unwritable'],
] as const)('%s failing with %s is %s, and nothing is left', async (operation, code, expected) => {
  const folder = await makeTemporaryFolder()
  const disk = new FaultyDisk()
  disk.fail(operation, code, /a\.bin/)
  const kept = new KeptFiles({ files: disk, folder })
  await expect(kept.keep('a.bin', bytesOf('one'))).rejects.toMatchObject({ code: expected })
  expect(await filesIn(folder)).toEqual({})
  disk.mend()
  expect(await kept.keep('a.bin', bytesOf('one'))).toBe(join(folder, 'a.bin'))
})
