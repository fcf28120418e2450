import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageProgram } from './project.mjs'

/**
 * The Electron program that can be started right now; asking never downloads anything.
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 * @param {string} [electronPackage] folder of the package
 * @returns {string | null} null when there is none
 */
export function findElectron(environment = process.env, electronPackage = packageProgram('electron')) {
  const recorded = readIfThere(join(electronPackage, 'path.txt'))
  const overrideFolder = environment.ELECTRON_OVERRIDE_DIST_PATH
  const program =
    overrideFolder !== undefined && overrideFolder !== ''
      ? join(overrideFolder, recorded ?? programNameOn(process.platform))
      : recorded === null
        ? null
        : join(electronPackage, 'dist', recorded)
  return program !== null && existsSync(program) ? program : null
}

/** @param {string} platform */
function programNameOn(platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/** @param {string} file */
function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
