import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PageFiles } from './page-files.ts'

let folder: string
let files: PageFiles

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-page-files-'))
  await mkdir(join(folder, 'page', 'assets'), { recursive: true })
  await mkdir(join(folder, 'page', 'folder.js'))
  await writeFile(join(folder, 'page', 'index.html'), '<html>')
  await writeFile(join(folder, 'page', 'assets', 'App-1a2b.js'), 'run()')
  await writeFile(join(folder, 'page', 'notes.secret'), 'hidden')
  await writeFile(join(folder, 'outside.js'), 'outside')
  await symlink(join(folder, 'outside.js'), join(folder, 'page', 'link.js'))
  files = new PageFiles(join(folder, 'page'))
})

afterEach(() => rm(folder, { recursive: true }))

test('gives the files of the page with their types', async () => {
  expect([await files.read('/index.html'), await files.read('/assets/App-1a2b.js')]).toEqual([
    { bytes: new TextEncoder().encode('<html>'), contentType: 'text/html; charset=utf-8', immutable: false },
    { bytes: new TextEncoder().encode('run()'), contentType: 'text/javascript; charset=utf-8', immutable: true },
  ])
})

test.each([
  '/missing.html',
  '/',
  '',
  'index.html',
  '/folder.js',
  '/index.html/x.js',
  '/notes.secret',
  '/link.js',
  '/../outside.js',
  '/assets/../../outside.js',
  '/%2e%2e/outside.js',
  '/..%2foutside.js',
  '/..%5coutside.js',
  '/assets//App-1a2b.js',
  '/%00index.html',
  '/index.html%00.js',
  '/%zz.html',
  '/C:/outside.js',
])('gives nothing for %s', async (path) => {
  expect(await files.read(path)).toBeNull()
})
