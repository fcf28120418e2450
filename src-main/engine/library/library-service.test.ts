import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProfileFile } from '../../contract/schemas/profile.ts'
import { profileFormat } from '../profiles/profile-format.ts'
import { contentNamed, fileNamed, type ProfileLibraryService } from '../profiles/testing/sample-content.ts'
import type { LibraryContents } from './library-format.ts'
import { LibraryService } from './library-service.ts'
import { MemoryLibraryStore } from './testing/memory-library-store.ts'

function libraryWith(...places: readonly string[]): {
  store: MemoryLibraryStore<ProfileFile>
  library: ProfileLibraryService
} {
  const store = new MemoryLibraryStore(
    profileFormat,
    places.map((place, index) => {
      const cut = place.lastIndexOf('/')
      return fileNamed(place.slice(cut + 1), index + 1, place.slice(0, Math.max(cut, 0)))
    }),
  )
  return { store, library: new LibraryService({ store, format: profileFormat }) }
}

/** `folder/name` of every profile in display order, then every folder with a slash behind. */
function shown({ entries, folders }: LibraryContents<ProfileFile>): string[] {
  const places = entries.map(({ folder, name }) => (folder === '' ? name : `${folder}/${name}`))
  return [...places, ...folders.map((folder) => `${folder}/`)]
}

describe('creating and changing profiles', () => {
  it('puts a new one last in its folder', async () => {
    const { library } = libraryWith('a', 'x/b')
    const created = await library.create(contentNamed('New one', 'x'))
    expect(created).toEqual({
      schemaVersion: 1,
      id: expect.stringMatching(/^new-one-[a-z2-9]{6}$/) as unknown,
      position: 3,
      ...contentNamed('New one', 'x'),
      revision: expect.any(String) as unknown,
    })
    expect(shown(await library.library())).toEqual(['a', 'x/b', 'x/New one', 'x/'])
  })

  it('keeps its identifier when another profile has the same name', async () => {
    const { library } = libraryWith()
    const one = await library.create(contentNamed('Same'))
    const other = await library.create(contentNamed('Same'))
    expect(one.id).not.toBe(other.id)
  })

  it('updates only what is based on the present revision', async () => {
    const { library, store } = libraryWith('a')
    const [before] = (await library.library()).entries
    const updated = await library.update('a', before?.revision ?? '', contentNamed('b'))
    await expect(library.update('a', before?.revision ?? '', contentNamed('c'))).rejects.toMatchObject({
      code: 'profile-conflict',
      data: { name: 'b' },
    })
    expect({ updated, written: store.written }).toMatchObject({
      updated: { id: 'a', name: 'b', position: 1 },
      written: ['a'],
    })
  })

  it('puts a profile that changes its folder last there', async () => {
    const { library, store } = libraryWith('a', 'x/b')
    await library.update('a', store.entries.get('a')?.revision ?? '', contentNamed('a', 'x'))
    expect(shown(await library.library())).toEqual(['x/b', 'x/a', 'x/'])
  })

  it('puts a duplicate behind its original', async () => {
    const { library, store } = libraryWith('a', 'b')
    await library.duplicate('a')
    const second = await library.duplicate('a')
    expect({ second: second.name, all: shown(await library.library()), written: store.written.length }).toEqual({
      second: 'a copy 2',
      all: ['a', 'a copy 2', 'a copy', 'b'],
      written: 2,
    })
  })

  it('brings a removed profile back where it was', async () => {
    const { library } = libraryWith('a', 'x/b', 'c')
    const before = await library.library()
    await library.remove('x/b'.slice(2))
    expect(shown(await library.library())).toEqual(['a', 'c', 'x/'])
    await library.restore('b')
    expect((await library.library()).entries).toEqual(before.entries)
    await expect(library.restore('b')).rejects.toMatchObject({ code: 'profile-conflict' })
  })

  it.each([
    ['update', (library: ProfileLibraryService) => library.update('no', 'r', contentNamed('x'))],
    ['duplicate', (library: ProfileLibraryService) => library.duplicate('no')],
    ['remove', (library: ProfileLibraryService) => library.remove('no')],
    ['restore', (library: ProfileLibraryService) => library.restore('no')],
    ['move', (library: ProfileLibraryService) => library.move('no', '', null)],
    ['move before', (library: ProfileLibraryService) => library.move('a', '', 'no')],
    ['export', (library: ProfileLibraryService) => library.export(['no'])],
  ])('says of %s that there is no such profile', async (_name, attempt) => {
    const { library } = libraryWith('a')
    await expect(attempt(library)).rejects.toMatchObject({ code: 'profile-not-found', data: { profileId: 'no' } })
  })
})

