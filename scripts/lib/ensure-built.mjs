import { rmSync } from 'node:fs'
import { fingerprintOfTimes, listFiles, readStamp, writeStamp } from './fingerprint.mjs'
import { inProject, note, packageProgram, projectFolder } from './project.mjs'
import { runNode } from './run-program.mjs'

const buildTimeLimitMs = 5 * 60_000
const stampFile = inProject('dist', '.built')
const vite = packageProgram('vite/bin/vite.js')

/** What the page and the hosts are built from. */
const sources = [
  'src-main',
  'src-renderer',
  'assets',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'electron.config.ts',
  'tsconfig.base.json',
]

function fingerprintOfSources() {
  const files = listFiles(sources.map((source) => inProject(source)))
  return fingerprintOfTimes(
    projectFolder,
    files.filter((file) => !/\.test\.ts$|[\\/]assets[\\/]screenshots[\\/]/.test(file)),
  )
}

/** Builds the page and the hosts when their sources changed since the last build. */
export async function ensureBuilt() {
  const wanted = fingerprintOfSources()
  if (readStamp(stampFile) === wanted) return
  note('Building…')
  await build()
}

/** Builds the page and the hosts. Throws with the output of the step that failed. */
export async function build() {
  const wanted = fingerprintOfSources()
  rmSync(stampFile, { force: true })
  for (const buildArguments of [['build'], ['build', '--app', '--config', 'electron.config.ts']]) {
    const result = await runNode([vite, ...buildArguments, '--logLevel', 'warn'], { timeLimitMs: buildTimeLimitMs })
    if (result.exitCode !== 0) {
      throw new Error(`The build failed: vite ${buildArguments.join(' ')}\n${result.problem ?? ''}\n${result.output}`)
    }
    if (result.output.trim() !== '') note(result.output.trim())
  }
  writeStamp(stampFile, wanted)
}
