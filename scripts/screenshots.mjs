/** `npm run screenshots`: takes the pictures of the main views anew, into assets/screenshots/. */
import { ensureChromium } from './lib/ensure-chromium.mjs'
import { prepare, runScript } from './lib/prepare.mjs'
import { packageProgram } from './lib/project.mjs'
import { runNode } from './lib/run-program.mjs'

await runScript(async () => {
  await prepare()
  const { exitCode, problem } = await runNode(
    [packageProgram('@playwright/test/cli.js'), 'test', '--config', 'playwright.screenshots.config.ts'],
    {
      environment: { WIREBENCH_CHROMIUM: await ensureChromium() },
      onOutput: (text) => void process.stdout.write(text),
    },
  )
  if (exitCode !== 0) throw new Error(`The pictures could not be taken. ${problem ?? ''}`)
})
