import * as v from 'valibot'
import type { ErrorDataValue } from '../../contract/errors.ts'
import { joinPlace } from './json-text.ts'

/** Turns a document of one version into the next one's shape. `schemaVersion` is set by the caller. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>

/** How to read a kind of document: its schema, the version it is of, and the way from older ones. */
export interface DocumentFormat<Schema extends v.GenericSchema> {
  readonly schema: Schema
  readonly version: number
  /** Keyed by the version that each migration starts from. */
  readonly migrations: Readonly<Record<number, Migration>>
}

export type DocumentReading<Value> =
  | { readonly kind: 'document'; readonly value: Value }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'newer'; readonly found: number; readonly supported: number }

/**
 * Brings a parsed document to the present version and checks it. The reason names the place that is wrong, beginning
 * with `place` when the document stands inside another one.
 */
export function readDocument<Schema extends v.GenericSchema>(
  format: DocumentFormat<Schema>,
  parsed: unknown,
  place = '',
): DocumentReading<v.InferOutput<Schema>> {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { kind: 'malformed', reason: `${place || 'It'} is not a JSON object.` }
  }
  let document: Record<string, unknown> = { ...parsed }
  const found: unknown = document.schemaVersion
  if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < 0) {
    return { kind: 'malformed', reason: `${joinPlace(place, 'schemaVersion')} is missing or not a whole number.` }
  }
  if (found > format.version) return { kind: 'newer', found, supported: format.version }
  for (let version = found; version < format.version; version++) {
    const migration = format.migrations[version]
    if (migration === undefined) return { kind: 'malformed', reason: `schemaVersion ${found} was never in use.` }
    document = { ...migration(document), schemaVersion: version + 1 }
  }
  const checked = v.safeParse(format.schema, document, { abortPipeEarly: true })
  if (checked.success) return { kind: 'document', value: checked.output }
  return { kind: 'malformed', reason: issueReason(checked.issues[0], place) }
}

/** Place and fault of a schema issue as one sentence: `connection.port: Expected >=1 but received 0.` */
export function issueReason(issue: v.BaseIssue<unknown>, outerPlace = ''): string {
  const place = (issue.path ?? []).reduce((outer, item) => {
    return typeof item.key === 'number' ? `${outer}[${item.key}]` : joinPlace(outer, String(item.key))
  }, outerPlace)
  const fault = issue.message.replace(/^Invalid [a-z ]+: /i, '').slice(0, 200)
  return place === '' ? `${fault}.` : `${place}: ${fault}.`
}

/** Data of a coded error about a document that could not be read. */
export function readingErrorData(
  file: string,
  reading: Exclude<DocumentReading<unknown>, { kind: 'document' }>,
): Record<string, ErrorDataValue> {
  return reading.kind === 'newer'
    ? { file, found: reading.found, supported: reading.supported }
    : { file, reason: reading.reason }
}
