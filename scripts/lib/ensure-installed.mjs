import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprintOfContent, readStamp, writeStamp } from './fingerprint.mjs'
import { note, projectFolder } from './project.mjs'
import { runNpm } from './run-program.mjs'

const installTimeLimitMs = 15 * 60_000

/**
 * Installs the packages of package-lock.json when they are missing or others are there.
 * @param {string} [folder]
 * @param {typeof runNpm} [npm]
 */
export async function ensureInstalled(folder = projectFolder, npm = runNpm) {
  const lockFile = join(folder, 'package-lock.json')
  const stampFile = join(folder, 'node_modules', '.wirebench-installed')
  const wanted = `${fingerprintOfContent(lockFile)} ${process.platform} ${process.arch}`
  if (readStamp(stampFile) === wanted) return
  if (!hasPackagesOf(folder)) {
    note('Installing packages…')
    const result = await npm(['ci', '--no-audit', '--no-fund'], {
      cwd: folder,
      timeLimitMs: installTimeLimitMs,
      // A production setting in the environment would leave out everything needed to build.
      environment: { NODE_ENV: 'development' },
    })
    if (result.exitCode !== 0) {
      throw new Error(
        `Installing packages failed. ${result.problem ?? ''}\n${result.output}\nCheck that the npm registry can be reached, then run the command again.`,
      )
    }
  }
  writeStamp(stampFile, wanted)
}

/**
 * Whether node_modules holds what package-lock.json lists: npm's own record of it says the same.
 * @param {string} folder
 */
function hasPackagesOf(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const wanted = versionsOf(join(folder, 'package-lock.json'))
  const present = versionsOf(record)
  for (const [path, { version, optional }] of wanted) {
    const found = present.get(path)
    if (found === undefined ? !optional : found.version !== version) return false
  }
  return true
}

/**
 * @typedef {{ readonly version: string, readonly optional: boolean }} LockedPackage
 * @param {string} lockFile
 * @returns {Map<string, LockedPackage>}
 */
function versionsOf(lockFile) {
  /** @type {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }> }} */
  const lock = JSON.parse(readFileSync(lockFile, 'utf8'))
  /** @type {Map<string, LockedPackage>} */
  const versions = new Map()
  for (const [path, { version, optional, devOptional }] of Object.entries(lock.packages ?? {})) {
    if (path !== '' && version !== undefined) {
      versions.set(path, { version, optional: optional === true || devOptional === true })
    }
  }
  return versions
}
