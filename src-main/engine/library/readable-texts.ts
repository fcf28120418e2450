/**
 * Long texts in files that people read and compare: a text of several lines stands as the list of its lines, one long
 * line (hex, base64) as `{ "pieces": [...] }`. Reading gives back exactly what was written; a plain text is read as
 * well, so that a file may be written by hand.
 */

/** Hex with blanks: 32 bytes. */
const pieceLength = 96
/** What has letters and no lines of its own stays whole: only these are cut. */
const cutNames = new Set(['hex', 'base64'])

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** The value as it stands in a file. `names` are those of the texts, or of records of texts. */
export function splitTexts(value: unknown, names: ReadonlySet<string>): unknown {
  return walk(value, names, split)
}

/** The value of a file as it is meant. What is no list of texts stays, for the schema to judge. */
export function joinTexts(value: unknown, names: ReadonlySet<string>): unknown {
  return walk(value, names, join)
}

type Change = (value: unknown, name: string) => unknown

/** The depth of what comes here is limited: by the schema when written, by reading JSON when read. */
function walk(value: unknown, names: ReadonlySet<string>, change: Change): unknown {
  if (names.size === 0) return value
  if (Array.isArray(value)) return value.map((item) => walk(item, names, change))
  if (!isRecord(value)) return value
  const walked: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value)) {
    if (!names.has(name)) walked[name] = walk(item, names, change)
    else walked[name] = change(item, name)
  }
  return walked
}

function split(value: unknown, name: string): unknown {
  if (isRecord(value)) return mapped(value, (item) => split(item, name))
  if (typeof value !== 'string') return value
  if (value.includes('\n')) return value.split('\n')
  return cutNames.has(name) && value.length > pieceLength ? { pieces: cut(value) } : value
}

function join(value: unknown, name: string): unknown {
  if (isTextList(value)) return value.join('\n')
  if (!isRecord(value)) return value
  if (cutNames.has(name)) return isTextList(value.pieces) ? value.pieces.join('') : value
  return mapped(value, (item) => join(item, name))
}

function mapped(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, item]) => [name, change(item)]))
}

function cut(text: string): string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length; start += pieceLength) pieces.push(text.slice(start, start + pieceLength))
  return pieces
}
