/** Fails when a source file is longer than agreed: 400 lines, a component 250. */
import { readFileSync } from 'node:fs'
import { listFiles } from './lib/fingerprint.mjs'
import { inProject, projectFolder } from './lib/project.mjs'
import { relative } from 'node:path'

const maximumLines = [
  { ending: '.svelte', lines: 250 },
  { ending: '.ts', lines: 400 },
  { ending: '.mjs', lines: 400 },
  { ending: '.css', lines: 400 },
]

const sources = ['src-main', 'src-renderer', 'scripts', 'bench', 'e2e'].map((folder) => inProject(folder))
const tooLong = listFiles(sources).flatMap((file) => {
  const limit = maximumLines.find(({ ending }) => file.endsWith(ending))?.lines
  const lines = readFileSync(file, 'utf8').split('\n').length - 1
  return limit !== undefined && lines > limit
    ? [`${relative(projectFolder, file)} has ${lines} lines, at most ${limit} are allowed. Split it by what it does.`]
    : []
})

if (tooLong.length > 0) {
  process.stdout.write(`${tooLong.join('\n')}\n`)
  process.exitCode = 1
}
