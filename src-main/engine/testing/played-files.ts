import { WirebenchError } from '../../contract/errors.ts'
import type { FileChange, FileSource, SourceFile } from '../ports.ts'

/** Files in memory that change when the test says so. */
export class PlayedFiles implements FileSource {
  readonly contents = new Map<string, Uint8Array>()
  /** What became of files since they were opened. */
  readonly changes = new Map<string, FileChange>()
  /** The most that one read asked for. */
  largestReadBytes = 0
  openFiles = 0

  open(path: string): Promise<SourceFile> {
    const bytes = this.contents.get(path)
    if (bytes === undefined) return Promise.reject(new WirebenchError('file-not-found', { file: path }))
    this.openFiles++
    return Promise.resolve({
      sizeBytes: bytes.length,
      read: (position, byteCount) => {
        this.largestReadBytes = Math.max(this.largestReadBytes, byteCount)
        return Promise.resolve((this.contents.get(path) ?? new Uint8Array(0)).slice(position, position + byteCount))
      },
      change: () => Promise.resolve(this.changes.get(path) ?? null),
      close: () => {
        this.openFiles--
        return Promise.resolve()
      },
    })
  }
}
