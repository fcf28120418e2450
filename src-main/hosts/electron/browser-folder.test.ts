import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeBrowserFolder } from './browser-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-browser-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('lies in the data folder, which is made when it is missing', () => {
  const dataFolder = join(folder, 'not', 'there', 'yet')
  const made = makeBrowserFolder(dataFolder)
  expect([made, statSync(made).isDirectory()]).toEqual([join(dataFolder, '.electron'), true])
})

test('is a temporary one where the data folder cannot be written', () => {
  writeFileSync(join(folder, 'file'), '')
  const made = makeBrowserFolder(join(folder, 'file'))
  try {
    expect([made.startsWith(tmpdir()), statSync(made).isDirectory()]).toEqual([true, true])
  } finally {
    rmSync(made, { recursive: true })
  }
})
