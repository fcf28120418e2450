import * as v from 'valibot'
import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import { historyEntry, maximumHistoryEntries, type HistoryEntry } from '../../contract/schemas/history.ts'
import type { JsonDocumentStore, StoredDocument } from '../documents/json-document-store.ts'
import { readDocument, type DocumentFormat } from '../documents/versioned-document.ts'
import type { Clock, HistoryService } from '../ports.ts'

const historySchemaVersion = 1

const historyFile = v.object({
  schemaVersion: v.literal(historySchemaVersion),
  entries: v.array(historyEntry),
})

const historyFileFormat = {
  schema: historyFile,
  version: historySchemaVersion,
  migrations: {},
} as const satisfies DocumentFormat<typeof historyFile>

/** Longest text of all entries together, in UTF-16 units; beyond it the oldest go. Keeps the file small. */
export const maximumHistoryTotalText = 2 * 1024 * 1024
/** Limit for reading the file: every character escaped, and the names around them. */
export const maximumHistoryFileBytes = 16 * 1024 * 1024

const writeAfterMs = 500

export interface SendHistoryOptions {
  readonly store: JsonDocumentStore
  readonly clock: Clock
  /** Told what could not be read or kept; the history works all the same. */
  readonly onProblem: (error: ErrorShape) => void
}

/** The last messages, newest first. Written shortly after a change and when closed. */
export class SendHistory implements HistoryService {
  readonly #options: SendHistoryOptions
  #entries: HistoryEntry[] = []
  /** Added here and not yet written, newest first. */
  #unwritten: HistoryEntry[] = []
  #clearBeforeWriting = false
  #loading: Promise<void> | null = null
  #cancelWriting: (() => void) | null = null
  #writing: Promise<void> = Promise.resolve()
  /** A disk that stays full is told once. */
  #toldCode: string | null = null

  constructor(options: SendHistoryOptions) {
    this.#options = options
  }

  async list(): Promise<HistoryEntry[]> {
    await this.#loaded()
    return [...this.#entries]
  }

  async add(entry: HistoryEntry): Promise<void> {
    await this.#loaded()
    this.#entries = merged([entry], this.#entries)
    this.#unwritten = merged([entry], this.#unwritten)
    this.#writeSoon()
  }

  async clear(): Promise<void> {
    await this.#loaded()
    this.#entries = []
    this.#unwritten = []
    this.#clearBeforeWriting = true
    this.#writeSoon()
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#cancelWriting?.()
    this.#cancelWriting = null
    this.#write()
    await this.#writing
  }

  #loaded(): Promise<void> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<void> {
    const { store, onProblem } = this.#options
    const reading = entriesIn(await store.read())
    if (reading.kind === 'entries') {
      this.#entries = merged([], reading.entries)
      return
    }
    try {
      const keptAs = await store.setAside()
      const reason = `${reading.reason} It was kept as ${keptAs}, and the history begins anew.`
      onProblem(new WirebenchError('file-unreadable', { file: store.fileName, reason }).toShape())
    } catch (error) {
      onProblem(toErrorShape(error))
    }
  }

  #writeSoon(): void {
    this.#cancelWriting ??= this.#options.clock.wakeAfter(writeAfterMs, () => {
      this.#cancelWriting = null
      this.#write()
    })
  }

  #write(): void {
    if (this.#unwritten.length === 0 && !this.#clearBeforeWriting) return
    const added = this.#unwritten
    const clearFirst = this.#clearBeforeWriting
    this.#unwritten = []
    this.#clearBeforeWriting = false
    this.#writing = this.#writing
      .then(() =>
        this.#options.store.update((stored) => {
          const present = entriesIn(stored)
          // A file that broke meanwhile is for the next start to set aside.
          if (present.kind === 'broken') throw new WirebenchError('file-unwritable', this.#brokenData(present.reason))
          const entries = merged(added, clearFirst ? [] : present.entries)
          return { schemaVersion: historySchemaVersion, entries }
        }),
      )
      .then(
        () => {
          this.#toldCode = null
        },
        (error: unknown) => this.#keepForLater(added, clearFirst, toErrorShape(error)),
      )
  }

  #keepForLater(added: readonly HistoryEntry[], clearFirst: boolean, error: ErrorShape): void {
    this.#unwritten = merged(this.#unwritten, this.#clearBeforeWriting ? [] : added)
    this.#clearBeforeWriting ||= clearFirst
    if (this.#toldCode !== error.code) this.#options.onProblem(error)
    this.#toldCode = error.code
  }

  #brokenData(reason: string): { file: string; reason: string } {
    return { file: this.#options.store.fileName, reason }
  }
}

type EntriesReading =
  | { readonly kind: 'entries'; readonly entries: readonly HistoryEntry[] }
  | { readonly kind: 'broken'; readonly reason: string }

function entriesIn(stored: StoredDocument): EntriesReading {
  if (stored.kind === 'absent') return { kind: 'entries', entries: [] }
  if (stored.kind === 'unreadable') return { kind: 'broken', reason: stored.reason }
  const document = readDocument(historyFileFormat, stored.value)
  switch (document.kind) {
    case 'document':
      return { kind: 'entries', entries: document.value.entries }
    case 'malformed':
      return { kind: 'broken', reason: document.reason }
    case 'newer':
      return { kind: 'broken', reason: `It was written by a newer Wirebench (format ${document.found}).` }
  }
}

/**
 * Newer entries in front of older ones, by the time they were sent; of equal ones that follow each other the newest
 * stays; within the limits.
 */
function merged(newer: readonly HistoryEntry[], older: readonly HistoryEntry[]): HistoryEntry[] {
  const all = [...newer, ...older].sort((one, other) => other.sentAtUnixMs - one.sentAtUnixMs)
  const kept: HistoryEntry[] = []
  let totalText = 0
  for (const entry of all) {
    const last = kept.at(-1)
    if (last !== undefined && sameMessage(last, entry)) continue
    totalText += entry.text.length
    if (kept.length === maximumHistoryEntries || totalText > maximumHistoryTotalText) break
    kept.push(entry)
  }
  return kept
}

function sameMessage(one: HistoryEntry, other: HistoryEntry): boolean {
  return one.mode === other.mode && one.text === other.text && one.lineEnding === other.lineEnding
}
