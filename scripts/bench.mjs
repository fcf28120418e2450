/**
 * `npm run bench`: builds everything and runs the benchmarks `bench/*.bench.ts` one after another.
 * `npm run bench -- receive --seconds 2` runs one; arguments that begin with a dash go to the benchmarks.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { ensureChromium } from './lib/ensure-chromium.mjs'
import { prepare, runScript } from './lib/prepare.mjs'
import { inProject, note, packageProgram, projectFolder } from './lib/project.mjs'
import { runNode } from './lib/run-program.mjs'

await runScript(async () => {
  const all = readdirSync(inProject('bench'))
    .filter((name) => name.endsWith('.bench.ts'))
    .map((name) => name.replace(/\.bench\.ts$/, ''))
  const given = process.argv.slice(2)
  const firstOption = given.findIndex((argument) => argument.startsWith('-'))
  const names = firstOption === -1 ? given : given.slice(0, firstOption)
  const options = firstOption === -1 ? [] : given.slice(firstOption)
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`There is no benchmark ${unknown.join(', ')}. There are: ${all.join(' ')}`)

  await prepare()
  const built = await runNode([
    packageProgram('vite/bin/vite.js'),
    'build',
    '--config',
    'bench.config.ts',
    '--logLevel',
    'warn',
  ])
  if (built.exitCode !== 0) throw new Error(`The benchmarks could not be built.\n${built.output}`)

  const environment = { ...process.env, WIREBENCH_CHROMIUM: await ensureChromium() }
  for (const name of names.length === 0 ? all : names) {
    note(`── ${name}`)
    const script = inProject('dist', 'bench', `${name}.bench.js`)
    const { status } = spawnSync(process.execPath, [script, ...options], {
      cwd: projectFolder,
      stdio: 'inherit',
      env: environment,
    })
    if (status !== 0) process.exitCode = 1
  }
})
