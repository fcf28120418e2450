/** Fails when a tracked text file names a folder of somebody's machine or the host of a package registry. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { inProject, projectFolder } from './lib/project.mjs'

/**
 * A folder named as the beginning of a path.
 * @param {string} folder
 */
const pathBelow = (folder) => new RegExp(`(?:^|[\\s'"\`=(:])${escaped(folder)}/`)

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** Built from parts, so that this file does not name what it looks for. */
const traces = [
  { what: 'the folder of this checkout', pattern: pathBelow(projectFolder) },
  { what: 'the home folder of this machine', pattern: pathBelow(homedir()) },
  { what: 'the home folder of root', pattern: pathBelow(['', 'root'].join('/')) },
  { what: 'the work folder of one machine', pattern: pathBelow(['', 'work'].join('/')) },
  { what: 'the host of a package registry', pattern: /registry\.[a-z-]+\.[a-z]+/i },
  { what: 'an address a package was fetched from', pattern: /"resolved":\s*"https?:/ },
]

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: projectFolder, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(inProject(path)))

const findings = tracked.flatMap((path) => {
  const text = readFileSync(inProject(path))
  if (text.includes(0)) return []
  return text
    .toString('utf8')
    .split('\n')
    .flatMap((line, index) =>
      traces.flatMap(({ what, pattern }) => (pattern.test(line) ? [`${path}:${index + 1} names ${what}`] : [])),
    )
})

if (findings.length > 0) {
  process.stdout.write(`${findings.join('\n')}\n`)
  process.exitCode = 1
}
