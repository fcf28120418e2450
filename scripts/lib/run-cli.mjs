import { pathToFileURL } from 'node:url'
import { inProject } from './project.mjs'

/**
 * Goes on as the built command line program, in this very process: its streams, signals and exit code are the real ones.
 * Paths among the arguments mean what they meant where npm was called.
 * @param {readonly string[]} cliArguments
 */
export async function runCli(cliArguments) {
  const program = inProject('dist', 'hosts', 'cli.js')
  process.argv = [process.execPath, program, ...cliArguments]
  if (process.env.INIT_CWD !== undefined) process.chdir(process.env.INIT_CWD)
  await import(pathToFileURL(program).href)
}
