import {
  profileContent,
  profileFile,
  profileSchemaVersion,
  type ProfileContent,
  type ProfileFile,
} from '../../contract/schemas/profile.ts'
import type { Migration } from '../documents/versioned-document.ts'
import { profileErrors } from '../library/library-errors.ts'
import type { LibraryFormat } from '../library/library-format.ts'

/**
 * The way from older profile files to the present version. Version 1 is the first, so there is none yet: what was added
 * to it has a default.
 */
const migrations: Readonly<Record<number, Migration>> = {}

/** The saved connections. */
export const profileFormat: LibraryFormat<ProfileContent, ProfileFile> = {
  subject: 'profile',
  plural: 'profiles',
  exportName: 'wirebench-profiles',
  exportList: 'profiles',
  document: { schema: profileFile, version: profileSchemaVersion, migrations },
  imported: { schema: profileContent, version: profileSchemaVersion, migrations },
  errors: profileErrors,
  // As they always stood, so that older versions read them.
  readableTexts: new Set(),
  maximumFileBytes: 1024 * 1024,
  frame: (content, { id, position }) => ({ schemaVersion: profileSchemaVersion, id, position, ...content }),
  distinct: null,
}
