import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LibraryService } from '../engine/library/library-service.ts'
import { profileFormat } from '../engine/profiles/profile-format.ts'
import { contentNamed, fileNamed, type ProfileLibraryService } from '../engine/profiles/testing/sample-content.ts'
import { LibraryFiles, trashKeptMs } from './library-files.ts'
import { FaultyDisk } from './testing/faulty-disk.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'

interface Opened {
  readonly dataFolder: string
  readonly folder: string
  readonly disk: FaultyDisk
  readonly library: ProfileLibraryService
}

async function openLibrary(format = profileFormat): Promise<Opened> {
  const dataFolder = await makeTemporaryFolder()
  const folder = join(dataFolder, 'profiles')
  const disk = new FaultyDisk()
  const store = new LibraryFiles({ files: disk, folder, trashFolder: join(dataFolder, 'trash', 'profiles'), format })
  return { dataFolder, folder, disk, library: new LibraryService({ store, format }) }
}

/** Puts a file into the profile folder as another program would. */
async function put(folder: string, name: string, content: unknown): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
}

describe('a profile file', () => {
  it('is readable, in a fixed order, without anything of the machine, and keeps its name', async () => {
    const { folder, library } = await openLibrary()
    const { id, revision } = await library.create(contentNamed('Test rack', 'Lab'))
    const text = await readFile(join(folder, `${id}.json`), 'utf8')
    expect(text.replace(id, 'ID')).toBe(`{
  "schemaVersion": 1,
  "id": "ID",
  "position": 1,
  "name": "Test rack",
  "folder": "Lab",
  "notes": "",
  "connection": {
    "host": "127.0.0.1",
    "port": 7,
    "addressFamily": "any",
    "connectTimeoutMs": 10000,
    "noDelay": true,
    "keepAliveDelayMs": null,
    "localAddress": null,
    "localPort": 0,
    "readSizeBytes": null,
    "connectDelayMs": 0,
    "initialMessage": null,
    "sendsAfterPeerEnd": true,
    "retry": {
      "schedule": {
        "kind": "never"
      },
      "afterRefused": true,
      "afterTimeout": true,
      "afterHandshake": true,
      "afterLoss": true,
      "resendsUnsent": false
    },
    "tls": null
  },
  "composer": {
    "mode": "text",
    "lineEnding": "lf"
  },
  "interpretation": {
    "sent": {
      "framing": {
        "kind": "raw"
      },
      "decoder": {
        "kind": "automatic"
      }
    },
    "received": {
      "framing": {
        "kind": "raw"
      },
      "decoder": {
        "kind": "automatic"
      }
    },
    "messageIdPath": ""
  },
  "calls": null
}
`)
    await library.update(id, revision, contentNamed('Renamed', 'Lab'))
    expect(Object.keys(await filesIn(folder))).toEqual([`${id}.json`])
  })

  it('is not written when nothing is different', async () => {
    const { disk, library } = await openLibrary()
    const { id, revision } = await library.create(contentNamed('a'))
    const again = await library.update(id, revision, contentNamed('a'))
    expect({ revision: again.revision, renamed: disk.renamed }).toEqual({ revision, renamed: [`${id}.json`] })
  })

  it('may have any name, and keeps what it holds besides', async () => {
    const { folder, library } = await openLibrary()
    const file = fileNamed('rack-abc234', 1)
    await put(folder, 'my own name.json', {
      ...file,
      owner: 'lab 3',
      connection: { ...file.connection, comment: 'behind the switch' },
    })
    const [profile] = (await library.library()).entries
    await library.update('rack-abc234', profile?.revision ?? '', contentNamed('New name'))
    const files = await filesIn(folder)
    expect({ names: Object.keys(files), content: JSON.parse(files['my own name.json'] ?? '') as unknown }).toEqual({
      names: ['my own name.json'],
      content: {
        ...file,
        name: 'New name',
        connection: { ...file.connection, comment: 'behind the switch' },
        owner: 'lab 3',
      },
    })
  })

  it('of an older version is read, left as it is, and written as the present one', async () => {
    const migrations = { 0: ({ title, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, name: title }) }
    const { folder, library } = await openLibrary({
      ...profileFormat,
      document: { ...profileFormat.document, migrations },
    })
    const { name: _name, ...file } = fileNamed('old-abc234', 1)
    await put(folder, 'old-abc234.json', { ...file, schemaVersion: 0, title: 'Old' })
    const [profile] = (await library.library()).entries
    expect(profile).toMatchObject({ schemaVersion: 1, name: 'Old' })
    expect(await readFile(join(folder, 'old-abc234.json'), 'utf8')).toContain('"title":"Old"')
    await library.update('old-abc234', profile?.revision ?? '', contentNamed('New'))
    expect(JSON.parse(await readFile(join(folder, 'old-abc234.json'), 'utf8'))).toEqual({ ...file, name: 'New' })
  })
})

