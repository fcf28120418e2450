import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this checkout. */
export const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/**
 * A path inside the checkout.
 * @param {...string} parts
 */
export const inProject = (...parts) => join(projectFolder, ...parts)

/** What is remembered between runs and may be deleted at any time. */
export const cacheFolder = inProject('.cache')

/**
 * The program of a package, to be run with Node itself: no shell and no npx between.
 * @param {string} path below node_modules
 */
export const packageProgram = (path) => inProject('node_modules', ...path.split('/'))

/**
 * Progress and notes go to stderr; stdout belongs to the program that is run.
 * @param {string} line
 */
export function note(line) {
  process.stderr.write(`${line}\n`)
}
