/**
 * `npm test`: installs what it needs and runs every suite, also when one fails. `npm test -- --only unit,e2e` runs some.
 * The last line is the total over all suites; the exit code is 1 when anything failed or nothing ran.
 */
import { parseArgs } from 'node:util'
import { ensureChromium } from './lib/ensure-chromium.mjs'
import { prepareInstall, runScript } from './lib/prepare.mjs'
import { runSteps } from './lib/run-steps.mjs'
import { testSteps } from './lib/test-steps.mjs'

await runScript(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  const names = [...new Set(testSteps.map((step) => step.name))]
  const only = values.only?.split(',') ?? names
  const unknown = only.filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new Error(`There is no suite ${unknown.join(', ')}. There are: ${names.join(' ')}`)

  await prepareInstall()
  process.exitCode = await runSteps(
    testSteps.filter((step) => only.includes(step.name)),
    ensureChromium,
  )
})