describe('files that cannot be read', () => {
  it('are named with the reason and left as they are, while the rest load', async () => {
    const { folder, library, disk } = await openLibrary()
    await put(folder, 'good-abc234.json', fileNamed('good-abc234', 1))
    const copied = fileNamed('good-abc234', 2)
    await put(folder, 'a copy.json', copied)
    await put(folder, 'broken.json', '{"schemaVersion": 1,\n"id": }')
    await put(folder, 'empty.json', '')
    await put(folder, 'huge.json', ' '.repeat(1024 * 1024 + 1))
    await put(
      folder,
      'infinite.json',
      JSON.stringify(fileNamed('infinite', 1)).replace('"position":1', '"position":1e999'),
    )
    await put(folder, 'merge.json', '{\n<<<<<<< HEAD\n')
    await put(folder, 'newer.json', { ...fileNamed('newer', 1), schemaVersion: 2 })
    await put(folder, 'secret.json', fileNamed('secret', 1))
    await put(folder, 'wrong.json', { ...fileNamed('wrong', 1), connection: { host: 'h', port: 0 } })
    await put(folder, 'README.md', 'no profile')
    await put(folder, '.hidden.json', 'no profile')
    await mkdir(join(folder, 'subfolder.json'))
    disk.fail('read', 'EACCES', /secret\.json/)
    const before = await filesIn(folder)
    const { entries, problems } = await library.library()
    await library.create(contentNamed('x'))
    expect(await filesIn(folder)).toMatchObject(before)
    expect({
      profiles: entries.map(({ id }) => id),
      problems: problems.map(
        ({ file, error }) => `${file}: ${error.code}: ${String(error.data.reason ?? error.data.found)}`,
      ),
    }).toEqual({
      profiles: ['good-abc234'],
      problems: [
        'a copy.json: profile-malformed: It has the same identifier as good-abc234.json. Give it another "id", or delete one of the two.',
        'broken.json: profile-malformed: Line 2 is not JSON.',
        'empty.json: profile-malformed: It is empty.',
        'huge.json: profile-malformed: It has 1048577 bytes; at most 1048576 are read.',
        'infinite.json: profile-malformed: position: Received Infinity.',
        'merge.json: profile-malformed: Line 2 holds a merge conflict. Resolve it in version control.',
        'newer.json: profile-newer: 2',
        'secret.json: file-unreadable: The system does not permit it.',
        'subfolder.json: file-unreadable: It is a folder.',
        'wrong.json: profile-malformed: connection.port: Expected >=1 but received 0.',
      ],
    })
  })

  it('are seen again once they are mended', async () => {
    const { folder, library } = await openLibrary()
    await put(folder, 'a.json', '{')
    await library.library()
    await put(folder, 'a.json', fileNamed('a', 1))
    expect((await library.library()).problems).toEqual([])
  })

  it('may be the list of folders, which is then not changed', async () => {
    const { folder, library } = await openLibrary()
    await put(folder, 'folders.json', '{"schemaVersion":1,"folders":[""]}')
    await expect(library.createFolder('x')).rejects.toMatchObject({ code: 'profile-malformed' })
    await library.create(contentNamed('a', 'y'))
    const { folders, problems } = await library.library()
    expect({
      folders,
      problem: problems.map(({ file }) => file),
      text: (await filesIn(folder))['folders.json'],
    }).toEqual({
      folders: ['y'],
      problem: ['folders.json'],
      text: '{"schemaVersion":1,"folders":[""]}',
    })
  })

  it('may be the whole folder', async () => {
    const { disk, library } = await openLibrary()
    disk.fail('list', 'EACCES')
    expect((await library.library()).problems).toMatchObject([{ file: 'profiles', error: { code: 'file-unreadable' } }])
  })
})

describe('a disk that refuses', () => {
  it('keeps the old file when it is full', async () => {
    const { folder, disk, library } = await openLibrary()
    const { id, revision } = await library.create(contentNamed('Kept'))
    const before = await filesIn(folder)
    disk.fail('writeNew', 'ENOSPC')
    await expect(library.update(id, revision, contentNamed('Lost'))).rejects.toMatchObject({
      code: 'disk-full',
      data: { file: `${id}.json` },
    })
    expect(await filesIn(folder)).toEqual(before)
    disk.mend()
    expect((await library.update(id, revision, contentNamed('Then'))).name).toBe('Then')
  })

  it('renames all of a folder or nothing', async () => {
    const { folder, disk, library } = await openLibrary()
    for (const name of ['a', 'b', 'c']) await library.create(contentNamed(name, 'x'))
    const before = await filesIn(folder)
    disk.fail('writeNew', 'ENOSPC', /\.c-/)
    await expect(library.renameFolder('x', 'y')).rejects.toMatchObject({ code: 'disk-full' })
    expect(await filesIn(folder)).toEqual(before)
  })

  it('lets everything be read while nothing may be written', async () => {
    const { folder, disk, library } = await openLibrary()
    await put(folder, 'a.json', fileNamed('a', 1))
    for (const operation of ['claim', 'writeNew', 'rename', 'remove'] as const) disk.fail(operation, 'EACCES')
    const unwritable = { code: 'data-folder-unwritable', data: { folder, reason: 'The system does not permit it.' } }
    await expect(library.create(contentNamed('b'))).rejects.toMatchObject(unwritable)
    await expect(library.remove('a')).rejects.toMatchObject(unwritable)
    expect((await library.library()).entries.map(({ id }) => id)).toEqual(['a'])
  })
})

