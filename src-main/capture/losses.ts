import { maximumLosses, type CaptureLoss } from '../contract/schemas/capture.ts'
import type { Direction } from '../contract/schemas/common.ts'
import type { CheckpointTable } from './checkpoint-table.ts'
import { readFully, type OpenFile } from './file-access.ts'
import {
  decodeRecordHeader,
  emptyRecordHeader,
  recordHeaderBytes,
  recordKind,
  type RecordHeader,
} from './record-codec.ts'
import { walkRecords, type RecordVisitor } from './record-walker.ts'
import type { Tally } from './tally.ts'

/** Stretches between checkpoints that are gone through to find the losses, and to find what follows one, at most. */
const maximumWalkedStretches = 64
const maximumFollowedStretches = 4

export interface LossSearch {
  readonly file: OpenFile
  readonly salt: number
  readonly checkpoints: CheckpointTable
  /** The sums at the end of the last whole record or damaged stretch, and what stands behind it unread. */
  readonly tally: Readonly<Tally>
  readonly tailBytes: number
}

/**
 * Names what a capture has lost, by what stands around it: the stretches of the file that cannot be read, the times between
 * which they were written, and, where the offsets on both sides tell, the bytes of either direction. Goes through those
 * stretches between checkpoints alone that hold damage. At most `maximumLosses`.
 */
export async function findLosses(search: LossSearch): Promise<CaptureLoss[]> {
  const { tally, tailBytes } = search
  const losses = tally.damagedBytes > 0 ? await findDamage(search) : []
  if (tailBytes > 0 && losses.length < maximumLosses) losses.push(await describeTail(search))
  return losses
}

async function findDamage({ file, salt, checkpoints, tally }: LossSearch): Promise<CaptureLoss[]> {
  const watch = new LossWatch()
  let reached: Readonly<Tally> = checkpoints.at(0)
  let followed = 0
  let walked = 0
  for (let index = 0; index < checkpoints.length && walked < maximumWalkedStretches; index++) {
    const begin = checkpoints.at(index)
    const end = index + 1 < checkpoints.length ? checkpoints.at(index + 1) : tally
    const isDamaged = end.damagedBytes > begin.damagedBytes
    followed = isDamaged ? 0 : followed + 1
    if (!isDamaged && !(watch.waits && followed <= maximumFollowedStretches)) continue
    if (watch.losses.length >= maximumLosses) break
    watch.passUnread(reached, begin)
    await walkRecords({ file, salt, from: begin.fileOffset, to: end.fileOffset, isFileEnd: false }, watch)
    reached = end
    walked += 1
  }
  return watch.losses.slice(0, maximumLosses)
}

/** What is known of the torn record at the end: its header tells what it would have been, if that is whole. */
async function describeTail({ file, salt, tally, tailBytes }: LossSearch): Promise<CaptureLoss> {
  const header = emptyRecordHeader()
  const bytes = await readFully(file, tally.fileOffset, recordHeaderBytes)
  const isKnown = decodeRecordHeader(bytes, 0, salt, header)
  const lostOf = (kind: number): number | null => (isKnown ? (header.kind === kind ? header.payloadLength : 0) : null)
  return {
    fileOffset: tally.fileOffset,
    lostFileBytes: tailBytes,
    afterTimeNs: tally.recordCount > 0 ? tally.lastTimeNs : null,
    beforeTimeNs: isKnown ? header.timeNs : null,
    lostSentBytes: lostOf(recordKind.sent),
    lostReceivedBytes: lostOf(recordKind.received),
  }
}

type OpenLoss = { -readonly [Field in keyof CaptureLoss]: CaptureLoss[Field] }

/** Sees records and damage in order and notes what is between them. */
class LossWatch implements RecordVisitor {
  readonly losses: OpenLoss[] = []
  #lastTimeNs: number | null = null
  /** Where the next bytes of a direction are expected; null when a loss may have moved it. */
  readonly #expected: Record<Direction, number | null> = { sent: 0, received: 0 }
  /** Losses since the last bytes of a direction. */
  readonly #open: Record<Direction, OpenLoss[]> = { sent: [], received: [] }

  /** The records behind a loss are not all known yet. */
  get waits(): boolean {
    return this.#open.sent.length > 0 || this.#open.received.length > 0
  }

  /** Nothing between two places is damaged, and nothing of it was seen. */
  passUnread(from: Readonly<Tally>, to: Readonly<Tally>): void {
    if (to.fileOffset <= from.fileOffset) return
    this.#lastTimeNs = to.recordCount > 0 ? to.lastTimeNs : null
    this.#pass('sent', to.sentBytes - from.sentBytes)
    this.#pass('received', to.receivedBytes - from.receivedBytes)
  }

  readonly onRecord = (header: Readonly<RecordHeader>): void => {
    const last = this.losses.at(-1)
    if (last?.beforeTimeNs === null) last.beforeTimeNs = header.timeNs
    this.#lastTimeNs = header.timeNs
    if (header.kind === recordKind.sent) this.#continue('sent', header)
    else if (header.kind === recordKind.received) this.#continue('received', header)
  }

  readonly onDamage = (fileOffset: number, byteCount: number): void => {
    const loss: OpenLoss = {
      fileOffset,
      lostFileBytes: byteCount,
      afterTimeNs: this.#lastTimeNs,
      beforeTimeNs: null,
      lostSentBytes: null,
      lostReceivedBytes: null,
    }
    this.losses.push(loss)
    this.#open.sent.push(loss)
    this.#open.received.push(loss)
  }

  #pass(direction: Direction, byteCount: number): void {
    const expected = this.#expected[direction]
    if (byteCount === 0 || expected === null) return
    const isCertain = this.#open[direction].splice(0).length === 0
    this.#expected[direction] = isCertain ? expected + byteCount : null
  }

  #continue(direction: Direction, { streamOffset, payloadLength }: Readonly<RecordHeader>): void {
    const expected = this.#expected[direction]
    const open = this.#open[direction].splice(0)
    const [first] = open
    const missing = expected === null ? null : streamOffset - expected
    // With several losses in a row nobody knows which of them took the bytes.
    if (first !== undefined && missing !== null && missing >= 0 && (open.length === 1 || missing === 0)) {
      for (const loss of open) loss[direction === 'sent' ? 'lostSentBytes' : 'lostReceivedBytes'] = missing
    }
    this.#expected[direction] = streamOffset + payloadLength
  }
}
