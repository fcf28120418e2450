/** `npm start`: installs and builds what is missing, then opens the workbench. */
import { prepare, runScript } from './lib/prepare.mjs'
import { start } from './lib/start-workbench.mjs'

await runScript(async () => {
  await prepare()
  await start(process.argv.slice(2))
})
