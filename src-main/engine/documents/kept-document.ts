import { toErrorShape, WirebenchError, type ErrorShape } from '../../contract/errors.ts'
import type { Clock } from '../ports.ts'
import type { JsonDocumentStore, StoredDocument } from './json-document-store.ts'

/** What changes often (an edge that is dragged, a message sent) is written once it has come to rest a little. */
const writeAfterMs = 500

/** What a document turned out to hold. */
export type DocumentContent<Content> =
  { readonly kind: 'content'; readonly content: Content } | { readonly kind: 'broken'; readonly reason: string }

export interface KeptDocumentOptions<Content, Pending> {
  readonly store: JsonDocumentStore
  readonly clock: Clock
  /** Told what could not be read or kept; what is kept in memory works all the same. */
  readonly onProblem: (error: ErrorShape) => void
  /** For the sentence when a broken file was set aside: `the history begins`. */
  readonly beginning: string
  readonly read: (stored: StoredDocument) => DocumentContent<Content>
  /** Takes what is to be written; null when there is nothing. */
  readonly take: () => Pending | null
  /** The document with it. `present` is what the file holds now, whoever wrote it. */
  readonly write: (present: Content, pending: Pending) => unknown
  /** It could not be written and goes with the next change, or when closed. */
  readonly giveBack: (pending: Pending) => void
}

/**
 * A document that is read once, and written shortly after a change and when closed, from what the file holds then. A
 * broken file is set aside when it is first read.
 */
export class KeptDocument<Content, Pending> {
  readonly #options: KeptDocumentOptions<Content, Pending>
  #loading: Promise<Content | null> | null = null
  #cancelWriting: (() => void) | null = null
  #writing: Promise<void> = Promise.resolve()
  /** A disk that stays full is told once. */
  #toldCode: string | null = null

  constructor(options: KeptDocumentOptions<Content, Pending>) {
    this.#options = options
  }

  /** What the file held when it was first asked for; null when it was broken. */
  load(): Promise<Content | null> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  /** There is something to write. */
  writeSoon(): void {
    this.#cancelWriting ??= this.#options.clock.wakeAfter(writeAfterMs, () => {
      this.#cancelWriting = null
      this.#write()
    })
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#cancelWriting?.()
    this.#cancelWriting = null
    this.#write()
    await this.#writing
  }

  /** Tells that something in the file cannot be used. */
  tellUnreadable(reason: string): void {
    const { store, onProblem } = this.#options
    onProblem(new WirebenchError('file-unreadable', { file: store.fileName, reason }).toShape())
  }

  async #load(): Promise<Content | null> {
    const { store, onProblem, read, beginning } = this.#options
    const reading = read(await store.read())
    if (reading.kind === 'content') return reading.content
    try {
      const keptAs = await store.setAside()
      this.tellUnreadable(`${reading.reason} It was kept as ${keptAs}, and ${beginning} anew.`)
    } catch (error) {
      onProblem(toErrorShape(error))
    }
    return null
  }

  #write(): void {
    const { store, take, read, write, giveBack, onProblem } = this.#options
    const pending = take()
    if (pending === null) return
    this.#writing = this.#writing
      .then(() =>
        store.update((stored) => {
          const present = read(stored)
          // A file that broke meanwhile is for the next start to set aside.
          if (present.kind === 'broken') {
            throw new WirebenchError('file-unwritable', { file: store.fileName, reason: present.reason })
          }
          return write(present.content, pending)
        }),
      )
      .then(
        () => {
          this.#toldCode = null
        },
        (thrown: unknown) => {
          const error = toErrorShape(thrown)
          giveBack(pending)
          if (this.#toldCode !== error.code) onProblem(error)
          this.#toldCode = error.code
        },
      )
  }
}
