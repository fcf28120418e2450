import type { ErrorShape } from '../../contract/errors.ts'
import { maximumHistoryEntries, maximumHistoryText, type HistoryEntry } from '../../contract/schemas/history.ts'
import type { JsonDocumentStore } from '../documents/json-document-store.ts'
import { KeptDocument } from '../documents/kept-document.ts'
import type { Clock, HistoryService } from '../ports.ts'
import { historyIn, historySchemaVersion } from './history-document.ts'

/** Longest JSON of all entries together, in UTF-16 units; beyond it the oldest go. Keeps the file small. */
export const maximumHistoryTotalText = 2 * 1024 * 1024

export interface SendHistoryOptions {
  readonly store: JsonDocumentStore
  readonly clock: Clock
  /** Told what could not be read or kept; the history works all the same. */
  readonly onProblem: (error: ErrorShape) => void
}

/** What was done here and is not written yet. */
interface Pending {
  /** Newest first. */
  readonly added: readonly HistoryEntry[]
  /** Everything else goes before. */
  readonly cleared: boolean
}

const nothing: Pending = { added: [], cleared: false }

/** The last messages, newest first. Written shortly after a change and when closed. */
export class SendHistory implements HistoryService {
  readonly #document: KeptDocument<readonly HistoryEntry[], Pending>
  #entries: HistoryEntry[] = []
  #pending = nothing
  #loading: Promise<void> | null = null

  constructor(options: SendHistoryOptions) {
    this.#document = new KeptDocument({
      ...options,
      beginning: 'the history begins',
      read: historyIn,
      take: () => this.#take(),
      write: (present, { added, cleared }) => ({
        schemaVersion: historySchemaVersion,
        entries: merged(added, cleared ? [] : present),
      }),
      giveBack: ({ added, cleared }) => {
        const later = this.#pending
        this.#pending = {
          added: merged(later.added, later.cleared ? [] : added),
          cleared: later.cleared || cleared,
        }
      },
    })
  }

  async list(): Promise<HistoryEntry[]> {
    await this.#loaded()
    return [...this.#entries]
  }

  /** A message that is longer than the history keeps is left out. */
  async add(entry: HistoryEntry): Promise<void> {
    await this.#loaded()
    if (jsonOf(entry).length > maximumHistoryText) return
    this.#entries = merged([entry], this.#entries)
    this.#pending = { ...this.#pending, added: merged([entry], this.#pending.added) }
    this.#document.writeSoon()
  }

  async clear(): Promise<void> {
    await this.#loaded()
    this.#entries = []
    this.#pending = { added: [], cleared: true }
    this.#document.writeSoon()
  }

  /** Writes what is not written yet. */
  close(): Promise<void> {
    return this.#document.close()
  }

  #loaded(): Promise<void> {
    this.#loading ??= this.#document.load().then((entries) => {
      this.#entries = merged([], entries ?? [])
    })
    return this.#loading
  }

  #take(): Pending | null {
    const pending = this.#pending
    this.#pending = nothing
    return pending.added.length === 0 && !pending.cleared ? null : pending
  }
}

/** A message as text: equal for equal messages, as the schema orders the names. */
const jsonOf = ({ message }: HistoryEntry): string => JSON.stringify(message)

/**
 * Newer entries in front of older ones, by the time they were sent; of equal ones that follow each other the newest
 * stays; within the limits.
 */
function merged(newer: readonly HistoryEntry[], older: readonly HistoryEntry[]): HistoryEntry[] {
  const all = [...newer, ...older].sort((one, other) => other.sentAtUnixMs - one.sentAtUnixMs)
  const kept: HistoryEntry[] = []
  let totalText = 0
  let lastJson = ''
  for (const entry of all) {
    const json = jsonOf(entry)
    if (json === lastJson) continue
    totalText += json.length
    if (kept.length === maximumHistoryEntries || totalText > maximumHistoryTotalText) break
    kept.push(entry)
    lastJson = json
  }
  return kept
}
