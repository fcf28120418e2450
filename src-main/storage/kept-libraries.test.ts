import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { collectionContent, type CollectionContent, type CollectionFile } from '../contract/schemas/collection.ts'
import { structureContent, type StructureContent, type StructureFile } from '../contract/schemas/structure.ts'
import { collectionFormat } from '../engine/collection/collection-format.ts'
import { LibraryService } from '../engine/library/library-service.ts'
import { structureFormat } from '../engine/structures/structure-format.ts'
import { LibraryStructureLookup } from '../engine/structures/structure-lookup.ts'
import { LibraryFiles } from './library-files.ts'
import { nodeFileAccess } from './node-file-access.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'

function openCollection(dataFolder: string): LibraryService<CollectionContent, CollectionFile> {
  const folder = join(dataFolder, 'collection')
  const trashFolder = join(dataFolder, 'trash', 'collection')
  const store = new LibraryFiles({ files: nodeFileAccess, folder, trashFolder, format: collectionFormat })
  return new LibraryService({ store, format: collectionFormat })
}

function openStructures(dataFolder: string): LibraryService<StructureContent, StructureFile> {
  const folder = join(dataFolder, 'structures')
  const trashFolder = join(dataFolder, 'trash', 'structures')
  const store = new LibraryFiles({ files: nodeFileAccess, folder, trashFolder, format: structureFormat })
  return new LibraryService({ store, format: structureFormat })
}

const messageNamed = (name: string, text: string): CollectionContent =>
  v.parse(collectionContent, { name, item: { kind: 'message', message: { content: { mode: 'json', text } } } })

const structureNamed = (name: string, identifier: string): StructureContent =>
  v.parse(structureContent, {
    name,
    definition: { name: identifier, fields: [{ name: 'a', type: { kind: 'integer', integer: 'u8' } }] },
  })

describe('the collection', () => {
  it('keeps each entry as a file that people can read and compare', async () => {
    const dataFolder = await makeTemporaryFolder()
    const { id } = await openCollection(dataFolder).create(messageNamed('Reading', '{\n  "id": 1\n}'))
    const text = await readFile(join(dataFolder, 'collection', `${id}.json`), 'utf8')
    expect(text.replace(id, 'ID')).toBe(`{
  "schemaVersion": 1,
  "id": "ID",
  "position": 1,
  "name": "Reading",
  "folder": "",
  "notes": "",
  "tags": [],
  "item": {
    "kind": "message",
    "message": {
      "content": {
        "mode": "json",
        "text": [
          "{",
          "  \\"id\\": 1",
          "}"
        ],
        "style": "compact",
        "schemaText": "",
        "lineEnding": "none"
      },
      "computed": [],
      "framed": true
    }
  }
}
`)
  })

  it('keeps what others added to a file, and nothing of what was changed away', async () => {
    const dataFolder = await makeTemporaryFolder()
    const library = openCollection(dataFolder)
    const { id } = await library.create(messageNamed('a', '{}'))
    const path = join(dataFolder, 'collection', `${id}.json`)
    const written = (await readFile(path, 'utf8')).replace('"mode": "json",', '"mode": "json", "owner": "lab 3",')
    await writeFile(path, written)
    const [entry] = (await library.library()).entries
    const content = { mode: 'hex', hex: '00 01' } as const
    const changed = v.parse(collectionContent, { name: 'a', item: { kind: 'message', message: { content } } })
    await library.update(id, entry?.revision ?? '', changed)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      item: { message: { content: { mode: 'hex', hex: '00 01', owner: 'lab 3' } } },
    })
    expect(await readFile(path, 'utf8')).not.toMatch(/"text"|schemaText/)
  })

  it('tells what cannot be read with its own codes, and leaves it', async () => {
    const dataFolder = await makeTemporaryFolder()
    const folder = join(dataFolder, 'collection')
    await mkdir(folder)
    await writeFile(join(folder, 'broken.json'), '{')
    await writeFile(join(folder, 'newer.json'), '{"schemaVersion":2}')
    await writeFile(
      join(folder, 'wrong.json'),
      '{"schemaVersion":1,"id":"x","position":1,"name":"n","item":{"kind":"no"}}',
    )
    const before = await filesIn(folder)
    const library = openCollection(dataFolder)
    const created = await library.create(messageNamed('a', '1'))
    const { problems } = await library.library()
    expect(problems.map(({ file, error }) => `${file}: ${error.code}: ${error.message}`)).toEqual([
      'broken.json: library-entry-malformed: broken.json is not a readable saved message and was left as it is. It ends in the middle: it is not whole JSON.',
      'newer.json: library-entry-newer: newer.json was written by a newer Wirebench (format 2; this one reads up to 1) and was left as it is. Update Wirebench to use it.',
      expect.stringMatching(/^wrong\.json: library-entry-malformed: .* item\.kind: Expected/),
    ])
    expect(await filesIn(folder)).toMatchObject(before)
    await expect(library.update('no', 'r', messageNamed('b', ''))).rejects.toMatchObject({
      code: 'library-entry-not-found',
      data: { entryId: 'no', what: 'saved message' },
    })
    await expect(openCollection(dataFolder).update(created.id, 'old', messageNamed('b', ''))).rejects.toMatchObject({
      code: 'library-conflict',
      data: { name: 'a' },
    })
    await expect(library.import('{"format":"wirebench-profiles"}')).rejects.toMatchObject({
      code: 'import-malformed',
      message: expect.stringContaining('not a Wirebench saved message export') as unknown,
    })
  })

  it('never makes a file that it would not read again', async () => {
    const dataFolder = await makeTemporaryFolder()
    const library = openCollection(dataFolder)
    const text = '\u0001'.repeat(3 * 1024 * 1024)
    await expect(library.create(messageNamed('a', text))).rejects.toMatchObject({ code: 'file-unwritable' })
    expect((await library.library()).entries).toEqual([])
  })

  it('exports what it imports, whatever the messages hold', async () => {
    const dataFolder = await makeTemporaryFolder()
    const text = fc.string({ unit: 'binary', maxLength: 300 })
    const content = fc.oneof(
      fc.record({ mode: fc.constant('text' as const), text }),
      fc.record({ mode: fc.constant('hex' as const), hex: fc.string({ maxLength: 300 }) }),
      fc.record({ mode: fc.constant('json' as const), text, schemaText: text }),
      fc.record({
        mode: fc.constant('structure' as const),
        structureId: fc.constant(''),
        values: fc.dictionary(fc.stringMatching(/^[a-z.]{1,9}$/), text),
      }),
    )
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 4 }), async (contents) => {
        const library = openCollection(join(dataFolder, String(round++)))
        const saved: CollectionContent[] = []
        for (const [index, one] of contents.entries()) {
          const message = { content: one }
          const item =
            index % 2 === 0
              ? { kind: 'message' as const, message }
              : { kind: 'sequence' as const, steps: [{ kind: 'send' as const, message }] }
          const parsed = v.parse(collectionContent, {
            name: `m${index}`,
            folder: 'f',
            tags: ['t'],
            notes: 'a\nb',
            item,
          })
          saved.push(parsed)
          await library.create(parsed)
        }
        const { text: exported } = await library.export(null)
        const { imported } = await openCollection(join(dataFolder, String(round++))).import(exported)
        expect(imported.map((entry) => v.parse(collectionContent, entry))).toEqual(saved)
      }),
      { numRuns: 20 },
    )
  })
})

