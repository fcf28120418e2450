import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * Every file below the given files and folders, sorted; names that begin with a dot are left out.
 * @param {readonly string[]} roots absolute paths; those that do not exist are passed over
 * @returns {string[]}
 */
export function listFiles(roots) {
  /** @type {string[]} */
  const found = []
  /** @param {string} path */
  const visit = (path) => {
    const facts = statSync(path, { throwIfNoEntry: false })
    if (facts === undefined) return
    if (!facts.isDirectory()) {
      found.push(path)
      return
    }
    for (const name of readdirSync(path)) if (!name.startsWith('.')) visit(join(path, name))
  }
  roots.forEach(visit)
  return found.sort()
}

/**
 * A short text that changes when a file is added, removed or written.
 * @param {string} folder what the paths are relative to
 * @param {readonly string[]} files
 */
export function fingerprintOfTimes(folder, files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${relative(folder, file)}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/**
 * A short text that changes when the content of a file changes.
 * @param {string} file
 */
export function fingerprintOfContent(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/**
 * @param {string} stampFile
 * @returns {string | null} null when there is none
 */
export function readStamp(stampFile) {
  try {
    return readFileSync(stampFile, 'utf8').trim()
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null
    throw error
  }
}

/**
 * @param {string} stampFile
 * @param {string} stamp
 */
export function writeStamp(stampFile, stamp) {
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, `${stamp}\n`)
}
