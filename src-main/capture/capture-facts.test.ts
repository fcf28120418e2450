import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noFacts, readFacts, writeFacts, type CaptureFacts } from './capture-facts.ts'
import { capturePaths } from './capture-paths.ts'
import { CaptureStore } from './capture-store.ts'
import { FactsKeeper } from './facts-keeper.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryFiles, systemError } from './testing/memory-files.ts'

const paths = capturePaths('/captures', 'one')
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

function filesWith(facts: string | null): MemoryFiles {
  const files = new MemoryFiles()
  files.contents.set(paths.data, new Uint8Array(0))
  if (facts !== null) files.contents.set(paths.facts, bytesOf(facts))
  return files
}

const contentOf = (files: MemoryFiles, path: string): string => new TextDecoder().decode(files.contents.get(path))

const imported = { kind: 'imported', fileName: 'a.pcapng', format: 'pcapng' } as const

test('facts are kept whole, and a change leaves the others as they are', async () => {
  const files = filesWith(null)
  const first = await writeFacts(files, paths, { notes: 'line 1\nline 2', origin: imported })
  const second = await writeFacts(files, paths, { tags: ['slow', 'later \u{1f50c}'], name: 'new' })
  const all = { name: 'new', notes: 'line 1\nline 2', tags: ['slow', 'later \u{1f50c}'], origin: imported }
  expect([first, second, await readFacts(files, paths)]).toEqual([{ ...all, name: null, tags: [] }, all, all])
  expect(JSON.parse(contentOf(files, paths.facts))).toEqual({ formatVersion: 2, ...all })
})

test('facts of the first version have a name, and become of the second when they are changed', async () => {
  const files = filesWith('{"formatVersion":1,"name":"old name"}')
  expect(await readFacts(files, paths)).toEqual({ ...noFacts, name: 'old name' })
  await writeFacts(files, paths, { notes: 'n' })
  expect(await readFacts(files, paths)).toEqual({ ...noFacts, name: 'old name', notes: 'n' })
})

test.each([
  ['no JSON', '{"formatVersion":2,'],
  ['no facts', '[1,2]'],
  ['tags of the wrong kind', '{"formatVersion":2,"name":null,"notes":"","tags":[1],"origin":{"kind":"recorded"}}'],
  [
    'an opened file',
    '{"formatVersion":2,"name":null,"notes":"","tags":[],"origin":{"kind":"file","path":"/x","isReadOnly":true}}',
  ],
  ['too much', `{"formatVersion":2,"name":"${'x'.repeat(1024 * 1024)}"}`],
])('a file with %s counts for nothing, and is set aside when others are kept', async (_, content) => {
  const files = filesWith(content)
  expect(await readFacts(files, paths)).toEqual(noFacts)
  await writeFacts(files, paths, { name: 'mended' })
  expect((await readFacts(files, paths)).name).toBe('mended')
  expect(contentOf(files, paths.damagedFacts)).toBe(content)
})

test('a file of a newer version counts for nothing and is never overwritten', async () => {
  const content = '{"formatVersion":3,"title":"kept by a newer one"}'
  const files = filesWith(content)
  expect(await readFacts(files, paths)).toEqual(noFacts)
  await expect(writeFacts(files, paths, { name: 'x' })).rejects.toMatchObject({
    code: 'capture-newer',
    data: { file: 'one.json', found: 3, supported: 2 },
  })
  expect([...files.contents.keys()]).toEqual([paths.data, paths.facts])
  expect(contentOf(files, paths.facts)).toBe(content)
})

test('what cannot be read or written is a coded error, and the old facts stay', async () => {
  const files = filesWith('{"formatVersion":1,"name":"stays"}')
  files.beforeWrite = (path) => {
    throw systemError('ENOSPC', path)
  }
  await expect(writeFacts(files, paths, { name: 'x' })).rejects.toMatchObject({ code: 'disk-full' })
  files.beforeWrite = (path) => {
    throw systemError('EROFS', path)
  }
  await expect(writeFacts(files, paths, { name: 'x' })).rejects.toMatchObject({ code: 'file-unwritable' })
  files.beforeWrite = null
  expect((await readFacts(files, paths)).name).toBe('stays')
  files.beforeRead = () => {
    throw systemError('EIO', paths.facts)
  }
  await expect(readFacts(files, paths)).rejects.toMatchObject({ code: 'file-unreadable' })
  await expect(writeFacts(files, paths, { name: 'x' })).rejects.toMatchObject({ code: 'file-unreadable' })
})

test('a capture that was removed meanwhile gets no facts', async () => {
  const files = filesWith(null)
  files.contents.delete(paths.data)
  await expect(writeFacts(files, paths, { name: 'x' })).rejects.toMatchObject({ code: 'capture-not-found' })
  expect([...files.contents.keys()]).toEqual([])
})

test('changes at the same time all hold', async () => {
  const files = filesWith(null)
  const keeper = new FactsKeeper(files)
  await Promise.all([
    keeper.change(paths, { name: 'n' }),
    keeper.change(paths, { notes: 'notes' }),
    keeper.change(paths, { tags: ['t'] }),
  ])
  expect(await readFacts(files, paths)).toEqual({ ...noFacts, name: 'n', notes: 'notes', tags: ['t'] })
})

test('the origin given to a new capture stands in the list, with notes and tags given later', async () => {
  const files = new MemoryFiles()
  const store = await CaptureStore.open({ folder: '/captures', clock: new ManualClock(), programVersion: '1', files })
  const capture = await store.create({ name: 'from a file', origin: imported })
  await capture.close()
  await store.annotate(capture.captureId, { notes: 'why' })
  const annotated = await store.annotate(capture.captureId, { tags: ['a', 'b'] })
  expect(annotated).toMatchObject({ name: 'from a file', notes: 'why', tags: ['a', 'b'], origin: imported })
  expect(await store.list()).toEqual([annotated])
  await store.close()
})

test('whatever stands in a facts file, reading gives facts and writing keeps what was asked for', async () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(bytesOf),
    fc
      .record(
        {
          formatVersion: fc.constantFrom(1, 2, 3, '2'),
          name: fc.anything(),
          notes: fc.anything(),
          tags: fc.anything(),
        },
        { requiredKeys: [] },
      )
      .map((facts) => bytesOf(JSON.stringify(facts))),
  )
  await fc.assert(
    fc.asyncProperty(content, async (bytes) => {
      const files = filesWith(null)
      files.contents.set(paths.facts, bytes)
      const before: CaptureFacts = await readFacts(files, paths)
      const written = await writeFacts(files, paths, { notes: 'kept' }).catch((error: unknown) => error)
      if (written instanceof Error) {
        expect(written).toMatchObject({ code: 'capture-newer' })
        expect(files.contents.get(paths.facts)).toEqual(bytes)
      } else {
        expect(await readFacts(files, paths)).toEqual({ ...before, notes: 'kept' })
      }
    }),
    { seed: 20261201, numRuns: 2000 },
  )
})
