import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FolderLock } from './folder-lock.ts'
import { JsonDocumentFile } from './json-document-file.ts'
import { FaultyDisk } from './testing/faulty-disk.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'

async function documentFile(): Promise<{ folder: string; disk: FaultyDisk; document: JsonDocumentFile }> {
  const folder = await makeTemporaryFolder()
  const disk = new FaultyDisk()
  const lock = new FolderLock({ files: disk, folder })
  return {
    folder,
    disk,
    document: new JsonDocumentFile({ files: disk, path: join(folder, 'a.json'), lock, maximumBytes: 128 }),
  }
}

describe('a JSON document on disk', { timeout: 60_000 }, () => {
  it('is absent, then there, and changed from what it holds', async () => {
    const { folder, document } = await documentFile()
    expect(await document.read()).toEqual({ kind: 'absent' })
    await document.update(() => ({ count: 1 }))
    await document.update((present) => ({ present }))
    expect(await document.read()).toEqual({
      kind: 'value',
      value: { present: { kind: 'value', value: { count: 1 } } },
    })
    await document.update(() => null)
    expect(Object.keys(await filesIn(folder))).toEqual(['a.json'])
  })

  it('loses no change of two instances', async () => {
    const { folder, document } = await documentFile()
    const lock = new FolderLock({ files: new FaultyDisk(), folder })
    const other = new JsonDocumentFile({ files: new FaultyDisk(), path: join(folder, 'a.json'), lock })
    const increment = (present: { readonly kind: string; readonly value?: unknown }): number =>
      typeof present.value === 'number' ? present.value + 1 : 1
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? document : other).update(increment)))
    expect(await document.read()).toEqual({ kind: 'value', value: 20 })
  })

  it.each([
    ['x'.repeat(129), 'It has 129 bytes; at most 128 are read.'],
    ['{', 'It ends in the middle: it is not whole JSON.'],
  ])('says why it cannot be read (%#)', async (text, reason) => {
    const { folder, document } = await documentFile()
    await writeFile(join(folder, 'a.json'), text)
    expect(await document.read()).toEqual({ kind: 'unreadable', reason })
  })

  it('is no folder, and may not be permitted', async () => {
    const { folder, disk, document } = await documentFile()
    await mkdir(join(folder, 'a.json'))
    expect(await document.read()).toEqual({ kind: 'unreadable', reason: 'It is a folder.' })
    disk.fail('read', 'EACCES', /a\.json/)
    expect(await document.read()).toEqual({ kind: 'unreadable', reason: 'The system does not permit it.' })
  })

  it('keeps its content when the disk is full', async () => {
    const { folder, disk, document } = await documentFile()
    await document.update(() => 1)
    disk.fail('writeNew', 'ENOSPC')
    await expect(document.update(() => 2)).rejects.toMatchObject({
      code: 'disk-full',
      message:
        'The disk is full: a.json could not be written. Free some space and try again. What was saved before is unchanged.',
    })
    expect(await filesIn(folder)).toEqual({ 'a.json': '1\n' })
  })

  it('never gets larger than what is read', async () => {
    const { folder, document } = await documentFile()
    await expect(document.update(() => 'x'.repeat(126))).rejects.toMatchObject({
      code: 'file-unwritable',
      data: { reason: 'It would have 129 bytes; at most 128 are kept.' },
    })
    expect(await filesIn(folder)).toEqual({})
  })

  it('can be set aside, again and again', async () => {
    const { folder, document } = await documentFile()
    for (const text of ['one', 'two', 'three']) {
      await writeFile(join(folder, 'a.json'), text)
      await document.setAside()
    }
    expect(await filesIn(folder)).toEqual({
      'a.json.broken': 'one',
      'a.json.2.broken': 'two',
      'a.json.3.broken': 'three',
    })
  })

  it('says when it cannot be set aside', async () => {
    const { document } = await documentFile()
    await expect(document.setAside()).rejects.toMatchObject({ code: 'file-unwritable' })
  })
})
