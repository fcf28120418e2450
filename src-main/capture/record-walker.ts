import { WirebenchError } from '../contract/errors.ts'
import type { OpenFile } from './file-access.ts'
import {
  decodeRecordHeader,
  emptyRecordHeader,
  findRecordHeader,
  recordHeaderBytes,
  type RecordHeader,
} from './record-codec.ts'

/** Bytes read at a time when they stand close together. */
const usualBlockBytes = 256 * 1024
/** Behind a payload of this size only little is read: the next header stands far away as well. */
const farPayloadBytes = 32 * 1024
const farReadBytes = 4 * 1024

/** Sees a stretch of a data file in order. The header is one object that is used again. */
export interface RecordVisitor {
  /** A whole record that begins at `fileOffset`. */
  onRecord(header: Readonly<RecordHeader>, fileOffset: number): void
  /** When there: the payload of the record seen last, in parts; `payloadOffset` is where the part begins in it. */
  onPayload?(bytes: Uint8Array, start: number, end: number, payloadOffset: number): void
  /** A stretch that holds no readable record. */
  onDamage(fileOffset: number, byteCount: number): void
  /** When there: true ends the walk early, asked after each payload part. */
  isDone?(): boolean
  /**
   * When there: waited for before more of the file is read, up to `fileOffset` of it was seen. What it throws ends the walk.
   */
  beforeRead?(fileOffset: number): Promise<void>
}

export interface WalkOptions {
  readonly file: OpenFile
  readonly salt: number
  readonly from: number
  readonly to: number
  /** What remains at the end without a whole record is no damage, but the torn end of the file. */
  readonly isFileEnd: boolean
  /** Payload bytes of the first record to leave out. */
  readonly skipPayloadBytes?: number
  /** Bytes read at a time, and visited without letting anything else run; 256 KiB when left out. */
  readonly blockBytes?: number
}

/**
 * Goes from record to record of `[from, to)`; `from` is where a record begins. Gives the end of the last whole
 * record or damaged stretch; less than `to` when the last record is torn, or when the visitor was done.
 */
export async function walkRecords(options: WalkOptions, visitor: RecordVisitor): Promise<number> {
  const { file, salt, to, blockBytes = usualBlockBytes } = options
  const block = new FileBlock(file, Math.min(blockBytes, to - options.from), visitor)
  const header = emptyRecordHeader()
  let readBytes = blockBytes
  let skipBytes = options.skipPayloadBytes ?? 0
  let at = options.from
  while (at < to) {
    const isWhole = to - at >= recordHeaderBytes
    if (isWhole && !block.holds(at, recordHeaderBytes))
      await block.load(at, Math.min(readBytes, block.capacity, to - at))
    if (isWhole && decodeRecordHeader(block.bytes, at - block.start, salt, header)) {
      const end = at + recordHeaderBytes + header.payloadLength
      if (end > to) return at
      visitor.onRecord(header, at)
      if (visitor.onPayload !== undefined) {
        if (!(await walkPayload(block, at + recordHeaderBytes, skipBytes, end, to, visitor))) return at
        skipBytes = 0
      } else readBytes = header.payloadLength >= farPayloadBytes ? farReadBytes : blockBytes
      at = end
      continue
    }
    const next = await findNext(block, at + 1, to, salt, header)
    if (next < 0 && options.isFileEnd) return at
    visitor.onDamage(at, (next < 0 ? to : next) - at)
    at = next < 0 ? to : next
  }
  return at
}

async function walkPayload(
  block: FileBlock,
  payloadStart: number,
  skipBytes: number,
  end: number,
  to: number,
  visitor: RecordVisitor,
): Promise<boolean> {
  for (let at = payloadStart + skipBytes; at < end;) {
    if (!block.holds(at, 1)) await block.load(at, Math.min(block.capacity, to - at))
    const partEnd = Math.min(block.end, end)
    visitor.onPayload?.(block.bytes, at - block.start, partEnd - block.start, at - payloadStart)
    at = partEnd
    if (visitor.isDone?.() === true) return false
  }
  return true
}

async function findNext(
  block: FileBlock,
  from: number,
  to: number,
  salt: number,
  header: RecordHeader,
): Promise<number> {
  let at = from
  while (to - at >= recordHeaderBytes) {
    if (!block.holds(at, recordHeaderBytes)) await block.load(at, Math.min(block.capacity, to - at))
    const end = Math.min(block.end, to)
    const found = findRecordHeader(block.bytes, at - block.start, end - block.start, salt, header)
    if (found >= 0) return block.start + found
    at = end - recordHeaderBytes + 1
  }
  return -1
}

/** A moving piece of a file in memory. */
class FileBlock {
  bytes = new Uint8Array(0)
  start = 0
  end = 0
  readonly #file: OpenFile
  readonly #memory: Uint8Array<ArrayBuffer>
  readonly #visitor: RecordVisitor

  /** Most bytes it holds. */
  get capacity(): number {
    return this.#memory.length
  }

  constructor(file: OpenFile, byteCount: number, visitor: RecordVisitor) {
    this.#file = file
    this.#memory = new Uint8Array(byteCount)
    this.#visitor = visitor
  }

  holds(position: number, byteCount: number): boolean {
    return position >= this.start && position + byteCount <= this.end
  }

  /** Reads `byteCount` bytes (at most the size given at first) at `position`. */
  async load(position: number, byteCount: number): Promise<void> {
    if (this.#visitor.beforeRead !== undefined) await this.#visitor.beforeRead(position)
    let filled = 0
    while (filled < byteCount) {
      const count = await this.#file.read(this.#memory.subarray(filled, byteCount), position + filled)
      if (count === 0)
        throw new WirebenchError('capture-malformed', { reason: 'The file became shorter while it was read.' })
      filled += count
    }
    this.bytes = this.#memory.subarray(0, byteCount)
    this.start = position
    this.end = position + byteCount
  }
}
