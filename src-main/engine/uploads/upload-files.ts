/** Where uploads are kept. */
export interface UploadFiles {
  /** Bytes that can still be kept; null when the disk does not tell. */
  freeBytes(): Promise<number | null>
  /** A new file with a name as much like the given one as can be. Errors: `data-folder-unwritable`, `disk-full`. */
  create(name: string): Promise<UploadFile>
  /** Deletes what was not written to since that moment: it was left by a Wirebench that is gone. Errors: `file-unwritable`. */
  clear(beforeUnixMs: number): Promise<void>
}

/** One of them. Whoever made it removes it. */
export interface UploadFile {
  readonly path: string
  /** All of the bytes, or a failure; the next call then writes from the same place. Errors: `disk-full`, `file-unwritable`. */
  append(bytes: Uint8Array): Promise<void>
  /** Closes and deletes it. Errors: `file-unwritable`. */
  remove(): Promise<void>
}
