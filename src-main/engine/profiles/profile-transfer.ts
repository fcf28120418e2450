import { WirebenchError } from '../../contract/errors.ts'
import { profileSchemaVersion, type Profile, type ProfileContent } from '../../contract/schemas/profile.ts'
import { slugOf } from '../documents/identifier.ts'
import { readJsonText, writeJsonText } from '../documents/json-text.ts'
import { readDocument } from '../documents/versioned-document.ts'
import { importedProfileFormat } from './profile-format.ts'

export const exportFormatName = 'wirebench-profiles'
/** Most profiles that one import takes. */
export const maximumImportedProfiles = 5_000

/** What a person decided about a profile, without identifier, position and revision. */
function contentOf(profile: Profile): ProfileContent {
  const { name, folder, notes, connection, composer } = profile
  return { name, folder, notes, connection, composer }
}

/** Profiles, in the order given, as the text of one file. */
export function exportProfiles(profiles: readonly Profile[]): { fileName: string; text: string } {
  const [only] = profiles
  const stem = profiles.length === 1 && only !== undefined ? slugOf(only.name) || 'profile' : exportFormatName
  const text = writeJsonText({
    format: exportFormatName,
    schemaVersion: profileSchemaVersion,
    profiles: profiles.map(contentOf),
  })
  return { fileName: `${stem}.json`, text }
}

/** Reads an export, or a single profile file. Errors: `import-malformed` with the place that is wrong. */
export function readImport(text: string): ProfileContent[] {
  const reading = readJsonText(text)
  if (reading.kind === 'unreadable') throw malformed(reading.reason)
  const root = reading.value
  if (typeof root !== 'object' || root === null || Array.isArray(root)) throw malformed('It is not a JSON object.')
  const { format, schemaVersion, profiles } = root as Partial<Record<string, unknown>>
  if (format === undefined) return [readOne(root, '')]
  if (format !== exportFormatName) throw malformed(`format: Expected "${exportFormatName}".`)
  if (!Array.isArray(profiles)) throw malformed('profiles: Expected an array.')
  if (profiles.length > maximumImportedProfiles) {
    throw malformed(`It holds ${profiles.length} profiles; at most ${maximumImportedProfiles} are taken at once.`)
  }
  // An entry that is no object stays what it is, so that its place is named.
  return profiles.map((entry: unknown, index) =>
    readOne(isRecord(entry) ? { ...entry, schemaVersion } : entry, `profiles[${index}]`),
  )
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readOne(parsed: unknown, place: string): ProfileContent {
  const document = readDocument(importedProfileFormat, parsed, place)
  switch (document.kind) {
    case 'document': {
      const { name, folder, notes, connection, composer } = document.value
      return { name, folder, notes, connection, composer }
    }
    case 'malformed':
      throw malformed(document.reason)
    case 'newer':
      throw malformed(
        `It was written by a newer Wirebench (format ${document.found}; this one reads up to ${document.supported}). Update Wirebench to import it.`,
      )
  }
}

const malformed = (reason: string): WirebenchError => new WirebenchError('import-malformed', { reason })
