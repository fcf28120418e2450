import { WirebenchError } from '../../contract/errors.ts'
import type { ChunkPlan, SendingUnit } from '../../protocol/sending/chunk-plan.ts'
import { ChunkCutter } from '../../protocol/sending/chunk-cutter.ts'
import { SendingSchedule } from '../../protocol/sending/sending-schedule.ts'
import type { SourceFile } from '../ports.ts'

/** Most bytes that are in memory before they go out, and most of one sending. */
export const feedPieceBytes = 256 * 1024

/** What goes out next: a chunk, or a part of one that is larger than a piece. */
export interface FeedPiece {
  readonly bytes: Uint8Array
  /** When it may go out. */
  readonly dueMs: number
}

/**
 * Reads a file piece by piece, in bounded memory, cut into the chunks of a plan. `next` is awaited, the piece sent, and
 * `sent` called, in turn.
 */
export class FileFeed {
  readonly #file: SourceFile
  readonly #path: string
  readonly #schedule: SendingSchedule
  readonly #cutter: ChunkCutter
  #rest: Uint8Array = new Uint8Array(0)
  #position = 0
  /** Bytes of the present chunk that went out; null between chunks. */
  #chunkBytes: number | null = null
  #piece: { readonly bytes: Uint8Array; readonly endsChunk: boolean } | null = null
  #sentBytes = 0
  #sentChunks = 0

  constructor(path: string, file: SourceFile, unit: SendingUnit, plan: ChunkPlan, startMs: number) {
    this.#path = path
    this.#file = file
    this.#schedule = new SendingSchedule(plan, startMs)
    this.#cutter = new ChunkCutter(unit)
  }

  get sentBytes(): number {
    return this.#sentBytes
  }

  get sentLines(): number | null {
    return this.#cutter.lineCount
  }

  get sentChunks(): number {
    return this.#sentChunks
  }

  /** Null at the end of the file. Errors: `file-changed`, `file-unreadable`. */
  async next(): Promise<FeedPiece | null> {
    if (this.#chunkBytes === null) {
      this.#cutter.begin(this.#schedule.itemCount)
      this.#chunkBytes = 0
    }
    let cut = this.#cutter.look(this.#rest)
    while (!cut.isWhole && this.#rest.length < feedPieceBytes && !this.#isReadToEnd) {
      await this.#readOn()
      cut = this.#cutter.look(this.#rest)
    }
    const bytes = this.#rest.subarray(0, Math.min(cut.byteCount, feedPieceBytes))
    if (bytes.length === 0) {
      await this.#checkEnd()
      return null
    }
    const isLast = this.#isReadToEnd && bytes.length === this.#rest.length
    this.#piece = { bytes, endsChunk: isLast || (cut.isWhole && bytes.length === cut.byteCount) }
    return { bytes, dueMs: this.#schedule.dueMs }
  }

  /** The piece of the last `next` went out. */
  sent(): void {
    const piece = this.#piece
    if (piece === null) throw new TypeError('Nothing was to be sent')
    this.#piece = null
    this.#cutter.take(piece.bytes)
    this.#rest = this.#rest.subarray(piece.bytes.length)
    this.#sentBytes += piece.bytes.length
    this.#chunkBytes = (this.#chunkBytes ?? 0) + piece.bytes.length
    if (!piece.endsChunk) return
    this.#chunkBytes = null
    this.#sentChunks++
    this.#schedule.advance()
  }

  /** Nothing could go out until now. */
  goOnAt(nowMs: number): void {
    this.#schedule.goOnAt(nowMs)
  }

  get #isReadToEnd(): boolean {
    return this.#position >= this.#file.sizeBytes
  }

  async #readOn(): Promise<void> {
    const wanted = Math.min(feedPieceBytes - this.#rest.length, this.#file.sizeBytes - this.#position)
    const bytes = await this.#file.read(this.#position, wanted)
    if (bytes.length === 0) {
      throw this.#changed(this.#position, `It has ${this.#position} bytes now and had ${this.#file.sizeBytes}.`)
    }
    this.#position += bytes.length
    if (this.#rest.length === 0) {
      this.#rest = bytes
      return
    }
    const joined = new Uint8Array(this.#rest.length + bytes.length)
    joined.set(this.#rest)
    joined.set(bytes, this.#rest.length)
    this.#rest = joined
  }

  /** All of it went out as it was when it was opened, or the failure says what is otherwise. */
  async #checkEnd(): Promise<void> {
    const change = await this.#file.change()
    if (change !== null) throw this.#changed(change.sizeBytes, change.reason)
  }

  #changed(sizeNowBytes: number | null, reason: string): WirebenchError {
    const { sizeBytes } = this.#file
    return new WirebenchError('file-changed', {
      file: this.#path,
      sentBytes: this.#sentBytes,
      sizeBytes,
      sizeNowBytes,
      reason,
    })
  }
}
