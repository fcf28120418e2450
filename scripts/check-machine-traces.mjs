/** Fails when a tracked text file names a folder of somebody's machine or the host of a package registry. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { inProject, projectFolder } from './lib/project.mjs'

/** Built from parts, so that this file does not name what it looks for. */
const traces = [
  { what: 'a home folder', pattern: new RegExp(String.raw`(?:^|[\s'"=(:])/(?:home|Users)/[a-z][\w.-]*/`, 'm') },
  { what: 'the root user’s home folder', pattern: new RegExp(String.raw`(?:^|[\s'"=(:])/${'root'}/`, 'm') },
  { what: 'a work folder of one machine', pattern: new RegExp(String.raw`(?:^|[\s'"=(:])/${'work'}/`, 'm') },
  { what: 'the host of a package registry', pattern: new RegExp(String.raw`registry\.[a-z-]+\.[a-z]+`, 'i') },
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
