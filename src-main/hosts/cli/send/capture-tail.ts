import type { Link } from '../../../contract/connect.ts'
import {
  maximumPreviewBytes,
  maximumReadBytes,
  maximumWindowRows,
  type DataRow,
} from '../../../contract/schemas/capture.ts'
import type { ConnectionEvent } from '../../../contract/schemas/connection.ts'
import { WirebenchError } from '../../../contract/errors.ts'

/** One thing that happened, in the order of the capture. */
export type TailEntry =
  | { readonly kind: 'received'; readonly bytes: Uint8Array; readonly timeNs: number }
  | { readonly kind: 'event'; readonly event: ConnectionEvent; readonly timeNs: number }

/** Reads a capture that is being written, from its first record on, each record once. */
export class CaptureTail {
  readonly #link: Link
  readonly #captureId: string
  #nextRecord = 0

  constructor(link: Link, captureId: string) {
    this.#link = link
    this.#captureId = captureId
  }

  /**
   * What was received and happened up to record number `recordCount`, as it is asked for; what was sent is left out.
   * Only one chunk is in memory at a time.
   */
  async *read(recordCount: number): AsyncGenerator<TailEntry> {
    while (this.#nextRecord < recordCount) {
      const { rows } = await this.#link.call('capture.window', {
        captureId: this.#captureId,
        view: 'records',
        firstRow: this.#nextRecord,
        rowCount: Math.min(maximumWindowRows, recordCount - this.#nextRecord),
        previewBytes: maximumPreviewBytes,
      })
      if (rows.length === 0) throw this.#malformed('It has fewer records than it says.')
      this.#nextRecord += rows.length
      for (const row of rows) {
        if (row.kind === 'damage') throw this.#malformed(`${row.lostFileBytes} bytes of it could not be read back.`)
        if (row.kind === 'event') yield { kind: 'event', event: row.event, timeNs: row.timeNs }
        if (row.kind === 'data' && row.direction === 'received') {
          yield { kind: 'received', bytes: await this.#bytesOf(row), timeNs: row.timeNs }
        }
      }
    }
  }

  async #bytesOf(row: DataRow): Promise<Uint8Array> {
    if (row.preview.length >= row.length) return row.preview
    const whole = new Uint8Array(row.length)
    for (let offset = 0; offset < row.length;) {
      const { bytes } = await this.#link.call('capture.read', {
        captureId: this.#captureId,
        record: row.record,
        offset,
        length: Math.min(maximumReadBytes, row.length - offset),
      })
      if (bytes.length === 0) throw this.#malformed('A record is shorter than it says.')
      whole.set(bytes, offset)
      offset += bytes.length
    }
    return whole
  }

  #malformed(reason: string): WirebenchError {
    return new WirebenchError('capture-malformed', { file: this.#captureId, reason })
  }
}