describe('the trash', () => {
  it('gives back exactly what went in', async () => {
    const { dataFolder, library } = await openLibrary()
    await library.create(contentNamed('a'))
    const { id } = await library.create(contentNamed('b'))
    const before = await filesIn(dataFolder)
    await library.remove(id)
    expect(Object.keys(await filesIn(dataFolder))).toContain(`trash/profiles/${id}.json`)
    await library.restore(id)
    expect(await filesIn(dataFolder)).toEqual(before)
  })

  it('keeps earlier ones of the same identifier, and gives back the latest', async () => {
    const { dataFolder, folder, library } = await openLibrary()
    for (const name of ['first', 'second', 'third']) {
      await put(folder, 'a.json', { ...fileNamed('a', 1), name })
      await library.remove('a')
    }
    expect(Object.keys(await filesIn(dataFolder)).sort()).toEqual([
      'trash/profiles/a.1.json',
      'trash/profiles/a.2.json',
      'trash/profiles/a.json',
    ])
    expect((await library.restore('a')).name).toBe('third')
  })

  it('may be on another disk', async () => {
    const { dataFolder, disk, library } = await openLibrary()
    const { id } = await library.create(contentNamed('a'))
    const before = await filesIn(dataFolder)
    disk.fail('rename', 'EXDEV', /trash.*a-[a-z2-9]{6}\.json$/, 1)
    await library.remove(id)
    disk.fail('rename', 'EXDEV', /profiles\/a-[a-z2-9]{6}\.json$/, 1)
    await library.restore(id)
    expect(await filesIn(dataFolder)).toEqual(before)
  })

  it('does not give back over a file that is there, nor what it cannot read', async () => {
    const { dataFolder, folder, library } = await openLibrary()
    await put(folder, 'a.json', fileNamed('a', 1))
    await library.remove('a')
    await put(folder, 'a.json', 'broken')
    await expect(library.restore('a')).rejects.toMatchObject({ code: 'file-unwritable' })
    await rm(join(folder, 'a.json'))
    await put(join(dataFolder, 'trash', 'profiles'), 'a.json', 'broken too')
    await expect(library.restore('a')).rejects.toMatchObject({ code: 'profile-malformed' })
  })
})

describe('many profiles', { timeout: 60_000 }, () => {
  it('load, all thousand of them, and are moved by writing one file', async () => {
    const { folder, disk, library } = await openLibrary()
    await mkdir(folder)
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        put(folder, `p${index}.json`, fileNamed(`p${index}`, index, `f${index % 10}`)),
      ),
    )
    const { entries, folders, problems } = await library.library()
    await library.move('p999', 'f0', 'p500')
    expect({ count: entries.length, folders: folders.length, problems, renamed: disk.renamed }).toEqual({
      count: 1_000,
      folders: 10,
      problems: [],
      renamed: ['p999.json'],
    })
  })
})

describe('changes by others', () => {
  it('are told without being asked for', async () => {
    const { folder, library } = await openLibrary()
    await library.create(contentNamed('a'))
    const told = new Promise<string[]>((resolve) => {
      library.onChanged(({ entries }) => {
        const names = entries.map(({ name }) => name)
        if (names.includes('from git')) resolve(names)
      })
    })
    await library.move((await library.library()).entries[0]?.id ?? '', 'x', null)
    await put(folder, 'staged', { ...fileNamed('g', 5), name: 'from git' })
    await rename(join(folder, 'staged'), join(folder, 'g.json'))
    expect(await told).toEqual(['from git', 'a'])
    await library.close()
  })
})

describe('the sweep of the trash', () => {
  it('deletes profiles that were removed more than 30 days ago, and nothing else', async () => {
    const dataFolder = await makeTemporaryFolder()
    const folder = join(dataFolder, 'profiles')
    const trashFolder = join(dataFolder, 'trash', 'profiles')
    let nowUnixMs = Date.now()
    const store = new LibraryFiles({
      files: new FaultyDisk(),
      folder,
      trashFolder,
      format: profileFormat,
      nowUnixMs: () => nowUnixMs,
    })
    const library = new LibraryService({ store, format: profileFormat })
    const removed = await library.create(contentNamed('Removed'))
    const kept = await library.create(contentNamed('Kept'))
    await store.sweep()
    await library.remove(removed.id)
    await writeFile(join(trashFolder, 'notes.txt'), 'not ours')
    nowUnixMs += trashKeptMs - 60_000
    await store.sweep()
    const before = Object.keys(await filesIn(trashFolder)).sort()
    nowUnixMs += 120_000
    await store.sweep()
    expect([before, Object.keys(await filesIn(trashFolder)), Object.keys(await filesIn(folder))]).toEqual([
      ['notes.txt', `${removed.id}.json`],
      ['notes.txt'],
      [`${kept.id}.json`],
    ])
  })
})
