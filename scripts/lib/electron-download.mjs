import { rmSync } from 'node:fs'
import { readStamp, writeStamp } from './fingerprint.mjs'
import { inProject, note, packageProgram } from './project.mjs'
import { runNode } from './run-program.mjs'

const day = 24 * 60 * 60_000

/** What the download needs from outside; tests put in their own. */
const defaults = {
  /** The file that remembers a failure. */
  failureFile: inProject('.cache', 'electron-download-failed'),
  silenceLimitMs: 120_000,
  timeLimitMs: 15 * 60_000,
  install: runInstaller,
  nowMs: () => Date.now(),
}

/**
 * Fetches the Electron program once. A failure is remembered for a day, so that the next start does not wait again.
 * @param {Partial<typeof defaults>} [settings]
 * @returns {Promise<string | null>} why it could not be had; null when it is there
 */
export async function downloadElectron(settings = {}) {
  const { failureFile, silenceLimitMs, timeLimitMs, install, nowMs } = { ...defaults, ...settings }
  const failed = readFailure(failureFile)
  if (failed !== null && nowMs() - failed.atMs < day) {
    return `its download failed before (${failed.reason}); delete ${failureFile} to try again now`
  }
  note('Fetching Electron, once…')
  const { exitCode, problem, output } = await install({
    silenceLimitMs,
    timeLimitMs,
    onOutput: (text) => void process.stderr.write(text),
  })
  if (exitCode === 0) {
    rmSync(failureFile, { force: true })
    return null
  }
  const reason = problem ?? firstLineOf(output)
  writeStamp(failureFile, JSON.stringify({ atMs: nowMs(), reason }))
  return `its download failed (${reason})`
}

/** @param {import('./run-program.mjs').RunOptions} options */
function runInstaller(options) {
  return runNode([inProject('scripts', 'lib', 'electron-installer.mjs'), packageProgram('electron')], options)
}

/**
 * @param {string} failureFile
 * @returns {{ readonly atMs: number, readonly reason: string } | null}
 */
function readFailure(failureFile) {
  const text = readStamp(failureFile)
  if (text === null) return null
  try {
    /** @type {unknown} */
    const value = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('atMs' in value) || !('reason' in value)) return null
    return typeof value.atMs === 'number' ? { atMs: value.atMs, reason: String(value.reason) } : null
  } catch {
    // A damaged note means nothing is known: try the download.
    return null
  }
}

/** @param {string} output */
function firstLineOf(output) {
  return (
    output
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? 'the installer gave no reason'
  )
}
