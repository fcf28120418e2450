import {
  structureContent,
  structureFile,
  structureSchemaVersion,
  type StructureContent,
  type StructureFile,
} from '../../contract/schemas/structure.ts'
import type { Migration } from '../documents/versioned-document.ts'
import { entryErrors } from '../library/library-errors.ts'
import type { LibraryFormat } from '../library/library-format.ts'

const migrations: Readonly<Record<number, Migration>> = {}

/** Longest name of a structure (see `structureIdentifier`). */
const longestName = 120

/** The structure library. Structures refer to each other by name, so that a name is there only once. */
export const structureFormat: LibraryFormat<StructureContent, StructureFile> = {
  subject: 'structure',
  plural: 'structures',
  exportName: 'wirebench-structures',
  exportList: 'structures',
  document: { schema: structureFile, version: structureSchemaVersion, migrations },
  imported: { schema: structureContent, version: structureSchemaVersion, migrations },
  errors: entryErrors('structure'),
  readableTexts: new Set(['notes']),
  maximumFileBytes: 4 * 1024 * 1024,
  frame: (content, { id, position }) => ({ schemaVersion: structureSchemaVersion, id, position, ...content }),
  distinct: {
    nameOf: ({ definition }) => definition.name,
    renamed: (content, taken) => ({
      ...content,
      definition: { ...content.definition, name: freeIdentifier(content.definition.name, taken) },
    }),
    takenCode: 'structure-name-taken',
    takenData: ({ definition }, other) => ({ name: definition.name, other: other.name, folder: other.folder }),
  },
}

/** `header_t_copy`, then `header_t_copy2`. */
function freeIdentifier(name: string, taken: ReadonlySet<string>): string {
  const base = name.replace(/_copy\d*$/, '')
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '_copy' : `_copy${number}`
    const candidate = base.slice(0, longestName - suffix.length) + suffix
    if (!taken.has(candidate)) return candidate
  }
}