describe('moving profiles', () => {
  it('rewrites the moved one only', async () => {
    const { library, store } = libraryWith('a', 'b', 'c', 'x/d')
    await library.move('c', '', 'a')
    await library.move('b', 'x', 'd')
    await library.move('a', 'y/z', null)
    expect({ all: shown(await library.library()), written: store.written }).toEqual({
      all: ['c', 'x/b', 'x/d', 'y/z/a', 'x/', 'y/', 'y/z/'],
      written: ['c', 'b', 'a'],
    })
  })

  it('writes nothing when the profile is there already', async () => {
    const { library, store } = libraryWith('a', 'b')
    await library.move('a', '', 'b')
    await library.move('a', '', 'a')
    await library.move('b', '', null)
    expect(store.written).toEqual([])
  })

  it('keeps every profile, in the order asked for, whatever is moved where', async () => {
    const folders = ['', 'x', 'x/y']
    const move = fc.record({ moved: fc.nat(5), folder: fc.constantFrom(...folders), before: fc.nat(6) })
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 120 }), async (moves) => {
        const { library, store } = libraryWith('a', 'b', 'c', 'x/d', 'x/e', 'x/y/f')
        const ids = [...store.entries.keys()].sort()
        const model = new Map([
          ['', ['a', 'b', 'c']],
          ['x', ['d', 'e']],
          ['x/y', ['f']],
        ])
        for (const { moved, folder, before } of moves) {
          const id = ids[moved] ?? ''
          const others = (model.get(folder) ?? []).filter((other) => other !== id)
          const beforeId = others[before] ?? null
          for (const [name, inside] of model)
            model.set(
              name,
              inside.filter((other) => other !== id),
            )
          model.set(folder, beforeId === null ? [...others, id] : others.toSpliced(before, 0, id))

          const writtenBefore = store.written.length
          const positions = new Map([...store.entries.values()].map((profile) => [profile.id, profile.position]))
          const { entries } = await library.move(id, folder, beforeId)
          expect(entries.map((profile) => `${profile.folder}:${profile.id}`)).toEqual(
            folders.flatMap((name) => (model.get(name) ?? []).map((inside) => `${name}:${inside}`)),
          )
          // More than one is written only where the two neighbours leave no number between them.
          const written = store.written.slice(writtenBefore)
          if (written.length > 1) {
            const at = beforeId === null ? others.length : before
            const gap = [others[at - 1], others[at]].map((other) => positions.get(other ?? ''))
            expect(gap[1]).toBeLessThanOrEqual((gap[0] ?? 0) + Number.EPSILON * 8)
          } else expect(written.filter((other) => other !== id)).toEqual([])
        }
        expect([...store.entries.keys()].sort()).toEqual(ids)
      }),
      { numRuns: 60 },
    )
  })

  it('renumbers the folder when a thousand moves have used up the numbers between two neighbours', async () => {
    const { library, store } = libraryWith('a', 'c', 'd', 'b')
    for (let round = 0; round < 500; round++) {
      await library.move('d', '', 'c')
      await library.move('c', '', 'd')
    }
    expect(shown(await library.library())).toEqual(['a', 'c', 'd', 'b'])
    expect(store.written.length).toBeGreaterThan(1_000)
  })
})

