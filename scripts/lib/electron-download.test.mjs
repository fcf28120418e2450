import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { downloadElectron } from './electron-download.mjs'
import { findElectron } from './electron-binary.mjs'
import { inProject } from './project.mjs'
import { runNode } from './run-program.mjs'

const hour = 60 * 60_000

/** @type {string} */
let folder
/** @type {string} */
let failureFile
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-electron-'))
  failureFile = join(folder, '.cache', 'failed')
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** @param {number | null} exitCode @param {string | null} problem @param {string} output */
const ended = (exitCode, problem = null, output = '') => vi.fn(async () => ({ exitCode, problem, output }))

test('a failure is told with its reason and not tried again for a day', async () => {
  const install = ended(1, null, '\nHTTPError: not found\n  at somewhere')
  expect([
    await downloadElectron({ failureFile, install, nowMs: () => 0 }),
    await downloadElectron({ failureFile, install, nowMs: () => 23 * hour }),
    install.mock.calls.length,
    await downloadElectron({ failureFile, install: ended(0), nowMs: () => 25 * hour }),
    existsSync(failureFile),
  ]).toEqual([
    'its download failed (HTTPError: not found)',
    `its download failed before (HTTPError: not found); delete ${failureFile} to try again now`,
    1,
    null,
    false,
  ])
})

test('an installer that makes no progress is ended', async () => {
  const silent = join(folder, 'silent.mjs')
  writeFileSync(silent, 'process.stdout.write("5 %\\n"); setInterval(() => {}, 1000)')
  const reason = await downloadElectron({
    failureFile,
    silenceLimitMs: 1_000,
    install: (options) => runNode([silent], options),
  })
  expect(reason).toBe('its download failed (It made no progress for 1 s.)')
})

/**
 * A package as electron's, whose download and unpacking write what they were given.
 * @param {string} download body of `downloadArtifact(details)`
 */
function makePackage(download) {
  const electronPackage = join(folder, 'electron')
  const get = join(electronPackage, 'node_modules', '@electron', 'get')
  mkdirSync(get, { recursive: true })
  writeFileSync(join(get, 'index.js'), `exports.downloadArtifact = async (details) => { ${download} }`)
  writeFileSync(join(electronPackage, 'package.json'), '{"version":"45.0.0"}')
  writeFileSync(join(electronPackage, 'checksums.json'), '{}')
  writeFileSync(
    join(electronPackage, 'install.js'),
    `const fs = require('fs'), path = require('path')
     fs.mkdirSync(path.join(__dirname, 'dist'))
     fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '')
     fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron')`,
  )
  return electronPackage
}

/** @param {string} electronPackage */
const runInstaller = (electronPackage) =>
  runNode([inProject('scripts', 'lib', 'electron-installer.mjs'), electronPackage])

test('the installer tells its progress, unpacks, and the program is found', async () => {
  const electronPackage = makePackage(
    `const tell = details.downloadOptions.getProgressCallback
     for (const transferred of [0, 1e6, 49e6, 50e6, 100e6]) tell({ transferred, total: 100e6 })
     tell({ transferred: 3.5e6, total: null })`,
  )
  expect(findElectron({}, electronPackage)).toBeNull()
  const { exitCode, output } = await runInstaller(electronPackage)
  expect({ exitCode, lines: output.trim().split('\n') }).toEqual({
    exitCode: 0,
    lines: [0, 45, 50, 100].map((percent) => `Electron 45.0.0: ${percent} % of 100 MB`).concat('Electron 45.0.0: 3 MB'),
  })
  expect(findElectron({}, electronPackage)).toBe(join(electronPackage, 'dist', 'electron'))
})

test('a download that fails leaves nothing to be found', async () => {
  const electronPackage = makePackage(`throw new Error('offline')`)
  const { exitCode, output } = await runInstaller(electronPackage)
  expect([exitCode, /offline/.test(output), findElectron({}, electronPackage)]).toEqual([1, true, null])
})

test('a program of one’s own is taken from ELECTRON_OVERRIDE_DIST_PATH', () => {
  const own = join(folder, 'own')
  mkdirSync(own)
  const name = process.platform === 'win32' ? 'electron.exe' : 'electron'
  const environment = { ELECTRON_OVERRIDE_DIST_PATH: own }
  expect(findElectron(environment, join(folder, 'electron'))).toBeNull()
  if (process.platform !== 'darwin') {
    writeFileSync(join(own, name), '')
    expect(findElectron(environment, join(folder, 'electron'))).toBe(join(own, name))
  }
})
