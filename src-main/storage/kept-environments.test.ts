import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ErrorShape } from '../contract/errors.ts'
import type { Environments, EnvironmentVariable } from '../contract/schemas/environment.ts'
import { FolderLock } from './folder-lock.ts'
import { JsonDocumentFile } from './json-document-file.ts'
import { FaultyDisk } from './testing/faulty-disk.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'
import { KeptEnvironments } from '../engine/environments/kept-environments.ts'

interface Opened {
  readonly kept: KeptEnvironments
  readonly disk: FaultyDisk
  readonly problems: ErrorShape[]
}

function open(dataFolder: string): Opened {
  const disk = new FaultyDisk()
  const problems: ErrorShape[] = []
  const lock = new FolderLock({ files: disk, folder: dataFolder })
  const file = (name: string) => new JsonDocumentFile({ files: disk, path: join(dataFolder, name), lock })
  const kept = new KeptEnvironments({
    store: file('environments.json'),
    choiceStore: file('environment-choice.json'),
    onProblem: (error) => problems.push(error),
  })
  onTestFinished(() => kept.close())
  return { kept, disk, problems }
}

const plain = (name: string, value: string | null): EnvironmentVariable => ({ name, value, secret: false, notes: '' })
const secret = (name: string, value: string | null = null): EnvironmentVariable => ({
  name,
  value,
  secret: true,
  notes: '',
})

/** Writes environments over what is there. */
async function put(
  kept: KeptEnvironments,
  variables: Readonly<Record<string, readonly EnvironmentVariable[]>>,
  shared: readonly EnvironmentVariable[] = [],
): Promise<Environments> {
  const present = await kept.list()
  const environments = Object.entries(variables).map(([id, own]) => ({ id, name: `The ${id}`, variables: [...own] }))
  return kept.write({ ...present, environments, shared: [...shared] })
}

const password = 'correct horse 8731'

describe('environments', () => {
  it('are kept as a file for people, without the choice', async () => {
    const dataFolder = await makeTemporaryFolder()
    const { kept } = open(dataFolder)
    await put(kept, { bench: [plain('host', '10.0.0.1')] }, [plain('port', '7')])
    const before = await filesIn(dataFolder)
    expect(before['environments.json']).toBe(`{
  "schemaVersion": 1,
  "environments": [
    {
      "id": "bench",
      "name": "The bench",
      "variables": [
        {
          "name": "host",
          "value": "10.0.0.1",
          "secret": false,
          "notes": ""
        }
      ]
    }
  ],
  "shared": [
    {
      "name": "port",
      "value": "7",
      "secret": false,
      "notes": ""
    }
  ]
}
`)
    const { revision } = await kept.list()
    expect(await kept.choose('bench')).toMatchObject({ activeId: 'bench', revision })
    expect((await filesIn(dataFolder))['environments.json']).toBe(before['environments.json'])
    expect((await open(dataFolder).kept.list()).activeId).toBe('bench')
  })

  it('resolve the variable in use before the shared one, which they hide also without a value', async () => {
    const { kept } = open(await makeTemporaryFolder())
    await put(kept, { a: [plain('x', 'of a'), secret('y')], b: [] }, [plain('x', 'shared'), plain('y', 'shared')])
    const seen = (): unknown[] => ['x', 'y', 'z'].map((name) => kept.resolve(name)?.text ?? null)
    const before = seen()
    await kept.choose('a')
    const inA = seen()
    await kept.setSecret('a', 'y', 's')
    expect([before, inA, seen(), kept.resolve('y')]).toEqual([
      ['shared', 'shared', null],
      ['of a', null, null],
      ['of a', 's', null],
      { text: 's', secret: true },
    ])
    await kept.choose('b')
    expect(seen()).toEqual(['shared', 'shared', null])
    await put(kept, { a: [] })
    expect(await kept.list()).toMatchObject({ activeId: null, secretsPresent: [] })
  })

  it('refuse what is there twice, what is not there, and what was changed elsewhere', async () => {
    const { kept } = open(await makeTemporaryFolder())
    const before = await put(kept, { a: [plain('x', '1')] })
    await expect(put(kept, { a: [plain('x', '1'), secret('x')] })).rejects.toMatchObject({
      code: 'variable-name-taken',
      data: { environment: 'The a', name: 'x' },
    })
    await expect(put(kept, {}, [plain('x', '1'), plain('x', '2')])).rejects.toMatchObject({
      code: 'variable-name-taken',
    })
    await expect(put(kept, { shared: [] })).rejects.toMatchObject({ code: 'bad-payload' })
    await expect(kept.choose('no')).rejects.toMatchObject({ code: 'environment-not-found' })
    await expect(kept.setSecret('no', 'x', 's')).rejects.toMatchObject({ code: 'environment-not-found' })
    await expect(kept.setSecret('a', 'x', 's')).rejects.toMatchObject({ code: 'bad-payload' })
    await expect(kept.write({ ...before, revision: 'old' })).rejects.toMatchObject({ code: 'environment-conflict' })
    expect(await kept.list()).toEqual(before)
  })
})

