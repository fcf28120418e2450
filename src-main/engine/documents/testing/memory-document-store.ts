import type { JsonDocumentStore, StoredDocument } from '../json-document-store.ts'

/** A document that is kept in memory only, and a disk that can refuse it. */
export class MemoryDocumentStore implements JsonDocumentStore {
  readonly fileName = 'document.json'
  document: StoredDocument
  readonly setAsideDocuments: StoredDocument[] = []
  updateCount = 0
  /** What the next updates fail with. */
  refusal: Error | null = null

  constructor(document: StoredDocument = { kind: 'absent' }) {
    this.document = document
  }

  read(): Promise<StoredDocument> {
    return Promise.resolve(this.document)
  }

  async update(change: (present: StoredDocument) => unknown): Promise<void> {
    await Promise.resolve()
    if (this.refusal !== null) throw this.refusal
    const changed = change(this.document)
    if (changed === null) return
    this.updateCount++
    this.document = { kind: 'value', value: JSON.parse(JSON.stringify(changed)) as unknown }
  }

  setAside(): Promise<string> {
    if (this.refusal !== null) return Promise.reject(this.refusal)
    this.setAsideDocuments.push(this.document)
    this.document = { kind: 'absent' }
    return Promise.resolve('document.json.broken')
  }
}
