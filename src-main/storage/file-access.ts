/** What identifies one version of a file without reading it. Equal stamps mean an unchanged file, see `isSettled`. */
export interface FileStamp {
  readonly sizeBytes: number
  /** Device, inode, size and the times of content and status change in nanoseconds. */
  readonly key: string
  readonly changedAtUnixMs: number
}

export type BoundedRead =
  { readonly kind: 'read'; readonly bytes: Uint8Array } | { readonly kind: 'too-large'; readonly sizeBytes: number }

export interface FolderWatch {
  close(): void
}

/**
 * The few things storage does with the disk. Paths are absolute. Failures are Node's system errors, with their
 * `code`; `disk-errors.ts` turns them into coded ones.
 */
export interface FileAccess {
  /** Names in a folder, in no order. Fails with ENOENT when there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** Stamp of a file or folder. Fails with ENOENT when there is none. */
  stamp(path: string): Promise<FileStamp>
  /** The whole file unless it has more than `maximumBytes`. */
  read(path: string, maximumBytes: number): Promise<BoundedRead>
  /**
   * Makes a new file with these bytes and waits until they are on the disk. Fails with EEXIST when it exists. A private one
   * is readable by this user alone, where the system knows users.
   */
  writeNew(path: string, bytes: Uint8Array, access?: 'private'): Promise<void>
  /** Makes a new file with this text without waiting for the disk. Fails with EEXIST when it exists. */
  claim(path: string, text: string): Promise<void>
  /** Sets the file's times to now. */
  touch(path: string): Promise<void>
  /** Renames a file, replacing what has the new name. */
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes a folder and the ones above it; fine when it exists. */
  makeFolder(folder: string): Promise<void>
  /** Makes the names in a folder durable, where the system can do that. */
  syncFolder(folder: string): Promise<void>
  /** Calls back with the name of what changed, null when unknown. Throws when watching is not available. */
  watch(folder: string, onEvent: (name: string | null) => void, onFailed: () => void): FolderWatch
}
