/**
 * A second process on a profile folder, driven by lines on its standard input: `create NAME`, `rename ID NAME`,
 * `hang`, which begins to save and never gets to the rename. Each answer is one line.
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { LibraryService } from '../../engine/library/library-service.ts'
import { profileFormat } from '../../engine/profiles/profile-format.ts'
import { contentNamed, type ProfileLibraryService } from '../../engine/profiles/testing/sample-content.ts'
import type { FileAccess } from '../file-access.ts'
import { LibraryFiles } from '../library-files.ts'
import { nodeFileAccess } from '../node-file-access.ts'

const dataFolder = process.argv[2] ?? ''
const say = (line: string): void => void process.stdout.write(`${line}\n`)

function open(files: FileAccess): ProfileLibraryService {
  const folder = join(dataFolder, 'profiles')
  const store = new LibraryFiles({ files, folder, trashFolder: join(dataFolder, 'trash'), format: profileFormat })
  return new LibraryService({ store, format: profileFormat })
}

const library = open(nodeFileAccess)
const hanging = open({
  ...nodeFileAccess,
  rename: () => {
    say('hanging')
    return new Promise<void>(() => undefined)
  },
})

async function run(line: string): Promise<string> {
  const [verb, first = '', second = ''] = line.split(' ')
  if (verb === 'create') return (await library.create(contentNamed(first))).id
  if (verb === 'hang') return (await hanging.create(contentNamed('never'))).id
  const profile = (await library.library()).entries.find(({ id }) => id === first)
  return (await library.update(first, profile?.revision ?? '', contentNamed(second))).revision
}

createInterface({ input: process.stdin }).on('line', (line) => {
  run(line).then(say, (error: unknown) =>
    say(error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  )
})
