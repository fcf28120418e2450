import { spawn } from 'node:child_process'
import { projectFolder } from './project.mjs'

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the checkout when not given
 * @property {Readonly<Record<string, string | undefined>>} [environment] set beside the present one
 * @property {number} [timeLimitMs] from the start to the end
 * @property {number} [silenceLimitMs] between two pieces of output
 * @property {((text: string) => void) | null} [onOutput] gets all output as it comes
 */

/**
 * @typedef {object} RunResult
 * @property {number | null} exitCode null when it could not be started or was ended by a signal
 * @property {string | null} problem why it did not end by itself
 * @property {string} output what it printed on stdout and stderr, in order of arrival
 */

/** How long a program that was told to end may take before it is killed. */
const endingGraceMs = 5_000

/**
 * Runs a program to its end. Its whole process group is ended when a limit is passed.
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function runProgram(program, programArguments, options = {}) {
  const { cwd = projectFolder, environment = {}, timeLimitMs, silenceLimitMs, onOutput = null } = options
  return new Promise((resolve) => {
    const ownGroup = process.platform !== 'win32'
    const child = spawn(program, programArguments, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: ownGroup,
    })
    let output = ''
    /** @type {string | null} */
    let problem = null
    /** @type {NodeJS.Timeout | undefined} */
    let killTimer

    /** @param {NodeJS.Signals} signal */
    const signalGroup = (signal) => {
      if (child.pid === undefined) return
      try {
        if (ownGroup) process.kill(-child.pid, signal)
        else child.kill(signal)
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error
      }
    }
    /** @param {string} reason */
    const end = (reason) => {
      if (problem !== null) return
      problem = reason
      signalGroup('SIGTERM')
      killTimer = setTimeout(() => signalGroup('SIGKILL'), endingGraceMs)
    }
    const timeTimer =
      timeLimitMs === undefined
        ? undefined
        : setTimeout(() => end(`It did not end within ${timeLimitMs / 1000} s.`), timeLimitMs)
    const silenceTimer =
      silenceLimitMs === undefined
        ? undefined
        : setTimeout(() => end(`It made no progress for ${silenceLimitMs / 1000} s.`), silenceLimitMs)

    /** @param {string} text */
    const accept = (text) => {
      silenceTimer?.refresh()
      output += text
      onOutput?.(text)
    }
    child.stdout.setEncoding('utf8').on('data', accept)
    child.stderr.setEncoding('utf8').on('data', accept)

    // The child stands in its own group, so a Ctrl+C at the terminal has to be handed on.
    const onInterrupt = () => end('It was interrupted.')
    process.once('SIGINT', onInterrupt)
    process.once('SIGTERM', onInterrupt)

    /** @param {number | null} exitCode */
    const finish = (exitCode) => {
      clearTimeout(timeTimer)
      clearTimeout(silenceTimer)
      clearTimeout(killTimer)
      process.removeListener('SIGINT', onInterrupt)
      process.removeListener('SIGTERM', onInterrupt)
      resolve({ exitCode, problem, output })
    }
    child.once('error', (error) => {
      problem ??= error.message
      finish(null)
    })
    child.once('close', (exitCode, signal) => {
      if (exitCode === null) problem ??= `It was ended by ${signal}.`
      finish(problem === null ? exitCode : null)
    })
  })
}

/**
 * Runs a script with this Node.
 * @param {readonly string[]} scriptAndArguments
 * @param {RunOptions} [options]
 */
export function runNode(scriptAndArguments, options) {
  return runProgram(process.execPath, scriptAndArguments, options)
}

/**
 * Runs npm: the one that runs this script where there is one.
 * @param {readonly string[]} npmArguments
 * @param {RunOptions} [options]
 */
export function runNpm(npmArguments, options) {
  const npmScript = process.env.npm_execpath
  if (npmScript !== undefined && /\.c?js$/.test(npmScript)) return runNode([npmScript, ...npmArguments], options)
  // Windows starts npm.cmd only through a shell; the arguments are our own and need no quoting.
  return process.platform === 'win32'
    ? runProgram('cmd.exe', ['/d', '/s', '/c', 'npm', ...npmArguments], options)
    : runProgram('npm', npmArguments, options)
}
