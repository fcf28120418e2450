import { basename } from 'node:path'
import * as v from 'valibot'
import { WirebenchError } from '../contract/errors.ts'
import { captureNotes, captureOrigin, captureTags, type CaptureOrigin } from '../contract/schemas/capture-keeping.ts'
import type { CapturePaths } from './capture-paths.ts'
import type { FileAccess } from './file-access.ts'
import { parseJson } from './json-bytes.ts'
import { readSideFile, writeSideFile } from './side-file.ts'

/** Where a capture of the data folder comes from. */
export type KeptOrigin = Exclude<CaptureOrigin, { readonly kind: 'file' }>

/** What can be said about a capture without touching its data file: it stands in `<id>.json` beside it. */
export interface CaptureFacts {
  /** The name given later than the data file's own; null when it has none but that. */
  readonly name: string | null
  readonly notes: string
  readonly tags: string[]
  readonly origin: KeptOrigin
}

/** The facts of a capture about which nothing was said. */
export const noFacts: CaptureFacts = { name: null, notes: '', tags: [], origin: { kind: 'recorded' } }

const formatVersion = 2
/** Notes of the longest kind, every character of them escaped, and as much again. */
const largestFactsBytes = 1024 * 1024

const firstFactsFile = v.object({ formatVersion: v.literal(1), name: v.string() })
const factsFile = v.object({
  formatVersion: v.literal(formatVersion),
  name: v.nullable(v.string()),
  notes: captureNotes,
  tags: captureTags,
  origin: v.pipe(
    captureOrigin,
    v.check((origin) => origin.kind !== 'file', 'A capture of the data folder is no opened file'),
    v.transform((origin) => origin as KeptOrigin),
  ),
})
const newerFactsFile = v.object({ formatVersion: v.pipe(v.number(), v.minValue(formatVersion + 1)) })

/** What stands in the file: facts, or why it counts for nothing. */
type FactsFile =
  | { readonly kind: 'facts'; readonly facts: CaptureFacts }
  | { readonly kind: 'none' | 'damaged' }
  | { readonly kind: 'newer'; readonly found: number }

/**
 * What is kept about a capture, from files of version 1 and 2. A file that is missing, not understood, too large or of a newer
 * version counts for nothing. Errors: `file-unreadable`.
 */
export async function readFacts(files: FileAccess, paths: CapturePaths): Promise<CaptureFacts> {
  const found = await readFactsFile(files, paths)
  return found.kind === 'facts' ? found.facts : noFacts
}

/**
 * Keeps facts beside the data file; those left out stay. A file that is not understood is set aside first. One at a time per
 * capture. Errors: `capture-newer` (the file is of a newer version and stays), `capture-not-found`, `disk-full`,
 * `file-unreadable`, `file-unwritable`.
 */
export async function writeFacts(
  files: FileAccess,
  paths: CapturePaths,
  change: Partial<CaptureFacts>,
): Promise<CaptureFacts> {
  const found = await readFactsFile(files, paths)
  if (found.kind === 'newer') {
    const file = basename(paths.facts)
    throw new WirebenchError('capture-newer', { file, found: found.found, supported: formatVersion })
  }
  const facts = { ...(found.kind === 'facts' ? found.facts : noFacts), ...change }
  const setAside = found.kind === 'damaged' ? paths.damagedFacts : null
  await writeSideFile(files, paths, paths.facts, { formatVersion, ...facts }, setAside)
  return facts
}

async function readFactsFile(files: FileAccess, paths: CapturePaths): Promise<FactsFile> {
  const bytes = await readSideFile(files, paths, paths.facts, largestFactsBytes + 1)
  if (bytes === null) return { kind: 'none' }
  return bytes.length > largestFactsBytes ? { kind: 'damaged' } : judge(parseJson(bytes))
}

function judge(content: unknown): FactsFile {
  const present = v.safeParse(factsFile, content)
  if (present.success) {
    const { name, notes, tags, origin } = present.output
    return { kind: 'facts', facts: { name, notes, tags, origin } }
  }
  const first = v.safeParse(firstFactsFile, content)
  if (first.success) return { kind: 'facts', facts: { ...noFacts, name: first.output.name } }
  const newer = v.safeParse(newerFactsFile, content)
  return newer.success ? { kind: 'newer', found: newer.output.formatVersion } : { kind: 'damaged' }
}