describe('folders', () => {
  it('stay when the last profile leaves', async () => {
    const { library } = libraryWith('x/y/a', 'z/b')
    await library.move('a', '', null)
    await library.remove('b')
    expect(shown(await library.library())).toEqual(['a', 'x/', 'x/y/', 'z/'])
  })

  it('are made, renamed and removed', async () => {
    const { library, store } = libraryWith('x/a', 'x/y/b', 'xx/c')
    await library.createFolder('x/empty')
    await library.createFolder('x/empty')
    expect(shown(await library.renameFolder('x', 'lab/one'))).toEqual([
      'lab/one/a',
      'lab/one/y/b',
      'xx/c',
      'lab/',
      'lab/one/',
      'lab/one/empty/',
      'lab/one/y/',
      'xx/',
    ])
    expect(shown(await library.removeFolder('lab/one/empty')).includes('lab/one/empty/')).toBe(false)
    expect(store.written).toEqual(['a', 'b'])
  })

  it('leave the folder above in place', async () => {
    const { library } = libraryWith()
    await library.createFolder('x/y')
    expect(shown(await library.removeFolder('x/y'))).toEqual(['x/'])
    await library.createFolder('x/y')
    expect(shown(await library.renameFolder('x/y', 'z'))).toEqual(['x/', 'z/'])
  })

  it.each([
    ['an empty name', (library: ProfileLibraryService) => library.createFolder(''), 'The folder needs a name.'],
    [
      'a missing folder',
      (library: ProfileLibraryService) => library.renameFolder('no', 'b'),
      'There is no folder "no".',
    ],
    [
      'a taken name',
      (library: ProfileLibraryService) => library.renameFolder('x', 'z'),
      'There is a folder "z" already.',
    ],
    [
      'a folder into itself',
      (library: ProfileLibraryService) => library.renameFolder('x', 'x/y'),
      'A folder cannot be moved into itself.',
    ],
    [
      'a path too long',
      (library: ProfileLibraryService) => library.renameFolder('x', 'n'.repeat(400)),
      'A folder inside would get too long a path.',
    ],
    [
      'removing one with profiles',
      (library: ProfileLibraryService) => library.removeFolder('x'),
      'The folder "x" holds profiles. Move or delete them first.',
    ],
  ])('refuse %s', async (_name, attempt, reason) => {
    const { library, store } = libraryWith('x/inside/a', 'z/b')
    await expect(attempt(library)).rejects.toMatchObject({ code: 'bad-payload', data: { reason } })
    expect(store.written).toEqual([])
  })

  it('are not changed while their list cannot be read; profiles are', async () => {
    const { library, store } = libraryWith('x/a')
    store.keptFolders = null
    await expect(library.createFolder('new')).rejects.toMatchObject({
      code: 'profile-malformed',
      data: { file: 'folders.json' },
    })
    expect(shown(await library.move('a', 'y', null))).toEqual(['y/a', 'y/'])
    expect(store.keptFolders).toBeNull()
  })
})

describe('export and import', () => {
  it('gives every profile a new identifier and a free name', async () => {
    const { library } = libraryWith('a', 'x/b')
    const { text } = await library.export(null)
    const { imported } = await library.import(text)
    expect(imported.map(({ name, folder, position }) => ({ name, folder, position }))).toEqual([
      { name: 'a (2)', folder: '', position: 2 },
      { name: 'b (2)', folder: 'x', position: 3 },
    ])
    expect(shown(await library.library())).toEqual(['a', 'a (2)', 'x/b', 'x/b (2)', 'x/'])
  })

  it('exports those named, once each', async () => {
    const { library } = libraryWith('a', 'b', 'c')
    const { text } = await library.export(['c', 'a', 'c'])
    expect((JSON.parse(text) as { profiles: { name: string }[] }).profiles.map(({ name }) => name)).toEqual(['a', 'c'])
  })

  it('imports all or nothing', async () => {
    const { library, store } = libraryWith()
    const text = JSON.stringify({ format: 'wirebench-profiles', schemaVersion: 1, profiles: [contentNamed('a'), {}] })
    await expect(library.import(text)).rejects.toMatchObject({ code: 'import-malformed' })
    expect(store.written).toEqual([])
  })

  it('imports many at once', async () => {
    const { library } = libraryWith()
    const profiles = Array.from({ length: 1_000 }, () => contentNamed('same', 'x'))
    await library.import(JSON.stringify({ format: 'wirebench-profiles', schemaVersion: 1, profiles }))
    const all = (await library.library()).entries
    expect([all.length, new Set(all.map(({ id }) => id)).size, all.at(-1)?.name]).toEqual([1_000, 1_000, 'same (1000)'])
  })
})

describe('telling changes', () => {
  it('tells its own changes once, and those of others', async () => {
    const { library, store } = libraryWith('a')
    const told: string[][] = []
    library.onChanged((changed) => told.push(shown(changed)))
    const seenThree = new Promise<void>((resolve) => {
      library.onChanged(({ entries }) => entries.length === 3 && resolve())
    })
    await library.create(contentNamed('b'))
    store.noticeChange()
    await library.move('a', '', 'a')
    store.put(fileNamed('c', 9))
    store.noticeChange()
    await seenThree
    await library.close()
    expect({ told, watchers: store.watcherCount }).toEqual({
      told: [
        ['a', 'b'],
        ['a', 'b', 'c'],
      ],
      watchers: 0,
    })
  })

  it('stops telling a listener that left', async () => {
    const { library } = libraryWith()
    let told = 0
    const leave = library.onChanged(() => told++)
    leave()
    await library.create(contentNamed('b'))
    expect(told).toBe(0)
  })
})
