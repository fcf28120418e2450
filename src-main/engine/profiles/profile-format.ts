import * as v from 'valibot'
import { folderPath, profileContent, profileFile, profileSchemaVersion } from '../../contract/schemas/profile.ts'
import type { DocumentFormat, Migration } from '../documents/versioned-document.ts'

/** The way from older profile files to the present version. Version 1 is the first, so there is none yet. */
export const profileMigrations: Readonly<Record<number, Migration>> = {}

/** A profile file of the data folder. */
export const profileFileFormat = {
  schema: profileFile,
  version: profileSchemaVersion,
  migrations: profileMigrations,
} as const satisfies DocumentFormat<typeof profileFile>

const importedProfile = v.object({ schemaVersion: v.literal(profileSchemaVersion), ...profileContent.entries })

/** A profile in an export: what a person decided, without identifier and position. */
export const importedProfileFormat = {
  schema: importedProfile,
  version: profileSchemaVersion,
  migrations: profileMigrations,
} as const satisfies DocumentFormat<typeof importedProfile>

const foldersSchemaVersion = 1

const foldersFile = v.object({
  schemaVersion: v.literal(foldersSchemaVersion),
  folders: v.array(v.pipe(folderPath, v.minLength(1))),
})

/** The list of kept folders. */
export const foldersFileFormat = {
  schema: foldersFile,
  version: foldersSchemaVersion,
  migrations: {},
} as const satisfies DocumentFormat<typeof foldersFile>
