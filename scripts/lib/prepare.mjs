import { ensureBuilt } from './ensure-built.mjs'
import { ensureInstalled } from './ensure-installed.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { inProject } from './project.mjs'

/** The oldest minor version of each line of Node that the build tools run on; later lines all do. */
const oldestMinorOfLine = new Map([
  [20, 19],
  [22, 12],
])

/**
 * @param {string} version as in `process.versions.node`
 */
export function isNodeNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const oldestMinor = oldestMinorOfLine.get(major)
  return oldestMinor === undefined ? major > Math.max(...oldestMinorOfLine.keys()) : minor >= oldestMinor
}

/** The lock lies beside node_modules, not in it: installing empties that. */
const lockFolder = inProject('.cache', 'preparing.lock')

/** Installs what is missing. */
export async function prepareInstall() {
  if (!isNodeNewEnough(process.versions.node)) {
    throw new Error(`Wirebench needs Node 20.19 or 22.12 or later; this is ${process.versions.node}.`)
  }
  await oneAtATime(lockFolder, () => ensureInstalled())
}

/** Installs and builds what is missing or out of date. */
export async function prepare() {
  await prepareInstall()
  await oneAtATime(lockFolder, () => ensureBuilt())
}

/**
 * Runs the body of a script; what it throws is told in plain words and ends in exit code 1.
 * @param {() => Promise<void>} body
 */
export async function runScript(body) {
  try {
    await body()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
