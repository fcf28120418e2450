/** What stands in a document file now. */
export type StoredDocument =
  | { readonly kind: 'absent' }
  | { readonly kind: 'value'; readonly value: unknown }
  /** There is a file and it is no JSON, too large or not readable; the reason is a sentence for the user. */
  | { readonly kind: 'unreadable'; readonly reason: string }

/** One small JSON document of the data folder, shared with other processes. Implemented by storage. */
export interface JsonDocumentStore {
  /** Name of the file, to be shown. */
  readonly fileName: string
  read(): Promise<StoredDocument>
  /**
   * Replaces the document by what `change` makes of the present one, while no other process may; null leaves it as it
   * is. Errors: `disk-full`, `data-folder-unwritable`, `file-unwritable`, and what `change` throws.
   */
  update(change: (present: StoredDocument) => unknown): Promise<void>
  /** Renames the file to one that ends in `.broken`, and answers that name. */
  setAside(): Promise<string>
}

/** A document that others may change at any time. */
export interface WatchedDocumentStore extends JsonDocumentStore {
  /** Tells that the file may have changed, whoever did it. Where the system cannot watch, it says nothing. */
  watch(onChanged: () => void): () => void
}
