import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { removeLeftTemporaries, writeFileAtomically, writeFilesTogether } from './atomic-file.ts'
import { nodeFileAccess } from './node-file-access.ts'
import { FaultyDisk } from './testing/faulty-disk.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('writing files as a whole', () => {
  it('makes missing folders, replaces what is there and leaves nothing else', async () => {
    const folder = await makeTemporaryFolder()
    const path = join(folder, 'inner', 'a.json')
    await writeFileAtomically(nodeFileAccess, path, bytes('one'))
    await writeFileAtomically(nodeFileAccess, path, bytes('two'))
    expect(await filesIn(folder)).toEqual({ 'inner/a.json': 'two' })
  })

  it.each([
    ['ENOSPC', { code: 'disk-full', data: { file: 'b.json' } }],
    ['EDQUOT', { code: 'disk-full', data: { file: 'b.json' } }],
    ['EACCES', { code: 'data-folder-unwritable', data: { reason: 'The system does not permit it.' } }],
    ['EROFS', { code: 'data-folder-unwritable', data: { reason: 'The disk is read-only.' } }],
    ['EIO', { code: 'file-unwritable', data: { file: 'b.json' } }],
  ])('changes none of several files when the second one gets %s', async (code, error) => {
    const folder = await makeTemporaryFolder()
    const disk = new FaultyDisk()
    await writeFilesTogether(disk, [
      { path: join(folder, 'a.json'), bytes: bytes('old a') },
      { path: join(folder, 'b.json'), bytes: bytes('old b') },
    ])
    disk.fail('writeNew', code, /b\.json/)
    const writing = writeFilesTogether(disk, [
      { path: join(folder, 'a.json'), bytes: bytes('new a') },
      { path: join(folder, 'b.json'), bytes: bytes('new b') },
    ])
    await expect(writing).rejects.toMatchObject(error)
    expect(await filesIn(folder)).toEqual({ 'a.json': 'old a', 'b.json': 'old b' })
  })

  it('waits while another program holds the file, and gives up with the reason', async () => {
    const folder = await makeTemporaryFolder()
    const disk = new FaultyDisk()
    disk.fail('rename', 'EBUSY', /a\.json/, 2)
    await writeFileAtomically(disk, join(folder, 'a.json'), bytes('patient'))
    disk.fail('rename', 'EBUSY')
    await expect(writeFileAtomically(disk, join(folder, 'a.json'), bytes('never'))).rejects.toMatchObject({
      code: 'file-unwritable',
      message: 'The file a.json could not be written. Another program is using it.',
    })
    expect(await filesIn(folder)).toEqual({ 'a.json': 'patient' })
  })

  it('says that the folder is at fault when it cannot be made', async () => {
    const folder = await makeTemporaryFolder()
    const disk = new FaultyDisk()
    disk.fail('makeFolder', 'EACCES')
    await expect(writeFileAtomically(disk, join(folder, 'inner', 'a.json'), bytes('x'))).rejects.toMatchObject({
      code: 'data-folder-unwritable',
      data: { folder: join(folder, 'inner') },
    })
  })

  it('clears away what a killed process left, and nothing else', async () => {
    const folder = await makeTemporaryFolder()
    await writeFile(join(folder, '.a.json.0123456789ab.tmp'), 'half')
    await writeFile(join(folder, 'a.json'), 'old')
    await writeFile(join(folder, 'notes.tmp'), 'mine')
    await removeLeftTemporaries(nodeFileAccess, folder)
    await removeLeftTemporaries(nodeFileAccess, join(folder, 'missing'))
    expect(await filesIn(folder)).toEqual({ 'a.json': 'old', 'notes.tmp': 'mine' })
  })
})

describe('reading with a limit', () => {
  it('reads up to the limit and tells the size beyond it', async () => {
    const folder = await makeTemporaryFolder()
    const path = join(folder, 'a')
    await writeFile(path, 'x'.repeat(10))
    expect([await nodeFileAccess.read(path, 10), await nodeFileAccess.read(path, 9)]).toEqual([
      { kind: 'read', bytes: bytes('x'.repeat(10)) },
      { kind: 'too-large', sizeBytes: 10 },
    ])
  })
})