describe('secrets', () => {
  it('are in no file, event, reply or error', async () => {
    const dataFolder = await makeTemporaryFolder()
    const { kept, problems } = open(dataFolder)
    const told: unknown[] = []
    kept.onChanged((environments) => told.push(environments))
    told.push(await put(kept, { a: [secret('pass', password)] }, [secret('pass')]))
    expect(kept.resolve('pass')).toBeNull()
    told.push(await kept.setSecret('a', 'pass', password), await kept.setSecret(null, 'pass', `${password}!`))
    told.push(await kept.choose('a'), await kept.setSecret('a', 'other', password).catch(String), problems)
    expect(kept.resolve('pass')).toEqual({ text: password, secret: true })
    const { secretsPresent } = await kept.list()
    expect(secretsPresent).toEqual(['a/pass', 'shared/pass'])
    expect(JSON.stringify([told, await filesIn(dataFolder)])).not.toContain('8731')
    await kept.setSecret('a', 'pass', null)
    expect(kept.resolve('pass')).toBeNull()
  })

  it('take their value along when a plain variable becomes one, and it leaves the file at once', async () => {
    const dataFolder = await makeTemporaryFolder()
    const { kept } = open(dataFolder)
    await put(kept, { a: [plain('pass', password)] })
    await kept.choose('a')
    const written = await put(kept, { a: [secret('pass', 'something else')] })
    expect(written).toMatchObject({ environments: [{ variables: [{ value: null }] }], secretsPresent: ['a/pass'] })
    expect(kept.resolve('pass')?.text).toBe(password)
    expect(JSON.stringify(await filesIn(dataFolder))).not.toMatch(/8731|something else/)
    // And does not come back by itself.
    expect(await put(kept, { a: [plain('pass', null)] })).toMatchObject({ secretsPresent: [] })
    expect(kept.resolve('pass')).toBeNull()
  })

  it('that somebody wrote into the file do not stay there', async () => {
    const dataFolder = await makeTemporaryFolder()
    const shared = [secret('pass', password)]
    await writeFile(
      join(dataFolder, 'environments.json'),
      JSON.stringify({ schemaVersion: 1, environments: [], shared }),
    )
    const { kept, problems } = open(dataFolder)
    expect(await kept.list()).toMatchObject({ shared: [{ value: null }], secretsPresent: ['shared/pass'] })
    expect(kept.resolve('pass')?.text).toBe(password)
    expect([JSON.stringify(await filesIn(dataFolder)).includes('8731'), problems]).toEqual([false, []])
  })
})

describe('a file of environments', () => {
  it('is shared by two engines, which tell each other and overwrite nothing', async () => {
    const dataFolder = await makeTemporaryFolder()
    const [one, other] = [open(dataFolder).kept, open(dataFolder).kept]
    const told = new Promise<Environments>((resolve) => {
      other.onChanged((environments) => environments.shared.length === 2 && resolve(environments))
    })
    const seen = await put(other, {}, [plain('x', '1')])
    await one.write({ ...(await one.list()), shared: [plain('x', '2'), plain('y', '3')] })
    await expect(other.write({ ...seen, shared: [] })).rejects.toMatchObject({ code: 'environment-conflict' })
    expect((await told).shared.map(({ value }) => value)).toEqual(['2', '3'])
    await other.load()
    expect(other.resolve('y')).toEqual({ text: '3', secret: false })
  })

  it.each([
    ['{', 'It ends in the middle: it is not whole JSON. It was left as it is.'],
    [
      '{"schemaVersion":2}',
      'It was written by a newer Wirebench (format 2). Update Wirebench to use it. It was left as it is.',
    ],
    [
      JSON.stringify({ schemaVersion: 1, environments: [], shared: [plain('x', '1'), plain('x', '2')] }),
      'The list of shared variables has two variables named "x". Give one of them another name. It was left as it is.',
    ],
  ])('that cannot be used is told and left as it is (%#)', async (text, reason) => {
    const dataFolder = await makeTemporaryFolder()
    await mkdir(dataFolder, { recursive: true })
    const path = join(dataFolder, 'environments.json')
    await writeFile(path, text)
    const { kept, problems } = open(dataFolder)
    const unreadable = { code: 'file-unreadable', data: { file: 'environments.json', reason } }
    await kept.load()
    expect(await kept.list()).toMatchObject({ environments: [], shared: [], activeId: null })
    const empty: Environments = { environments: [], shared: [], activeId: null, revision: '', secretsPresent: [] }
    await expect(kept.write(empty)).rejects.toMatchObject(unreadable)
    expect([problems.map(({ data }) => data), kept.resolve('x'), await readFile(path, 'utf8')]).toEqual([
      [unreadable.data],
      null,
      text,
    ])
  })

  it('is not needed to choose: what cannot be kept holds here', async () => {
    const { kept, disk, problems } = open(await makeTemporaryFolder())
    await put(kept, { a: [] })
    for (const operation of ['claim', 'writeNew', 'rename'] as const) disk.fail(operation, 'EACCES')
    await kept.choose('a')
    expect([(await kept.list()).activeId, problems.map(({ code }) => code)]).toEqual(['a', ['data-folder-unwritable']])
    await expect(put(kept, { b: [] })).rejects.toMatchObject({ code: 'data-folder-unwritable' })
  })
})

it('what is no text in the place of a secret is not repeated by the problem', async () => {
  const folder = await makeTemporaryFolder()
  const shared = [{ name: 'token', value: 987_654, secret: true, notes: '' }]
  await writeFile(join(folder, 'environments.json'), JSON.stringify({ schemaVersion: 1, environments: [], shared }))
  const { kept, problems } = open(folder)
  await kept.load()
  expect(problems.map(({ code }) => code)).toEqual(['file-unreadable'])
  expect(JSON.stringify(problems)).not.toContain('987654')
  expect(problems[0]?.message).toContain('shared[0].value: Write the value as a text in double quotes.')
})
