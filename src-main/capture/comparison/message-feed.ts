import { maximumPreviewBytes, maximumWindowRows, type CaptureWindow } from '../../contract/schemas/capture.ts'
import type { CancelSignal } from '../../contract/command-handlers.ts'
import type { Direction } from '../../contract/schemas/common.ts'
import type { PairedMessage } from '../../protocol/comparison/message-pairing.ts'
import type { StreamPart, StreamRange } from '../stream-reader.ts'
import { messageKey } from './message-key.ts'

/** How the messages of one side are read. */
export interface MessageSide {
  /** A window of the `messages` view, cut as the comparison says. */
  readonly window: (firstRow: number, rowCount: number, previewBytes: number) => Promise<CaptureWindow>
  readonly read: (range: StreamRange) => Promise<StreamPart>
  readonly direction: Direction
  /** Only messages of this connection; all when null. */
  readonly connection: number | null
  /** Records of the capture when the comparison began: what comes later is not compared. */
  readonly recordCount: number
}

/** Gives the messages of one side in order, a window at a time, each by its key and row number. */
export class MessageFeed {
  readonly #side: MessageSide
  readonly #signal: CancelSignal
  #nextRow = 0
  #messages: PairedMessage[] = []
  #taken = 0
  #ended = false
  /** Records gone through so far. */
  recordsDone = 0

  constructor(side: MessageSide, signal: CancelSignal) {
    this.#side = side
    this.#signal = signal
  }

  /** The next message; null at the end. Errors: `cancelled`, those of reading the capture. */
  async next(): Promise<PairedMessage | null> {
    while (this.#taken >= this.#messages.length && !this.#ended) await this.#load()
    return this.#messages[this.#taken++] ?? null
  }

  async #load(): Promise<void> {
    const { window, read, direction, connection, recordCount } = this.#side
    const { rows, complete, totalRows } = await window(this.#nextRow, maximumWindowRows, maximumPreviewBytes)
    const messages: PairedMessage[] = []
    for (const [index, row] of rows.entries()) {
      if (row.record >= recordCount) {
        this.#ended = true
        break
      }
      this.recordsDone = Math.max(this.recordsDone, row.record + 1)
      const isOfSide = row.kind === 'message' && row.direction === direction
      if (!isOfSide || (connection !== null && row.connection !== connection)) continue
      messages.push({ key: await messageKey(row, read, this.#signal), row: this.#nextRow + index })
    }
    this.#messages = messages
    this.#taken = 0
    this.#nextRow += rows.length
    if (complete && this.#nextRow >= totalRows) this.#ended = true
    if (this.#ended) this.recordsDone = recordCount
  }
}
