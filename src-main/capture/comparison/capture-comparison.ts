import type { CancelSignal } from '../../contract/command-handlers.ts'
import { WirebenchError } from '../../contract/errors.ts'
import { MessagePairing } from '../../protocol/comparison/message-pairing.ts'
import { MessageFeed, type MessageSide } from './message-feed.ts'
import type { PairTable } from './pair-table.ts'

/** How far a comparison is. */
export interface ComparisonProgress {
  /** Records gone through of both sides. */
  readonly leftRecords: number
  readonly rightRecords: number
}

/** Pairs told between two looks at whether somebody cancelled. */
const stepsPerProgress = 256

/**
 * Pairs the messages of both sides into the table, until both have ended or the table is full. Errors: `cancelled`, those of
 * reading the captures.
 */
export async function compareMessages(
  sides: { readonly left: MessageSide; readonly right: MessageSide },
  table: PairTable,
  signal: CancelSignal,
  onProgress: (progress: ComparisonProgress) => void,
): Promise<void> {
  const left = new MessageFeed(sides.left, signal)
  const right = new MessageFeed(sides.right, signal)
  const pairing = new MessagePairing((kind, leftRow, rightRow) => table.add(kind, leftRow, rightRow))
  let steps = 0
  while ((pairing.wantsLeft || pairing.wantsRight) && !table.isFull) {
    if (pairing.wantsLeft) {
      const message = await left.next()
      if (message === null) pairing.endLeft()
      else pairing.addLeft(message)
    }
    if (pairing.wantsRight) {
      const message = await right.next()
      if (message === null) pairing.endRight()
      else pairing.addRight(message)
    }
    if (++steps % stepsPerProgress !== 0) continue
    if (signal.aborted) throw new WirebenchError('cancelled')
    onProgress({ leftRecords: left.recordsDone, rightRecords: right.recordsDone })
    await new Promise((resolve) => setImmediate(resolve))
  }
  onProgress({ leftRecords: left.recordsDone, rightRecords: right.recordsDone })
}
