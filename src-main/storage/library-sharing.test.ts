import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WirebenchError } from '../contract/errors.ts'
import { LibraryService } from '../engine/library/library-service.ts'
import { profileFormat } from '../engine/profiles/profile-format.ts'
import { contentNamed, type ProfileLibraryService } from '../engine/profiles/testing/sample-content.ts'
import { LibraryFiles } from './library-files.ts'
import { nodeFileAccess } from './node-file-access.ts'
import { filesIn, makeTemporaryFolder } from './testing/temporary-folder.ts'

/** For a machine that is busy with other things. */
const patienceMs = 120_000

function openLibrary(dataFolder: string): ProfileLibraryService {
  const folder = join(dataFolder, 'profiles')
  const store = new LibraryFiles({
    files: nodeFileAccess,
    folder,
    trashFolder: join(dataFolder, 'trash'),
    format: profileFormat,
  })
  return new LibraryService({ store, format: profileFormat })
}

describe('two libraries on one folder', () => {
  it('never overwrite what they have not seen', async () => {
    const dataFolder = await makeTemporaryFolder()
    const [one, other] = [openLibrary(dataFolder), openLibrary(dataFolder)]
    const created = await one.create(contentNamed('a'))
    await other.update(created.id, created.revision, contentNamed('changed by the other'))
    await expect(one.update(created.id, created.revision, contentNamed('b'))).rejects.toMatchObject({
      code: 'profile-conflict',
      data: { name: 'changed by the other' },
    })
    await other.remove(created.id)
    await expect(one.update(created.id, created.revision, contentNamed('b'))).rejects.toMatchObject({
      code: 'profile-not-found',
    })
  })

  it('keep both changes of the folder list', async () => {
    const dataFolder = await makeTemporaryFolder()
    const [one, other] = [openLibrary(dataFolder), openLibrary(dataFolder)]
    await Promise.all([one.createFolder('a'), other.createFolder('b'), one.createFolder('c'), other.createFolder('d')])
    expect((await one.library()).folders).toEqual(['a', 'b', 'c', 'd'])
  })

  it('tell each other', async () => {
    const dataFolder = await makeTemporaryFolder()
    const [one, other] = [openLibrary(dataFolder), openLibrary(dataFolder)]
    await one.create(contentNamed('a'))
    const told = new Promise<number>((resolve) => {
      other.onChanged(({ entries }) => entries.length > 1 && resolve(entries.length))
    })
    // The first change goes through the library that listens, so that its watch is certainly in place.
    await other.createFolder('x')
    await one.create(contentNamed('b'))
    expect(await told).toBe(2)
    await other.close()
  })

  it(
    'lose no update, whatever they do at the same time',
    async () => {
      const step = fc.record({
        by: fc.nat(1),
        what: fc.constantFrom('read', 'update', 'move', 'duplicate'),
        of: fc.nat(2),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
          const dataFolder = await makeTemporaryFolder()
          const libraries = [openLibrary(dataFolder), openLibrary(dataFolder)]
          for (const name of ['a', 'b', 'c']) await libraries[0]?.create(contentNamed(name))
          const seen = await Promise.all(libraries.map((library) => library.library()))
          const accepted = new Map<string, string[]>()
          let conflicts = 0
          let duplicates = 0
          await Promise.all(
            steps.map(async ({ by, what, of }, index) => {
              const library = libraries[by]
              const known = seen[by]?.entries[of]
              if (library === undefined || known === undefined) return
              if (what === 'read') await library.library()
              else if (what === 'move') await library.move(known.id, 'x', null)
              else if (what === 'duplicate') {
                await library.duplicate(known.id)
                duplicates++
              } else {
                const notes = `step ${index}`
                try {
                  await library.update(known.id, known.revision, { ...contentNamed(known.name), notes })
                  accepted.set(known.id, [...(accepted.get(known.id) ?? []), notes])
                } catch (error) {
                  if (!(error instanceof WirebenchError) || error.code !== 'profile-conflict') throw error
                  conflicts++
                }
              }
            }),
          )
          const [left, right] = await Promise.all(libraries.map((library) => library.library()))
          const updates = steps.filter(({ what }) => what === 'update').length
          expect(left).toEqual(right)
          expect(left?.entries.length).toBe(3 + duplicates)
          expect([...accepted.values()].flat().length + conflicts).toBe(updates)
          for (const [id, notes] of accepted) {
            // Of several changes made from the same revision one wins, and stays.
            expect(notes.length).toBe(1)
            expect(left?.entries.find((profile) => profile.id === id)?.notes).toBe(notes[0])
          }
          expect(left?.problems).toEqual([])
        }),
        { numRuns: 15 },
      )
    },
    patienceMs,
  )
})

