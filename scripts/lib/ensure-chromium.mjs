import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { note, packageProgram } from './project.mjs'
import { runNode, runProgram } from './run-program.mjs'

const installTimeLimitMs = 10 * 60_000

/** What finding and installing needs from outside; tests put in their own. */
const surroundings = {
  findInstalled: () => findChromium(),
  findPlaywrightBrowser,
  mayUseApt: () => process.platform === 'linux' && process.getuid?.() === 0 && isOnPath('apt-get'),
  runApt,
  runPlaywrightInstall: () =>
    runNode([packageProgram('playwright/cli.js'), 'install', 'chromium'], { timeLimitMs: installTimeLimitMs }),
  note,
}

/**
 * The path of a Chromium to test with. Takes an installed one, else Debian's package where apt and root allow, else
 * Playwright's download. Throws a sentence that says what to do when none can be had.
 * @param {Partial<typeof surroundings>} [settings]
 * @returns {Promise<string>}
 */
export async function ensureChromium(settings = {}) {
  const around = { ...surroundings, ...settings }
  const present = around.findInstalled() ?? (await around.findPlaywrightBrowser())
  if (present !== null) return present

  /** @type {string[]} */
  const failures = []
  if (around.mayUseApt()) {
    around.note('Installing Chromium from the system’s packages…')
    const { exitCode, problem, output } = await around.runApt()
    const installed = around.findInstalled()
    if (installed !== null) return installed
    failures.push(`apt-get: ${problem ?? lastLineOf(output) ?? `exit code ${exitCode}`}`)
  }
  around.note('Fetching Chromium with Playwright…')
  const { exitCode, problem, output } = await around.runPlaywrightInstall()
  const fetched = exitCode === 0 ? await around.findPlaywrightBrowser() : null
  if (fetched !== null) return fetched
  failures.push(`playwright install: ${problem ?? lastLineOf(output) ?? `exit code ${exitCode}`}`)

  throw new Error(
    [
      'No Chromium could be had for the tests in a browser. Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
      ...failures.map((failure) => `  ${failure}`),
    ].join('\n'),
  )
}

async function runApt() {
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  const options = { environment, timeLimitMs: installTimeLimitMs }
  const updated = await runProgram('apt-get', ['update', '-q'], options)
  if (updated.exitCode !== 0) return updated
  return runProgram('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], options)
}

/** @returns {Promise<string | null>} */
async function findPlaywrightBrowser() {
  const { chromium } = await import('playwright')
  const path = chromium.executablePath()
  return existsSync(path) ? path : null
}

/** @param {string} program */
function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

/** @param {string} output */
function lastLineOf(output) {
  return output
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '')
}
