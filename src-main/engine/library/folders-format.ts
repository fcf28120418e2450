import * as v from 'valibot'
import { folderPath } from '../../contract/schemas/profile.ts'
import type { DocumentFormat } from '../documents/versioned-document.ts'

const foldersSchemaVersion = 1

const foldersFile = v.object({
  schemaVersion: v.literal(foldersSchemaVersion),
  folders: v.array(v.pipe(folderPath, v.minLength(1))),
})

/** The list of kept folders of a library. */
export const foldersFileFormat = {
  schema: foldersFile,
  version: foldersSchemaVersion,
  migrations: {},
} as const satisfies DocumentFormat<typeof foldersFile>
