/** `npm run build`: installs what is missing and builds the page and the hosts into dist/. */
import { build } from './lib/ensure-built.mjs'
import { prepareInstall, runScript } from './lib/prepare.mjs'

await runScript(async () => {
  await prepareInstall()
  await build()
})