describe('the structure library', () => {
  it('has every name once', async () => {
    const dataFolder = await makeTemporaryFolder()
    const library = openStructures(dataFolder)
    const header = await library.create(structureNamed('Header', 'header_t'))
    const other = await library.create(structureNamed('Other', 'other_t'))
    const taken = { code: 'structure-name-taken', data: { name: 'header_t', other: 'Header' } }
    await expect(library.create(structureNamed('Second', 'header_t'))).rejects.toMatchObject(taken)
    await expect(library.update(other.id, other.revision, structureNamed('Other', 'header_t'))).rejects.toMatchObject(
      taken,
    )
    const { text } = await library.export([header.id])
    await expect(library.import(text)).rejects.toMatchObject(taken)
    await library.remove(header.id)
    const twice = {
      format: 'wirebench-structures',
      schemaVersion: 1,
      structures: Array(2).fill(structureNamed('A', 'header_t')) as unknown[],
    }
    await expect(library.import(JSON.stringify(twice))).rejects.toMatchObject({ code: 'structure-name-taken' })
    await library.import(text)
    await expect(library.restore(header.id)).rejects.toMatchObject(taken)
    const copies = [await library.duplicate(other.id), await library.duplicate(other.id)]
    expect(copies.map(({ name, definition }) => [name, definition.name])).toEqual([
      ['Other copy', 'other_t_copy'],
      ['Other copy 2', 'other_t_copy2'],
    ])
  })

  it('names files that share a name, and looks up the first', async () => {
    const dataFolder = await makeTemporaryFolder()
    const library = openStructures(dataFolder)
    const first = await library.create(structureNamed('First', 'a_t'))
    const text = await readFile(join(dataFolder, 'structures', `${first.id}.json`), 'utf8')
    const copied = text.replace(first.id, 'zz').replace('"position": 1', '"position": 2').replace('"u8"', '"u16"')
    await writeFile(join(dataFolder, 'structures', 'zz.json'), copied)
    const { entries, problems } = await library.library()
    expect([entries.length, problems.map(({ file, error }) => `${file}: ${error.code}`)]).toEqual([
      2,
      ['zz.json: structure-name-taken'],
    ])
    const lookup = new LibraryStructureLookup(library)
    await lookup.ready()
    expect([lookup.byName('a_t'), lookup.byId('zz')?.fields[0]?.type]).toMatchObject([
      { fields: [{ type: { integer: 'u8' } }] },
      { integer: 'u16' },
    ])
    await library.close()
  })

  it('is looked up as it is once a change was answered', async () => {
    const dataFolder = await makeTemporaryFolder()
    const library = openStructures(dataFolder)
    const lookup = new LibraryStructureLookup(library)
    await lookup.ready()
    expect(lookup.byName('a_t')).toBeNull()
    const { id, revision } = await library.create(structureNamed('A', 'a_t'))
    expect(lookup.byName('a_t')).toBe(lookup.byId(id))
    await library.update(id, revision, structureNamed('A', 'b_t'))
    expect([lookup.byName('a_t'), lookup.byName('b_t')?.name]).toEqual([null, 'b_t'])
    await library.remove(id)
    expect([lookup.byId(id), lookup.byName('b_t')]).toEqual([null, null])
    await library.close()
  })
})
