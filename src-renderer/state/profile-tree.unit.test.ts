import * as v from 'valibot'
import { expect, it } from 'vitest'
import { profileContent, type Profile, type ProfileLibrary } from '../../src-main/contract/schemas/profile.ts'
import { allFolders } from './library-tree.ts'
import { buildProfileTree } from './profile-tree.ts'

function profile(name: string, folder: string, port: number): Profile {
  const content = v.parse(profileContent, { name, folder, connection: { host: `${name}.lab`, port } })
  return { ...content, schemaVersion: 1, id: name, position: 0, revision: 'r' }
}

const library: ProfileLibrary = {
  profiles: [profile('gateway', 'lab/rack 2', 8883), profile('psu', 'lab', 5025), profile('echo', '', 7007)],
  folders: ['spare'],
  problems: [],
}

function draw(filter: string, collapsedFolders: readonly string[] = []): readonly string[] {
  return buildProfileTree(library, { filter, collapsedFolders }).map((row) =>
    row.kind === 'folder'
      ? `${row.level} ${row.expanded ? 'v' : '>'} ${row.name} (${row.entryCount})`
      : `${row.level} ${row.entry.name}`,
  )
}

it('draws folders before profiles, implied and empty folders included', () => {
  expect(allFolders(library.profiles, library.folders)).toEqual(['lab', 'lab/rack 2', 'spare'])
  expect(draw('')).toEqual(['1 v lab (2)', '2 v rack 2 (1)', '3 gateway', '2 psu', '1 v spare (0)', '1 echo'])
})

it('folds folders, and opens all on the way to what a filter finds', () => {
  expect(draw('', ['lab'])).toEqual(['1 > lab (2)', '1 v spare (0)', '1 echo'])
  expect(draw('8883', ['lab'])).toEqual(['1 v lab (1)', '2 v rack 2 (1)', '3 gateway'])
  expect(draw('lab psu')).toEqual(['1 v lab (1)', '2 psu'])
  expect(draw('nothing')).toEqual([])
})
