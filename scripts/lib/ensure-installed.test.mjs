import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureInstalled } from './ensure-installed.mjs'

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-install-'))
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** @param {string} file @param {Record<string, object>} packages */
function writeLock(file, packages) {
  writeFileSync(join(folder, file), JSON.stringify({ packages: { '': { version: '0.1.0' }, ...packages } }))
}

const ws = { version: '8.23.0' }
const otherPlatform = { version: '1.0.0', optional: true }

/** An npm that installs what package-lock.json lists, but no optional packages. */
function makeNpm() {
  return vi.fn(async () => {
    mkdirSync(join(folder, 'node_modules'), { recursive: true })
    writeLock(join('node_modules', '.package-lock.json'), { 'node_modules/ws': ws })
    return { exitCode: 0, problem: null, output: '' }
  })
}

test('installs on a fresh clone, and not again', async () => {
  writeLock('package-lock.json', { 'node_modules/ws': ws, 'node_modules/only-elsewhere': otherPlatform })
  const npm = makeNpm()
  await ensureInstalled(folder, npm)
  await ensureInstalled(folder, npm)
  expect(npm.mock.calls).toEqual([[['ci', '--no-audit', '--no-fund'], expect.objectContaining({ cwd: folder })]])
})

test('takes what was installed by hand when it is the same', async () => {
  writeLock('package-lock.json', { 'node_modules/ws': ws, 'node_modules/only-elsewhere': otherPlatform })
  await makeNpm()()
  const npm = makeNpm()
  await ensureInstalled(folder, npm)
  expect(npm).not.toHaveBeenCalled()
})

test('installs again when the lock file asks for another version', async () => {
  writeLock('package-lock.json', { 'node_modules/ws': ws })
  const npm = makeNpm()
  await ensureInstalled(folder, npm)
  writeLock('package-lock.json', { 'node_modules/ws': { version: '9.0.0' } })
  await ensureInstalled(folder, npm)
  expect(npm).toHaveBeenCalledTimes(2)
})

test('a failed installation is told and tried again the next time', async () => {
  writeLock('package-lock.json', { 'node_modules/ws': ws })
  const npm = vi.fn(async () => ({ exitCode: 1, problem: null, output: 'npm error network' }))
  await expect(ensureInstalled(folder, npm)).rejects.toThrow(/npm error network\nCheck that the npm registry/)
  await expect(ensureInstalled(folder, npm)).rejects.toThrow()
  expect(npm).toHaveBeenCalledTimes(2)
})