describe('two processes on one folder', () => {
  let outDir = ''
  let script = ''

  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'wirebench-process-'))
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: fileURLToPath(new URL('./testing/library-process.ts', import.meta.url)),
        outDir,
        emptyOutDir: true,
        target: 'node20',
        rolldownOptions: { output: { entryFileNames: 'library-process.mjs' } },
      },
    })
    script = join(outDir, 'library-process.mjs')
  }, patienceMs)

  afterAll(() => rm(outDir, { recursive: true, force: true }))

  interface LibraryProcess {
    readonly process: ChildProcessByStdio<Writable, Readable, null>
    ask(line: string): Promise<string>
  }

  function start(dataFolder: string): LibraryProcess {
    const child = spawn(process.execPath, [script, dataFolder], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    const waiting: ((line: string) => void)[] = []
    createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line))
    return {
      process: child,
      ask: (line) =>
        new Promise((resolve) => {
          waiting.push(resolve)
          child.stdin.write(`${line}\n`)
        }),
    }
  }

  it(
    'make and change profiles at the same time, and every one of them is kept',
    async () => {
      const dataFolder = await makeTemporaryFolder()
      const [one, other] = [start(dataFolder), start(dataFolder)]
      const ids = await Promise.all(
        Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? one : other).ask(`create p${index}`)),
      )
      const library = openLibrary(dataFolder)
      const { entries, problems } = await library.library()
      expect({ ids: entries.map(({ id }) => id).sort(), problems }).toEqual({ ids: ids.sort(), problems: [] })
      const positions = entries.map(({ position }) => position)
      expect(positions).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))

      const answers = await Promise.all([one, other].map(({ ask }, index) => ask(`rename ${ids[0] ?? ''} by${index}`)))
      const name = (await library.library()).entries.find(({ id }) => id === ids[0])?.name
      expect(answers.every((answer) => answer === 'profile-conflict' || /^[0-9a-f]{32}$/.test(answer))).toBe(true)
      expect(['by0', 'by1']).toContain(name)
    },
    patienceMs,
  )

  it(
    'survive that one is killed between its temporary file and the rename',
    async () => {
      const dataFolder = await makeTemporaryFolder()
      const library = openLibrary(dataFolder)
      const { id } = await library.create(contentNamed('kept'))
      const before = await filesIn(dataFolder)

      const killed = start(dataFolder)
      expect(await killed.ask('hang')).toBe('hanging')
      killed.process.kill('SIGKILL')
      await once(killed.process, 'exit')
      const left = Object.keys(await filesIn(join(dataFolder, 'profiles'))).filter((name) => name.startsWith('.'))
      expect(left.map((name) => name.replace(/never-.*(?=\.tmp)/, 'never'))).toEqual(
        expect.arrayContaining(['.never.tmp', '.wirebench-lock']),
      )
      expect((await library.library()).entries.map((profile) => profile.id)).toEqual([id])

      await library.createFolder('x')
      await library.removeFolder('x')
      const { 'profiles/folders.json': _folders, ...after } = await filesIn(dataFolder)
      expect(after).toEqual(before)
    },
    patienceMs,
  )
})
