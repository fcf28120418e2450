/** `npm run -s wirebench -- ...`: the command line program of this checkout, installed and built when that is due. */
import { prepare, runScript } from './lib/prepare.mjs'
import { runCli } from './lib/run-cli.mjs'
import { start } from './lib/start-workbench.mjs'

const cliArguments = process.argv.slice(2)

await runScript(async () => {
  await prepare()
  await (cliArguments.length === 0 ? start([]) : runCli(cliArguments))
})
