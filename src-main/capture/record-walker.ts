import type { OpenFile } from './file-access.ts'
import { PlainBlock, ReadAheadBlock, type FileBlock, type ReadAheadMemory } from './file-block.ts'
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
  /** When there: false leaves the payload of the record seen last unread. */
  wantsPayload?(header: Readonly<RecordHeader>): boolean
  /** A stretch that holds no readable record. */
  onDamage(fileOffset: number, byteCount: number): void
  /** When there: true ends the walk early, asked after each payload part, and after each record without. */
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
  /** Everything is going to be looked at: the next block is read meanwhile, into this. It is for one walk at a time. */
  readonly readAhead?: ReadAheadMemory | null
}

/**
 * Goes from record to record of `[from, to)`; `from` is where a record begins. Gives the end of the last whole
 * record or damaged stretch; less than `to` when the last record is torn, or when the visitor was done.
 */
export async function walkRecords(options: WalkOptions, visitor: RecordVisitor): Promise<number> {
  const { file, to, blockBytes = usualBlockBytes } = options
  const { readAhead = null } = options
  const block =
    readAhead === null
      ? new PlainBlock(file, Math.min(blockBytes, to - options.from), visitor)
      : new ReadAheadBlock(file, readAhead, to)
  try {
    return await walkBlock(options, block, visitor)
  } finally {
    await block.close()
  }
}

async function walkBlock(options: WalkOptions, block: FileBlock, visitor: RecordVisitor): Promise<number> {
  const { salt, to, blockBytes = usualBlockBytes } = options
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
      if (visitor.onPayload !== undefined && visitor.wantsPayload?.(header) !== false) {
        if (!(await walkPayload(block, at + recordHeaderBytes, skipBytes, end, to, visitor))) return at
      } else {
        if (visitor.isDone?.() === true) return at
        readBytes = header.payloadLength >= farPayloadBytes ? farReadBytes : blockBytes
      }
      skipBytes = 0
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
