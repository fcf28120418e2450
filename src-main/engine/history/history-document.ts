import * as v from 'valibot'
import { historyEntry, type HistoryEntry } from '../../contract/schemas/history.ts'
import type { StoredDocument } from '../documents/json-document-store.ts'
import type { DocumentContent } from '../documents/kept-document.ts'
import { readDocument, type DocumentFormat, type Migration } from '../documents/versioned-document.ts'

export const historySchemaVersion = 2

/** Limit for reading the file: every character escaped, and the names around them. */
export const maximumHistoryFileBytes = 16 * 1024 * 1024

const historyFile = v.object({
  schemaVersion: v.literal(historySchemaVersion),
  entries: v.array(historyEntry),
})

/** Version 1 knew text and hex alone: `{ mode, text, lineEnding, sentAtUnixMs }`. */
function fromVersion1(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry
  const { mode, text, lineEnding, sentAtUnixMs } = entry as Partial<Record<string, unknown>>
  const content = mode === 'hex' ? { mode, hex: text } : { mode, text, lineEnding }
  return { message: { content }, sentAtUnixMs }
}

const migrations: Readonly<Record<number, Migration>> = {
  1: ({ entries }) => ({ entries: Array.isArray(entries) ? entries.map(fromVersion1) : entries }),
}

const historyFileFormat = {
  schema: historyFile,
  version: historySchemaVersion,
  migrations,
} as const satisfies DocumentFormat<typeof historyFile>

/** The entries of the file, newest first. */
export function historyIn(stored: StoredDocument): DocumentContent<readonly HistoryEntry[]> {
  if (stored.kind === 'absent') return { kind: 'content', content: [] }
  if (stored.kind === 'unreadable') return { kind: 'broken', reason: stored.reason }
  const document = readDocument(historyFileFormat, stored.value)
  switch (document.kind) {
    case 'document':
      return { kind: 'content', content: document.value.entries }
    case 'malformed':
      return { kind: 'broken', reason: document.reason }
    case 'newer':
      return { kind: 'broken', reason: `It was written by a newer Wirebench (format ${document.found}).` }
  }
}
