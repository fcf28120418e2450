import * as v from 'valibot'
import { writeJsonText } from '../engine/documents/json-text.ts'
import type { LibraryFile, LibraryFileFormat } from '../engine/library/library-format.ts'
import { splitTexts } from '../engine/library/readable-texts.ts'

/** What a file holds: as it was parsed, and what was understood of it. */
export interface FileContent {
  readonly parsed: unknown
  readonly understood: unknown
}

/**
 * An entry as the text of its file: keys in the order of the schema, two spaces, long texts line by line, a final
 * newline. What a person or another tool added to the old file under names that Wirebench does not know stays, behind
 * the known ones.
 */
export function serializeEntry<File extends LibraryFile>(
  file: File,
  old: FileContent | null,
  format: LibraryFileFormat<File>,
): string {
  const ordered = splitTexts(v.parse(format.document.schema, file), format.readableTexts)
  // An older file was migrated: its names may mean something else by now.
  const sameVersion = old !== null && isRecord(old.parsed) && old.parsed.schemaVersion === format.document.version
  return writeJsonText(sameVersion ? withUnknownOf(ordered, old.parsed, old.understood) : ordered)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What was understood and is gone now was taken away on purpose. */
function withUnknownOf(present: unknown, old: unknown, understood: unknown): unknown {
  if (!isRecord(present) || !isRecord(old)) return present
  const known = isRecord(understood) ? understood : {}
  const merged: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(present)) {
    merged[name] = Object.hasOwn(old, name) ? withUnknownOf(value, old[name], known[name]) : value
  }
  for (const [name, value] of Object.entries(old)) {
    if (!Object.hasOwn(present, name) && !Object.hasOwn(known, name)) merged[name] = value
  }
  return merged
}
