import { checkpointBytes, encodeCheckpoint, encodeIndexHeader } from './checkpoint-codec.ts'
import type { CheckpointTable } from './checkpoint-table.ts'
import { writeFully, type OpenFile } from './file-access.ts'

/** Each write takes a turn of a thread: not one per MiB of data. */
const checkpointsTogether = 16

/** The whole index file of the first `length` checkpoints; the first one (the beginning) needs no entry. */
export function encodeIndex(table: CheckpointTable, length: number, fingerprint: number): Uint8Array {
  const bytes = new Uint8Array(length * checkpointBytes)
  bytes.set(encodeIndexHeader(fingerprint))
  for (let index = 1; index < length; index++) {
    encodeCheckpoint(bytes, index * checkpointBytes, fingerprint, table.at(index))
  }
  return bytes
}

/**
 * Appends checkpoints to the index file of a growing capture, one write at a time. A write that fails is made up for by
 * the next one; an index that stays behind is found and mended when the capture is opened again.
 */
export class IndexWriter {
  readonly #file: OpenFile
  readonly #table: CheckpointTable
  readonly #fingerprint: number
  /** Checkpoints in the file; the header stands in the place of the first. */
  #writtenCount: number
  #wantedCount: number
  #running: Promise<void> | null = null

  constructor(file: OpenFile, table: CheckpointTable, fingerprint: number) {
    this.#file = file
    this.#table = table
    this.#fingerprint = fingerprint
    this.#writtenCount = table.length
    this.#wantedCount = table.length
  }

  /** The data up to checkpoint `count` is in the data file: the checkpoints may follow, some together. */
  publish(count: number): void {
    this.#wantedCount = count
    if (this.#wantedCount >= this.#writtenCount + checkpointsTogether) this.#running ??= this.#run()
  }

  /** Waits for what is under way, tries once more what is missing, and closes the file. */
  async close(): Promise<void> {
    await this.#running
    await this.#run()
    await this.#file.close()
  }

  async #run(): Promise<void> {
    try {
      while (this.#writtenCount < this.#wantedCount) {
        const from = this.#writtenCount
        const bytes = new Uint8Array((this.#wantedCount - from) * checkpointBytes)
        for (let at = 0; at < bytes.length; at += checkpointBytes) {
          encodeCheckpoint(bytes, at, this.#fingerprint, this.#table.at(from + at / checkpointBytes))
        }
        await writeFully(this.#file, bytes, from * checkpointBytes)
        this.#writtenCount = from + bytes.length / checkpointBytes
      }
    } catch {
      // Derived data: the next publish writes it again, and opening the capture mends and reports what stays missing.
    } finally {
      this.#running = null
    }
  }
}
