import { spawn } from 'node:child_process'
import { missingDisplayReason } from './display.mjs'
import { findElectron } from './electron-binary.mjs'
import { downloadElectron } from './electron-download.mjs'
import { inProject, note } from './project.mjs'
import { runCli } from './run-cli.mjs'

/** An Electron that fails sooner than this did not get as far as a window. */
const earlyFailureMs = 10_000

/** @typedef {{ readonly exitCode: number | null, readonly signal: NodeJS.Signals | null, readonly ranMs: number }} ElectronEnd */

/** What starting needs from outside; tests put in their own. */
const surroundings = {
  missingDisplayReason: () => missingDisplayReason(process.platform, process.env),
  findElectron: () => findElectron(),
  downloadElectron: () => downloadElectron(),
  runElectron,
  runWebHost: (/** @type {readonly string[]} */ webArguments) => runCli(['web', ...webArguments]),
  note,
}

/**
 * Opens the workbench in Electron, or, where that is not to be had, serves it on loopback and says why in one line.
 * @param {readonly string[]} hostArguments handed to the host as they are
 * @param {Partial<typeof surroundings>} [settings]
 * @returns {Promise<void>}
 */
export async function start(hostArguments, settings = {}) {
  const around = { ...surroundings, ...settings }
  const reason = await tryElectron(hostArguments, around)
  if (reason === null) return
  around.note(`Electron cannot be used here: ${reason}. Serving the workbench to a browser instead.`)
  await around.runWebHost(hostArguments)
}

/**
 * @param {readonly string[]} hostArguments
 * @param {typeof surroundings} around
 * @returns {Promise<string | null>} why the window could not be opened; null once it was open and is closed again
 */
async function tryElectron(hostArguments, around) {
  const noDisplay = around.missingDisplayReason()
  if (noDisplay !== null) return noDisplay
  let program = around.findElectron()
  if (program === null) {
    const failure = await around.downloadElectron()
    if (failure !== null) return failure
    program = around.findElectron()
    if (program === null) return 'its program is missing after the download'
  }
  const { exitCode, signal, ranMs } = await around.runElectron(program, hostArguments)
  if (exitCode === 0) return null
  if (ranMs < earlyFailureMs && signal !== 'SIGINT' && signal !== 'SIGTERM') {
    return `it could not be started (${exitCode === null ? signal : `exit code ${exitCode}`})`
  }
  process.exitCode = exitCode ?? 1
  return null
}

/**
 * @param {string} program
 * @param {readonly string[]} hostArguments
 * @returns {Promise<ElectronEnd>}
 */
function runElectron(program, hostArguments) {
  return new Promise((resolve) => {
    const startedAtMs = performance.now()
    const environment = { ...process.env }
    // Set by editors that are Electron programs themselves; with it Electron would be a plain Node.
    delete environment.ELECTRON_RUN_AS_NODE
    const child = spawn(program, [inProject('dist', 'hosts', 'electron-main.js'), ...hostArguments], {
      stdio: 'inherit',
      env: environment,
      cwd: process.env.INIT_CWD ?? process.cwd(),
    })
    // Ctrl+C reaches the whole group: wait for the window to close in order.
    const waitForChild = () => {}
    const handOn = () => void child.kill('SIGTERM')
    process.on('SIGINT', waitForChild)
    process.on('SIGTERM', handOn)
    /** @param {number | null} exitCode @param {NodeJS.Signals | null} signal */
    const finish = (exitCode, signal) => {
      process.removeListener('SIGINT', waitForChild)
      process.removeListener('SIGTERM', handOn)
      resolve({ exitCode, signal, ranMs: performance.now() - startedAtMs })
    }
    child.once('error', (error) => {
      note(error.message)
      finish(127, null)
    })
    child.once('exit', finish)
  })
}
