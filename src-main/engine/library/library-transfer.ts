import * as v from 'valibot'
import { slugOf } from '../documents/identifier.ts'
import { readJsonText, writeJsonText } from '../documents/json-text.ts'
import { readDocument } from '../documents/versioned-document.ts'
import type { LibraryContent, LibraryFile, LibraryFormat } from './library-format.ts'
import { joinTexts, splitTexts } from './readable-texts.ts'

/** Most entries that one import takes. */
export const maximumImportedEntries = 5_000

/** What a person decided about an entry, without what the library decides. */
export function contentOf<Content extends LibraryContent, File extends LibraryFile & Content>(
  format: LibraryFormat<Content, File>,
  file: File,
): Content {
  return v.parse(format.imported.schema, file)
}

/** Entries, in the order given, as the text of one file: what a person decided, without identifiers and positions. */
export function exportEntries<Content extends LibraryContent, File extends LibraryFile & Content>(
  format: LibraryFormat<Content, File>,
  entries: readonly File[],
): { fileName: string; text: string } {
  const [only] = entries
  const stem = entries.length === 1 && only !== undefined ? slugOf(only.name) || format.subject : format.exportName
  const text = writeJsonText({
    format: format.exportName,
    schemaVersion: format.document.version,
    [format.exportList]: entries.map((entry) => splitTexts(contentOf(format, entry), format.readableTexts)),
  })
  return { fileName: `${stem}.json`, text }
}

/** Reads an export, or a single file of the library. Errors: `import-malformed` with the place that is wrong. */
export function readImport<Content extends LibraryContent, File extends LibraryFile & Content>(
  format: LibraryFormat<Content, File>,
  text: string,
): Content[] {
  const malformed = (reason: string): Error => format.errors.importMalformed(reason)
  const reading = readJsonText(text)
  if (reading.kind === 'unreadable') throw malformed(reading.reason)
  const root = reading.value
  if (!isRecord(root)) throw malformed('It is not a JSON object.')
  if (root.format === undefined) return [readOne(format, root, '')]
  if (root.format !== format.exportName) throw malformed(`format: Expected "${format.exportName}".`)
  const list = root[format.exportList]
  if (!Array.isArray(list)) throw malformed(`${format.exportList}: Expected an array.`)
  if (list.length > maximumImportedEntries) {
    throw malformed(`It holds ${list.length} ${format.plural}; at most ${maximumImportedEntries} are taken at once.`)
  }
  // An entry that is no object stays what it is, so that its place is named.
  return list.map((entry: unknown, index) =>
    readOne(
      format,
      isRecord(entry) ? { ...entry, schemaVersion: root.schemaVersion } : entry,
      `${format.exportList}[${index}]`,
    ),
  )
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readOne<Content extends LibraryContent, File extends LibraryFile & Content>(
  format: LibraryFormat<Content, File>,
  parsed: unknown,
  place: string,
): Content {
  const document = readDocument(format.imported, joinTexts(parsed, format.readableTexts), place)
  switch (document.kind) {
    case 'document':
      return document.value
    case 'malformed':
      throw format.errors.importMalformed(document.reason)
    case 'newer':
      throw format.errors.importMalformed(
        `It was written by a newer Wirebench (format ${document.found}; this one reads up to ${document.supported}). Update Wirebench to import it.`,
      )
  }
}
